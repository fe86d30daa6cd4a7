import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keyFor, keyIn } from '../../src/roof/key-file.ts'

const keyOf = (path: string) => keyIn(path, '--key-file')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-key-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a key is made at the first call, for its owner alone, and stays the same', () => {
  const path = join(folder, 'new', 'var.key')
  const key = keyOf(path)
  expect(key).toHaveLength(32)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(keyOf(path)).toEqual(key)
  expect(keyOf(join(folder, 'new', 'other.key'))).not.toEqual(key)
})

it('a file that others may read is closed to them', () => {
  const path = join(folder, 'open.key')
  keyOf(path)
  chmodSync(path, 0o644)
  keyOf(path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('a file that holds no key is refused, named and left as it is', () => {
  const path = join(folder, 'foreign.key')
  for (const content of ['', 'hello', Buffer.alloc(16).toString('base64'), 'x'.repeat(5000)]) {
    writeFileSync(path, content)
    expect(() => keyOf(path)).toThrow(`${path} holds no 32 bytes`)
    expect(readFileSync(path, 'utf8')).toBe(content)
  }
})

it('a place where no key can be written or read is named', () => {
  writeFileSync(join(folder, 'file'), '')
  const path = join(folder, 'file', 'var.key')
  expect(() => keyOf(path)).toThrow(`the key file ${path} cannot be`)
  expect(() => keyOf(join(path, 'deeper'))).toThrow(`the key file ${join(path, 'deeper')} cannot be`)
  expect(() => keyOf(folder)).toThrow(`the key file ${folder} cannot be read (EISDIR)`)
})

it('each purpose has a key of its own', () => {
  const master = new Uint8Array(32).fill(1)
  const keys = (['pseudonym', 'content', 'import', 'checkpoint', 'segment'] as const).map((use) =>
    Buffer.from(keyFor(master, use)),
  )
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(5)
  expect(keys.every((key) => key.length === 32 && !key.equals(master))).toBe(true)
})
