import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { openSecrets } from '../../src/roof/secrets.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { said } from '../contracts/engine/said.ts'
import { plainFiles } from '../plain-files.ts'
import { told } from './told.ts'

const FOUND = 'TCK-482913'

let folder: string
const keyOf = async () =>
  (await openSecrets(readConfig({ data_dir: join(folder, 'data'), key_file: join(folder, 'key') }, {}, folder))).store
let rules: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-stored-'))
  rules = join(folder, 'rules.yaml')
  mkdirSync(join(folder, 'data'), { recursive: true })
  writeFileSync(rules, 'rules:\n  - name: ticket\n    type: TICKET\n    pattern: TCK-[0-9]{6}\n')
  const engine = await openEmbedded({ key: await keyOf(), dataDir: join(folder, 'data'), clock: handClock() })
  await engine.append([said('a1', { prompt: `about ${FOUND}`, user_id: FOUND }), said('a2')])
  await engine.settle((await engine.claim('baseline', 10, 1000))!, {})
  await engine.close()
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const undercurrent = (...args: string[]) =>
  told('redact-stored', ...args, '--data-dir', join(folder, 'data'), '--key-file', join(folder, 'key'))

const onDisk = async () =>
  Buffer.concat(plainFiles(join(folder, 'data'), await keyOf()).map(({ bytes }) => bytes)).includes(FOUND)

it('shows what a new rule would find, by type, rule and field, and never the values', async () => {
  const { code, out, err } = await undercurrent('--dry-run', '--rules', rules)
  expect(code).toBe(0)
  expect(out).toMatch(/^type +TICKET +\d$/m)
  expect(out).toMatch(/^rule +ticket +\d$/m)
  expect(out).toMatch(/^field +prompt +1$/m)
  expect(out).toContain('for example a1')
  expect(err).toBe('1 of 2 events would change\n')
  expect(out + err).not.toContain(FOUND)
  expect(await onDisk()).toBe(true)
})

it('takes it out of the events, the sums and the disk', async () => {
  const { code, out } = await undercurrent('--apply', '--rules', rules, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ applied: true, examined: 2, changed: 1, examples: ['a1'] })
  expect(await onDisk()).toBe(false)
  const again = await undercurrent('--apply', '--rules', rules, '--json')
  expect(JSON.parse(again.out)).toMatchObject({ examined: 2, changed: 0 })
})

it('says what is missing or wrong', async () => {
  expect(await undercurrent()).toMatchObject({ code: 2, err: expect.stringContaining('say --dry-run') })
  expect(await undercurrent('--apply', '--dry-run')).toMatchObject({ code: 2 })
  expect(await undercurrent('--dry-run', '--since', 'soon')).toMatchObject({ code: 2 })
  expect(await undercurrent('--dry-run', '--examples', 'many')).toMatchObject({ code: 2 })
})
