import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, describe, expect, it } from 'vitest'
import { simulate } from '../../src/commands/simulate.ts'
import type { Truth } from '../../src/simulator/truth.ts'

const folder = mkdtempSync(join(tmpdir(), 'undercurrent-simulate-'))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (...flags: string[]) => {
  const program = new Command().exitOverride()
  simulate(program)
  return program.parseAsync(['node', 'undercurrent', 'simulate', '--scenario', 'support', ...flags])
}

describe('undercurrent simulate', () => {
  it('writes one event a line, and the truth apart from it', async () => {
    const out = join(folder, 'log.jsonl')
    const truth = join(folder, 'truth.json')
    await run('--seed', '6', '--start', '2026-01-12', '--out', out, '--truth', truth)
    const ids = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event_id: string }).event_id)
    const known = JSON.parse(readFileSync(truth, 'utf8')) as Truth
    expect(known.events).toBe(ids.length)
    expect(known.attackers.length).toBe(2)
    for (const id of known.attackers.flatMap((attacker) => attacker.event_ids)) expect(ids).toContain(id)
  })

  it('takes a file that changes a scenario, and says what is wrong with it', async () => {
    const file = join(folder, 'scenario.json')
    writeFileSync(file, JSON.stringify({ based_on: 'support', users: 6, days: 2, topics: ['travel'] }))
    const out = join(folder, 'travel.jsonl')
    await run('--scenario', file, '--start', '2026-01-12', '--out', out)
    expect(readFileSync(out, 'utf8')).toContain('/v1/travel')
    writeFileSync(file, JSON.stringify({ attakcs: {} }))
    await expect(run('--scenario', file)).rejects.toThrow('no such name: "attakcs"')
    writeFileSync(file, 'days: 3')
    await expect(run('--scenario', file)).rejects.toThrow('cannot be read as JSON')
  })

  it.each([
    ['--seed', 'x', '--seed must be a whole number'],
    ['--days', '', '--days must be a whole number'],
    ['--start', 'tomorrow', '--start must be a date'],
    ['--scenario', 'nowhere', 'no scenario of that name'],
    ['--users', '1', 'accounts'],
  ])('refuses %s %j', async (flag, value, message) => {
    await expect(run(flag, value)).rejects.toThrow(message)
  })
})
