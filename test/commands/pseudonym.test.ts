import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { openSecrets } from '../../src/roof/secrets.ts'
import { plainFiles } from '../plain-files.ts'
import { samples } from '../redactors/samples.ts'
import { told } from './told.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-pseudonym-'))
  writeFileSync(join(folder, 'redaction.yaml'), 'user_id: pseudonymise\nip_address: pseudonymise\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const settings = () => ({ data_dir: join(folder, 'var'), redaction_file: join(folder, 'redaction.yaml') })

async function undercurrent(...args: string[]) {
  const { data_dir, redaction_file } = settings()
  const flags = ['--data-dir', data_dir, '--redaction-file', redaction_file]
  const { out, ...rest } = await told('pseudonym', ...args, ...flags)
  return { out: out.trimEnd(), ...rest }
}

/** The house that a service would have open meanwhile. */
const house = () => openHouse(readConfig({ ...settings(), log_level: 'silent' }, {}, folder))

it('prints what events hold in place of an id, beside whoever has the data open', async () => {
  const open = await house()
  try {
    const quietly = (out: string) => ({ code: 0, out, err: '' })
    expect(await undercurrent('u1')).toEqual(quietly(open.redactor.identifier('user_id', 'u1')))
    const kept = open.redactor.identifier('ip_address', '203.0.113.7:443')
    expect(await undercurrent('203.0.113.7', '--field', 'ip_address')).toEqual(quietly(kept))
    expect(await undercurrent(kept, '--field', 'ip_address')).toEqual(quietly(kept))
  } finally {
    await open.close()
  }
})

it('seals that it was asked into the ledger, and never the id', async () => {
  const name = 'somebody-of-note'
  const { out: shown } = await undercurrent(name)
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
  const { out, err } = await undercurrent('u1')
  expect(out).toMatch(/^user:[0-9a-f]{16}$/)
  expect(err).toContain('does not make user_id pseudonymous')
  expect(JSON.parse((await undercurrent(samples.email, '--json')).out)).toEqual({
    field: 'user_id',
    pseudonym: expect.stringMatching(/^user:/),
    in_use: true,
  })
})

it('refuses a field that holds no id', async () => {
  const { code, err } = await undercurrent('u1', '--field', 'prompt')
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('Allowed choices') })
})
