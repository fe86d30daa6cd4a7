import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { pseudonym } from '../../src/commands/pseudonym.ts'
import { readConfig } from '../../src/config.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { openSecrets } from '../../src/roof/secrets.ts'
import { plainFiles } from '../plain-files.ts'
import { samples } from '../redactors/samples.ts'

let folder: string
let said: { out: string; err: string }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-pseudonym-'))
  writeFileSync(join(folder, 'redaction.yaml'), 'user_id: pseudonymise\nip_address: pseudonymise\n')
  said = { out: '', err: '' }
  for (const [stream, name] of [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const)
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said[name] += String(text)
      return true
    })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

const settings = () => ({ data_dir: join(folder, 'var'), redaction_file: join(folder, 'redaction.yaml') })

async function undercurrent(...args: string[]): Promise<string> {
  said.out = ''
  const program = new Command().option('--data-dir <dir>').option('--redaction-file <file>').exitOverride()
  pseudonym(program)
  program.commands[0]?.exitOverride()
  const { data_dir, redaction_file } = settings()
  const flags = ['--data-dir', data_dir, '--redaction-file', redaction_file]
  await program.parseAsync([...flags, 'pseudonym', ...args], { from: 'user' })
  return said.out.trimEnd()
}

/** The house that a service would have open meanwhile. */
const house = () => openHouse(readConfig({ ...settings(), log_level: 'silent' }, {}, folder))

it('prints what events hold in place of an id, beside whoever has the data open', async () => {
  const open = await house()
  try {
    expect(await undercurrent('u1')).toBe(open.redactor.identifier('user_id', 'u1'))
    const kept = await undercurrent('203.0.113.7', '--field', 'ip_address')
    expect(kept).toBe(open.redactor.identifier('ip_address', '203.0.113.7:443'))
    expect(await undercurrent(kept, '--field', 'ip_address')).toBe(kept)
    expect(said.err).toBe('')
  } finally {
    await open.close()
  }
})

it('seals that it was asked into the ledger, and never the id', async () => {
  const name = 'somebody-of-note'
  const shown = await undercurrent(name)
  const open = await house()
  const { size } = await open.engine.head()
  const [leaf] = await open.engine.leaves(0, size)
  await open.close()
  expect(size).toBe(1)
  expect(JSON.parse(Buffer.from(leaf as Uint8Array).toString())).toMatchObject({ kind: 'audit' })
  const { data_dir } = settings()
  const { store } = await openSecrets(readConfig(settings(), {}, folder))
  const bytes = plainFiles(data_dir, store)
    .map((file) => file.bytes.toString('latin1'))
    .join('')
  expect(bytes).toContain(shown)
  expect(bytes).not.toContain(name)
})

it('says so where the house keeps the field as it is sent', async () => {
  writeFileSync(join(folder, 'redaction.yaml'), 'user_id: keep\n')
  expect(await undercurrent('u1')).toMatch(/^user:[0-9a-f]{16}$/)
  expect(said.err).toContain('does not make user_id pseudonymous')
  expect(JSON.parse(await undercurrent(samples.email, '--json'))).toEqual({
    field: 'user_id',
    pseudonym: expect.stringMatching(/^user:/),
    in_use: true,
  })
})

it('refuses a field that holds no id', async () => {
  await expect(undercurrent('u1', '--field', 'prompt')).rejects.toThrow(/Allowed choices/)
})
