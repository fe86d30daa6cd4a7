import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Config, readConfig } from '../../src/config.ts'
import { openSecrets, rewrap, wrappedKeysFile } from '../../src/roof/secrets.ts'
import { A_KEY, ACCESS_KEY_ID, AN_ALIAS, ANOTHER_KEY, aKms, SECRET_ACCESS_KEY } from '../senders/a-kms.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-secrets-'))
})
afterEach(() => {
  delete process.env.A_MASTER_KEY
  rmSync(folder, { recursive: true, force: true })
})
const configOf = (more: Record<string, unknown> = {}) =>
  readConfig({ data_dir: join(folder, 'var'), ...more }, {}, folder)
const base64 = Buffer.alloc(32, 5).toString('base64')

it('are made at the first start, stay the same, and lie wrapped in the data directory with their key beside it', async () => {
  const config = configOf()
  const secrets = await openSecrets(config)
  expect(await openSecrets(config)).toEqual(secrets)
  const path = wrappedKeysFile(config.data_dir)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(config.key_file).mode & 0o777).toBe(0o600)
  expect(config.key_file).toBe(`${config.data_dir}.key`)
  expect(await openSecrets(readConfig({ data_dir: join(folder, 'other') }, {}, folder))).not.toEqual(secrets)
})

it('are not opened by another master key, by none, or without what is wrapped, and nothing is made then', async () => {
  const config = configOf()
  await openSecrets(config)
  const wrapped = readFileSync(wrappedKeysFile(config.data_dir))
  const original = readFileSync(config.key_file)
  writeFileSync(config.key_file, `${base64}\n`)
  await expect(openSecrets(config)).rejects.toThrow('is not the one that this data directory was begun with')
  rmSync(config.key_file)
  await expect(openSecrets(config)).rejects.toThrow(`there is no key file ${config.key_file}`)
  expect(existsSync(config.key_file)).toBe(false)
  writeFileSync(config.key_file, original)
  rmSync(wrappedKeysFile(config.data_dir))
  writeFileSync(join(config.data_dir, 'undercurrent.db'), 'x')
  await expect(openSecrets(config)).rejects.toThrow('is missing, without which')
  expect(existsSync(wrappedKeysFile(config.data_dir))).toBe(false)
  writeFileSync(wrappedKeysFile(config.data_dir), wrapped)
  expect((await openSecrets(config)).root).toHaveLength(32)
})

it('may have a master key that a command prints, or that the environment holds', async () => {
  const byCommand = configOf({ key_command: `echo ${base64}` })
  const secrets = await openSecrets(byCommand)
  expect(existsSync(byCommand.key_file)).toBe(false)
  process.env.A_MASTER_KEY = base64
  expect(await openSecrets(configOf({ key_variable: 'A_MASTER_KEY' }))).toEqual(secrets)
})

it('a source that fails is named, and neither the command nor what it said is quoted', async () => {
  const refusal = async (more: Record<string, unknown>) => {
    try {
      await openSecrets(configOf(more))
    } catch (error) {
      return (error as Error).message
    }
    throw new Error('it was opened')
  }
  expect(await refusal({ key_command: 'echo sesame; exit 4' })).toBe(
    'key_command ended with 4: it must print 32 bytes in base64 and end with 0',
  )
  expect(await refusal({ key_command: 'echo sesame' })).toMatch(/^what key_command prints holds no 32 bytes/)
  expect(await refusal({ key_variable: 'A_MASTER_KEY' })).toMatch(/^key_variable names A_MASTER_KEY, which is not/)
})

it('are wrapped anew under another master key, and then open under that alone', async () => {
  const config = configOf()
  const secrets = await openSecrets(config)
  const to = {
    key_kms: '',
    key_kms_endpoint: '',
    key_command: '',
    key_variable: '',
    key_file: join(folder, 'next.key'),
  }
  await rewrap(config.data_dir, secrets, to)
  await expect(openSecrets(config)).rejects.toThrow('is not the one')
  expect(await openSecrets({ ...config, ...to })).toEqual(secrets)
})

it('stay as they are where the next master key cannot be had', async () => {
  const config = configOf()
  const secrets = await openSecrets(config)
  const none = { key_kms: '', key_kms_endpoint: '', key_command: 'exit 1', key_variable: '', key_file: '' }
  await expect(rewrap(config.data_dir, secrets, none)).rejects.toThrow('ended with 1')
  expect(await openSecrets(config)).toEqual(secrets)
})

describe('under a key of AWS KMS', () => {
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', ACCESS_KEY_ID)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET_ACCESS_KEY)
    vi.stubEnv('AWS_SESSION_TOKEN', '')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })
  const under = (kms: { url: string }, more: Record<string, unknown> = {}) =>
    configOf({ key_kms: A_KEY, key_kms_endpoint: kms.url, ...more })
  const text = () => readFileSync(wrappedKeysFile(join(folder, 'var')), 'utf8')

  it('are made and opened again, with no master key on the disk', async () => {
    const kms = await aKms()
    const secrets = await openSecrets(under(kms))
    expect(await openSecrets(under(kms, { key_kms: AN_ALIAS }))).toEqual(secrets)
    expect(JSON.parse(text())).toEqual({ v: 2, keys: expect.any(String), master: expect.any(String) })
    const { Plaintext } = JSON.parse(kms.received[0]!.body.toString())
    expect(text()).not.toContain(Plaintext)
    expect(readdirSync(folder)).toEqual(['var'])
    expect(readdirSync(join(folder, 'var'))).toEqual(['wrapped-keys.json'])
  })

  it('are not made where the KMS would not open them again', async () => {
    const kms = await aKms()
    kms.denied.add('Decrypt')
    await expect(openSecrets(under(kms))).rejects.toThrow('these credentials may not do that')
    expect(readdirSync(folder)).toEqual([])
  })

  it('are neither opened nor changed where the KMS, its key or the credentials are others', async () => {
    const kms = await aKms()
    await openSecrets(under(kms))
    const before = text()
    const refused = async (config: Config, told: string) => {
      const error = await openSecrets(config).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(told) })
      expect((error as Error).message).not.toContain(SECRET_ACCESS_KEY)
      expect(text()).toBe(before)
    }
    await refused(under(kms, { key_kms: ANOTHER_KEY }), 'encrypted under another key than that of key_kms')
    await refused(under(await aKms()), 'another key')
    await refused(under({ url: 'http://127.0.0.1:1' }), 'nothing listens there')
    await refused(under({ url: 'http://kms.example.net' }), 'key_kms_endpoint must be an https URL')
    await refused(configOf(), 'wrapped under a key of AWS KMS')
    kms.state = 'DisabledException'
    await refused(under(kms), 'the key is disabled')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', '')
    await refused(under(kms), 'key_kms needs credentials: set AWS_SECRET_ACCESS_KEY')
  })

  it('come from a key file and go back to one, without another word of the store', async () => {
    const kms = await aKms()
    const secrets = await openSecrets(configOf())
    await expect(openSecrets(under(kms))).rejects.toThrow('keys rewrap --to-key-kms')
    await rewrap(join(folder, 'var'), secrets, under(kms))
    expect(await openSecrets(under(kms))).toEqual(secrets)
    await expect(openSecrets(configOf())).rejects.toThrow('give its ARN by --key-kms')
    await rewrap(join(folder, 'var'), secrets, under(kms, { key_kms: ANOTHER_KEY }))
    expect(await openSecrets(under(kms, { key_kms: ANOTHER_KEY }))).toEqual(secrets)
    await rewrap(join(folder, 'var'), secrets, configOf())
    expect(JSON.parse(text()).v).toBe(1)
    expect(await openSecrets(configOf())).toEqual(secrets)
  })

  it('stay as they are, and nothing is told, where a KMS does not take the next master key', async () => {
    const kms = await aKms()
    const secrets = await openSecrets(configOf())
    const before = text()
    kms.denied.add('Decrypt')
    const tell = vi.fn()
    await expect(rewrap(join(folder, 'var'), secrets, under(kms), tell)).rejects.toThrow('may not do that')
    expect(text()).toBe(before)
    expect(tell).not.toHaveBeenCalled()
  })
})
