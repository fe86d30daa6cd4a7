import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { wrappedKeysFile } from '../../src/roof/secrets.ts'
import { A_KEY, ACCESS_KEY_ID, aKms, SECRET_ACCESS_KEY } from '../senders/a-kms.ts'
import { told } from './told.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-keys-'))
  vi.stubEnv('AWS_ACCESS_KEY_ID', ACCESS_KEY_ID)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET_ACCESS_KEY)
  vi.stubEnv('AWS_SESSION_TOKEN', '')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})
const dataDir = () => join(folder, 'var')
const undercurrent = (command: string, ...flags: string[]) =>
  told('keys', ...command.split(' '), '--data-dir', dataDir(), ...flags)

async function audits(flags: Record<string, string>) {
  const house = await openHouse(readConfig({ data_dir: dataDir(), ...flags }, {}, folder))
  try {
    const { size } = await house.engine.head()
    return (await house.engine.sealed(0, size)).map(({ body }) => JSON.parse(body ?? '{}').action)
  } finally {
    await house.close()
  }
}

it('rewrap puts the secrets under a key of AWS KMS and back, and the ledger says so', async () => {
  const kms = await aKms()
  const underKms = ['--key-kms', A_KEY, '--key-kms-endpoint', kms.url]
  expect((await undercurrent('create --role admin')).code).toBe(0)
  const rewrapped = await undercurrent(`rewrap --to-key-kms ${A_KEY}`, '--key-kms-endpoint', kms.url)
  expect(rewrapped).toMatchObject({ code: 0, err: expect.stringContaining('under the key of key_kms') })
  expect(await undercurrent('list')).toMatchObject({ code: 2, err: expect.stringContaining('under a key of AWS KMS') })
  expect((await undercurrent('list', ...underKms)).code).toBe(0)
  expect((await undercurrent(`rewrap --to-key-file ${join(folder, 'next.key')}`, ...underKms)).code).toBe(0)
  expect(await audits({ key_file: join(folder, 'next.key') })).toEqual(['key.create', 'key.rewrap', 'key.rewrap'])
})

it('rewrap that a KMS refuses changes nothing, and the ledger does not say that it did', async () => {
  const kms = await aKms()
  kms.state = 'DisabledException'
  expect((await undercurrent('list')).code).toBe(0)
  const before = readFileSync(wrappedKeysFile(dataDir()))
  const refused = await undercurrent(`rewrap --to-key-kms ${A_KEY}`, '--key-kms-endpoint', kms.url)
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('the key is disabled') })
  expect(readFileSync(wrappedKeysFile(dataDir()))).toEqual(before)
  expect(await audits({})).toEqual([])
})

it('rewrap wants one next key', async () => {
  const both = await undercurrent(`rewrap --to-key-kms ${A_KEY} --to-key-variable X`)
  expect(both).toMatchObject({ code: expect.any(Number), err: expect.stringContaining('give one of --to-key-file') })
  expect((await undercurrent('rewrap')).err).toContain('give one of')
})
