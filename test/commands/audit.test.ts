import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { auditCommand } from '../../src/commands/audit.ts'
import { caseCommand } from '../../src/commands/case.ts'
import { keys } from '../../src/commands/keys.ts'
import { search } from '../../src/commands/search.ts'
import { readConfig } from '../../src/config.ts'
import type { AuditEntry } from '../../src/core/audit.ts'
import type { CaseEntry } from '../../src/flow/case.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { said } from '../contracts/engine/said.ts'

let folder: string
let out: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-audit-'))
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  const house = await openHouse(readConfig({ data_dir: join(folder, 'var'), log_level: 'silent' }, {}, folder))
  await house.engine.append([said('e1', { prompt: 'where is my parcel' }), said('e2')])
  while ((await house.engine.tend(100)) > 0);
  await house.close()
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

async function undercurrent(...args: string[]): Promise<string> {
  out = ''
  const program = new Command().option('--data-dir <dir>').exitOverride()
  for (const register of [auditCommand, caseCommand, keys, search]) register(program)
  await program.parseAsync(['--data-dir', join(folder, 'var'), ...args], { from: 'user' })
  return out.trimEnd()
}

const entries = async (...args: string[]): Promise<AuditEntry[]> =>
  JSON.parse(await undercurrent('audit', '--json', ...args)).items

it('tells which keys were made, rotated and ended, by whom, and never a key', async () => {
  const made = JSON.parse(await undercurrent('keys', 'create', '--role', 'analyst', '--read', 'metadata', '--json'))
  const next = JSON.parse(await undercurrent('keys', 'rotate', made.id, '--overlap', '1h', '--json'))
  await undercurrent('keys', 'revoke', next.id)
  const told = await entries()
  expect(told.map(({ action, asked }) => [action, asked])).toEqual([
    ['key.revoke', { key_id: next.id }],
    ['key.rotate', { key_id: made.id, overlap: '1h' }],
    ['key.create', { key_id: made.id, role: 'analyst', tenant_id: null, read: 'metadata', expires_at: null }],
  ])
  for (const { by, from } of told) expect([by, from]).toEqual([expect.stringMatching(/^os:./), 'command line'])
  expect(JSON.stringify(told)).not.toContain(made.key)
  expect(await undercurrent('audit', '--action', 'key.rotate')).toMatch(/key\.rotate +os:/)
})

it('a case holds who read its events, and that it was made, each with its proof', async () => {
  await undercurrent('search', 'parcel', '--mode', 'keyword', '--json')
  const file = join(folder, 'case.json')
  await undercurrent('case', 'e1', '--out', file)
  const audit: CaseEntry[] = JSON.parse(readFileSync(file, 'utf8')).audit
  expect(audit.map(({ entry }) => JSON.parse(entry ?? '').action)).toEqual(['search', 'case.export'])
  expect((await entries('--action', 'search'))[0]).toMatchObject({ event_ids: ['e1'], rows: 1, asked: { q: 'parcel' } })
})
