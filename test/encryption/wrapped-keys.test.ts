import { expect, it } from 'vitest'
import { newSecrets, sealedMaster, unwrap, wrap } from '../../src/encryption/wrapped-keys.ts'

const master = new Uint8Array(32).fill(1)

it('gives the same secrets back under the master key that wrapped them', () => {
  const secrets = newSecrets()
  const text = wrap(secrets, { key: master })
  expect(unwrap(text, master)).toEqual({ root: new Uint8Array(secrets.root), store: new Uint8Array(secrets.store) })
  for (const form of ['hex', 'base64'] as const)
    for (const secret of Object.values(secrets)) expect(text).not.toContain(Buffer.from(secret).toString(form))
})

it('opens under no other master key, nor where it was altered', () => {
  const text = wrap(newSecrets(), { key: master })
  expect(() => unwrap(text, new Uint8Array(32).fill(2))).toThrow('another key')
  for (const other of ['', '{}', 'null', '[]', '{"v":2,"keys":"x"}', '{"v":1,"keys":1}'])
    expect(() => unwrap(other, master)).toThrow('no wrapped keys of this version')
  const { keys } = JSON.parse(text)
  const bytes = Buffer.from(keys, 'base64')
  bytes[20]! ^= 1
  expect(() => unwrap(JSON.stringify({ v: 1, keys: bytes.toString('base64') }), master)).toThrow('altered')
})

it('keeps beside them what a KMS made of the master key, where one did', () => {
  const secrets = newSecrets()
  const text = wrap(secrets, { key: master, sealed: Uint8Array.of(1, 2, 3) })
  expect(sealedMaster(text)).toEqual(Uint8Array.of(1, 2, 3))
  expect(unwrap(text, master)).toEqual(secrets)
  for (const other of [wrap(secrets, { key: master }), '', 'null', '{"v":2,"keys":"x","master":1}'])
    expect(sealedMaster(other)).toBeNull()
})
