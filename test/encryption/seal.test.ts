import { expect, it } from 'vitest'
import { SEAL_BYTES, seal, unseal } from '../../src/encryption/seal.ts'

const key = new Uint8Array(32).fill(1)
const plain = Buffer.from('the text of an event')

it('opens under its key and name, and under no other', () => {
  const sealed = seal(key, plain, 'a/1')
  expect(sealed).toHaveLength(plain.length + SEAL_BYTES)
  expect(unseal(key, sealed, 'a/1')).toEqual(plain)
  expect(() => unseal(key, sealed, 'a/2')).toThrow('another key or name')
  expect(() => unseal(new Uint8Array(32).fill(2), sealed, 'a/1')).toThrow('another key or name')
})

it('is refused wherever a bit of it has turned, and wherever it was cut', () => {
  const sealed = seal(key, plain, 'a')
  for (let at = 0; at < sealed.length; at++) {
    const other = Buffer.from(sealed)
    other[at]! ^= 1
    expect(() => unseal(key, other, 'a')).toThrow()
    expect(() => unseal(key, sealed.subarray(0, at), 'a')).toThrow()
  }
})

it('is never the same twice, and holds nothing of the text', () => {
  const all = new Set(Array.from({ length: 500 }, () => seal(key, plain, 'a').toString('hex')))
  expect(all.size).toBe(500)
  for (const one of all) expect(one).not.toContain(plain.toString('hex').slice(0, 16))
})
