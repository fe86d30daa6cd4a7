import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { redact } from '../../src/commands/redact.ts'
import { VERSION } from '../../src/redactors/index.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { makers } from '../redactors/makers/makers.ts'
import { part, samples } from '../redactors/samples.ts'

let dir: string
let file: string
let printed: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redact-'))
  file = join(dir, 'text.txt')
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(dir, { recursive: true })
})

async function undercurrent(text: string, ...args: string[]): Promise<string> {
  await writeFile(file, text)
  const program = new Command().option('--key-file <file>').option('--data-dir <dir>').option('--redaction-file <file>')
  redact(program)
  await program.parseAsync(['--data-dir', join(dir, 'data'), '--key-file', join(dir, 'key'), 'redact', file, ...args], {
    from: 'user',
  })
  return printed
}

it('shows a text as it would be stored', async () => {
  const out = await undercurrent(`write to ${samples.email}\nand wait\n`)
  expect(out).toMatch(/^write to \[EMAIL:[0-9a-f]{16}\]\nand wait\n$/)
})

it('explains which rule found what and where, and never shows the value', async () => {
  const out = await undercurrent(`one\ntwo ${samples.email}, password=${part(12)}\n`, '--explain')
  expect(out).toMatch(/^2\s+5\s+35\s+EMAIL\s+email\s+1\.00$/m)
  expect(out).toMatch(/^2\s+\d+\s+12\s+[A-Z_]+\s+[a-z-]+\s+[01]\.\d\d$/m)
  expect(out).not.toContain('lovelace')
  expect(out).not.toContain(part(12))
})

it('explains a text that holds a value of each type', async () => {
  const random = seeded(7)
  const lines = new Map<number, string>()
  let text = ''
  for (const { type, value, said } of makers) {
    if ([...lines.values()].includes(type)) continue
    const one = value(random)
    lines.set(text.split('\n').length, type)
    text += `${said?.(one) ?? one}\n\n`
  }
  const out = await undercurrent(text, '--explain')
  const told = out.split('\n').map((line) => Number(line.split(/\s+/)[0]))
  // a value of several lines is told at one of them
  const untold = [...lines].filter(([line], i, all) => {
    const next = all[i + 1]?.[0] ?? Infinity
    return !told.some((one) => one >= line && one < next)
  })
  expect(untold).toEqual([])
  expect(lines.size).toBeGreaterThan(100)
})

it('says so where nothing is found', async () => {
  expect(await undercurrent('plain words', '--explain')).toBe('no rule finds anything in this text\n')
})

it('answers in JSON for machines, with the placeholders of a tenant', async () => {
  const answer = JSON.parse(await undercurrent(samples.card, '--json', '--tenant', 'acme'))
  expect(answer).toEqual({
    version: VERSION,
    rules: expect.stringMatching(/^[0-9a-f]{16}$/),
    text: expect.stringMatching(/^\[CARD:[0-9a-f]{16}\]$/),
    parts: [{ start: 0, end: 19, type: 'CARD', rule: 'card-number', score: 1 }],
  })
})

it('goes by the redaction file, and tries another on demand', async () => {
  const rules = join(dir, 'redaction.yaml')
  const badge = (type: string) => `rules: [{name: badge, type: ${type}, pattern: 'EMP-\\d+', tenants: [acme]}]\n`
  await writeFile(rules, `${badge('BADGE')}allow: [{text: ${samples.email}}]\n`)
  const text = `EMP-17 ${samples.email}`
  expect(await undercurrent(text, '--explain', '--tenant', 'acme', '--redaction-file', rules)).toMatch(
    /^1\s+1\s+6\s+BADGE\s+badge\s+0\.90$/m,
  )
  expect(printed).not.toContain('EMAIL')
  printed = ''
  const other = join(dir, 'other.yaml')
  await writeFile(other, badge('STAFF'))
  expect(await undercurrent(text, '--tenant', 'acme', '--redaction-file', rules, '--rules', other)).toMatch(
    /^\[STAFF:\w{16}\] \[EMAIL:\w{16}\]$/,
  )
  printed = ''
  expect(await undercurrent(text, '--rules', other)).toMatch(/^EMP-17 \[EMAIL:/)
})

it('refuses a file that cannot be read', async () => {
  const program = new Command().option('--key-file <file>').option('--data-dir <dir>')
  redact(program)
  const flags = ['--data-dir', join(dir, 'data'), '--key-file', join(dir, 'key')]
  await expect(program.parseAsync([...flags, 'redact', join(dir, 'absent')], { from: 'user' })).rejects.toThrow(
    /cannot be read/,
  )
})
