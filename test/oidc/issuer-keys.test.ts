import { exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { MINUTE, SECOND } from '../../src/core/window.ts'
import { issuerKeys } from '../../src/oidc/issuer-keys.ts'

let now = 0
let reads = 0
let shown: JSONWebKeySet
let away = false
const sets: JSONWebKeySet[] = []

beforeAll(async () => {
  for (const kid of ['old', 'new']) {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    sets.push({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' }] })
  }
})
beforeEach(() => {
  now = 0
  reads = 0
  away = false
  shown = sets[0]!
})

/** Asks for keys by their names, as tokens do. */
function aReader() {
  const read = async () => {
    reads++
    if (away) throw new Error('away')
    return shown
  }
  const find = issuerKeys(read, { now: () => now })
  return async (kid: string) =>
    await Promise.resolve(find({ alg: 'ES256', kid }, { payload: '', signature: '' })).then(
      () => 'found',
      (error: Error) => error.message,
    )
}

it('keys are read once for ten minutes, however many ask at once', async () => {
  const find = aReader()
  expect(await Promise.all([find('old'), find('old'), find('old')])).toEqual(['found', 'found', 'found'])
  now = 10 * MINUTE - 1
  await find('old')
  expect(reads).toBe(1)
  now = 10 * MINUTE
  await find('old')
  expect(reads).toBe(2)
})

it('a key that is not among them has them read again, twice a minute at most', async () => {
  const find = aReader()
  await find('old')
  expect(await find('new')).toMatch('no applicable key')
  expect(reads).toBe(1)
  now = 30 * SECOND
  shown = sets[1]!
  expect(await find('new')).toBe('found')
  expect(await find('old')).toMatch('no applicable key')
  for (let i = 0; i < 50; i++) await find(`none-${i}`)
  expect(reads).toBe(2)
})

it('an issuer that does not answer is left alone for five seconds, and what is known of it still counts', async () => {
  const find = aReader()
  away = true
  for (let i = 0; i < 20; i++) expect(await find('old')).toBe('away')
  expect(reads).toBe(1)
  now = 5 * SECOND
  away = false
  expect(await find('old')).toBe('found')
  away = true
  now = 9 * MINUTE
  expect(await find('new')).toBe('away')
  expect(await find('old')).toBe('found')
})

it('a clock that is set back makes no key good for longer', async () => {
  now = 60 * MINUTE
  const find = aReader()
  await find('old')
  now = 0
  shown = sets[1]!
  expect(await find('old')).toMatch('no applicable key')
})
