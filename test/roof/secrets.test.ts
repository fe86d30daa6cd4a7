import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openSecrets, rewrap, wrappedKeysFile } from '../../src/roof/secrets.ts'

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

it('are made at the first start, stay the same, and lie wrapped in the data directory with their key beside it', () => {
  const config = configOf()
  const secrets = openSecrets(config)
  expect(openSecrets(config)).toEqual(secrets)
  const path = wrappedKeysFile(config.data_dir)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(config.key_file).mode & 0o777).toBe(0o600)
  expect(config.key_file).toBe(`${config.data_dir}.key`)
  expect(openSecrets(readConfig({ data_dir: join(folder, 'other') }, {}, folder))).not.toEqual(secrets)
})

it('are not opened by another master key, by none, or without what is wrapped, and nothing is made then', () => {
  const config = configOf()
  openSecrets(config)
  const wrapped = readFileSync(wrappedKeysFile(config.data_dir))
  const original = readFileSync(config.key_file)
  writeFileSync(config.key_file, `${base64}\n`)
  expect(() => openSecrets(config)).toThrow('is not the one that this data directory was begun with')
  rmSync(config.key_file)
  expect(() => openSecrets(config)).toThrow(`there is no key file ${config.key_file}`)
  expect(existsSync(config.key_file)).toBe(false)
  writeFileSync(config.key_file, original)
  rmSync(wrappedKeysFile(config.data_dir))
  writeFileSync(join(config.data_dir, 'undercurrent.db'), 'x')
  expect(() => openSecrets(config)).toThrow('is missing, without which')
  expect(existsSync(wrappedKeysFile(config.data_dir))).toBe(false)
  writeFileSync(wrappedKeysFile(config.data_dir), wrapped)
  expect(openSecrets(config).root).toHaveLength(32)
})

it('may have a master key that a command prints, or that the environment holds', () => {
  const byCommand = configOf({ key_command: `echo ${base64}` })
  const secrets = openSecrets(byCommand)
  expect(existsSync(byCommand.key_file)).toBe(false)
  process.env.A_MASTER_KEY = base64
  expect(openSecrets(configOf({ key_variable: 'A_MASTER_KEY' }))).toEqual(secrets)
})

it('a source that fails is named, and neither the command nor what it said is quoted', () => {
  const refusal = (more: Record<string, unknown>) => {
    try {
      openSecrets(configOf(more))
    } catch (error) {
      return (error as Error).message
    }
    throw new Error('it was opened')
  }
  expect(refusal({ key_command: 'echo sesame; exit 4' })).toBe(
    'key_command ended with 4: it must print 32 bytes in base64 and end with 0',
  )
  expect(refusal({ key_command: 'echo sesame' })).toMatch(/^what key_command prints holds no 32 bytes/)
  expect(refusal({ key_variable: 'A_MASTER_KEY' })).toMatch(/^key_variable names A_MASTER_KEY, which is not/)
})

it('are wrapped anew under another master key, and then open under that alone', () => {
  const config = configOf()
  const secrets = openSecrets(config)
  const to = { key_command: '', key_variable: '', key_file: join(folder, 'next.key') }
  rewrap(config.data_dir, secrets, to)
  expect(() => openSecrets(config)).toThrow('is not the one')
  expect(openSecrets({ ...config, ...to })).toEqual(secrets)
})

it('stay as they are where the next master key cannot be had', () => {
  const config = configOf()
  const secrets = openSecrets(config)
  const none = { key_command: 'exit 1', key_variable: '', key_file: '' }
  expect(() => rewrap(config.data_dir, secrets, none)).toThrow('ended with 1')
  expect(openSecrets(config)).toEqual(secrets)
})
