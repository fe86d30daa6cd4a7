import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkKey, keyFor, masterKey } from '../../src/roof/key-file.ts'
import { aHouse } from './a-house.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-key-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a key is made at the first call, for its owner alone, and stays the same', () => {
  const path = join(folder, 'new', 'var.key')
  const key = masterKey(path)
  expect(key).toHaveLength(32)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(masterKey(path)).toEqual(key)
  expect(masterKey(join(folder, 'new', 'other.key'))).not.toEqual(key)
})

it('a file that others may read is closed to them', () => {
  const path = join(folder, 'open.key')
  masterKey(path)
  chmodSync(path, 0o644)
  masterKey(path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('a file that holds no key is refused, named and left as it is', () => {
  const path = join(folder, 'foreign.key')
  for (const content of ['', 'hello', Buffer.alloc(16).toString('base64'), 'x'.repeat(5000)]) {
    writeFileSync(path, content)
    expect(() => masterKey(path)).toThrow(`${path} holds no 32 bytes`)
    expect(readFileSync(path, 'utf8')).toBe(content)
  }
})

it('a place where no key can be written or read is named', () => {
  writeFileSync(join(folder, 'file'), '')
  const path = join(folder, 'file', 'var.key')
  expect(() => masterKey(path)).toThrow(`the key file ${path} cannot be`)
  expect(() => masterKey(join(path, 'deeper'))).toThrow(`the key file ${join(path, 'deeper')} cannot be`)
  expect(() => masterKey(folder)).toThrow(`the key file ${folder} cannot be read (EISDIR)`)
})

it('each purpose has a key of its own', () => {
  const master = new Uint8Array(32).fill(1)
  const keys = (['pseudonym', 'content', 'import', 'check'] as const).map((use) => Buffer.from(keyFor(master, use)))
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(4)
  expect(keys.every((key) => key.length === 32 && !key.equals(master))).toBe(true)
})

it('a store is held to the key that it was begun with, and keeps nothing of it', async () => {
  const house = await aHouse()
  const path = house.config.key_file
  expect(existsSync(path)).toBe(true)
  await checkKey(house.engine, path, house.clock)
  const foreign = join(folder, 'foreign-store.key')
  await expect(checkKey(house.engine, foreign, house.clock)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(foreign),
  })
  const kept = JSON.stringify(await house.engine.records('setting', {}, { order: 'ts', limit: 10 }))
  const master = Buffer.from(masterKey(path))
  for (const form of ['hex', 'base64'] as const) expect(kept).not.toContain(master.toString(form))
})
