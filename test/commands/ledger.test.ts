import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { parseCheckpoint } from '../../src/ledger/checkpoint.ts'
import { noteVerifier, openNote } from '../../src/ledger/note.ts'
import { verifyConsistency, verifyInclusion } from '../../src/ledger/proof.ts'
import { nodeHash } from '../../src/ledger/tree.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { said } from '../contracts/engine/said.ts'
import { told } from './told.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-ledger-'))
  const places = { data_dir: join(folder, 'data'), key_file: join(folder, 'key') }
  const house = await openHouse(readConfig(places, {}, folder))
  await house.engine.append(Array.from({ length: 5 }, (_, i) => said(`a${i}`)))
  await house.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

const ledger = (...args: string[]) =>
  told('ledger', ...args, '--data-dir', join(folder, 'data'), '--key-file', join(folder, 'key'))

const json = async (...args: string[]) => JSON.parse((await ledger(...args, '--json')).out)
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

it('prints the checkpoint as the note that its key opens, the same every time', async () => {
  const { code, out } = await ledger('checkpoint')
  expect(code).toBe(0)
  const key = (await ledger('key')).out
  expect(key).toMatch(/^undercurrent\/[0-9a-f]{16}\+[0-9a-f]{8}\+\S+\n$/)
  const { origin, size } = parseCheckpoint(openNote(out, [noteVerifier(key.trim())]).text)
  expect([`${origin}+`, size]).toEqual([key.slice(0, origin.length + 1), 5])
  expect((await ledger('checkpoint')).out).toBe(out)
  expect(await json('checkpoint')).toMatchObject({ size: 5, note: out })
  expect(await json('key')).toEqual({ name: origin, vkey: key.trim() })
})

it('proves an event, for people and for machines', async () => {
  const proof = await json('proof', 'a3')
  const { size, root } = parseCheckpoint(openNote(proof.checkpoint, [noteVerifier((await json('key')).vkey)]).text)
  const hashes = proof.hashes.map(bytes)
  expect(verifyInclusion({ index: proof.leaf_index, size, leafHash: bytes(proof.leaf_hash), hashes, root })).toBe(true)
  const { out } = await ledger('proof', 'a3')
  expect(out).toMatch(/^leaf_index +3$/m)
  for (const hash of proof.hashes) expect(out).toContain(hash)
  expect(out.endsWith(proof.checkpoint)).toBe(true)
})

it('proves one size to be the beginning of another', async () => {
  expect((await json('consistency', '5', '5')).hashes).toEqual([])
  const answer = await json('consistency', '2', '5')
  expect(answer).toMatchObject({ from: 2, to: 5 })
  // the tree of two leaves has their parent for its root
  const [first, second] = [await json('proof', 'a0'), await json('proof', 'a1')]
  const fromRoot = nodeHash(bytes(first.leaf_hash), bytes(second.leaf_hash))
  const toRoot = bytes((await json('checkpoint')).root)
  const hashes = answer.hashes.map(bytes)
  expect(verifyConsistency({ from: 2, to: 5, hashes, fromRoot, toRoot })).toBe(true)
  expect((await ledger('consistency', '2', '5')).out).toMatch(/^from +2$/m)
})

it.each([
  [['proof', 'nonesuch'], 1, /no event with this id/],
  [['consistency', '3', '2'], 2, /must not be larger/],
  [['consistency', '1', '9'], 2, /has 5 entries/],
  [['consistency', 'x', '2'], 2, /FROM must be a number/],
  [['consistency', '1', '1.5'], 2, /TO must be a number/],
  [['proof'], 2, /missing required argument/],
  [['nonesuch'], 2, /unknown command/],
  [['key', '--ledger-origin', 'a b'], 2, /ledger_origin must be a name/],
] as [string[], number, RegExp][])('says what is wrong with %j', async (args, wanted, message) => {
  const { code, out, err } = await ledger(...args)
  expect([code, out]).toEqual([wanted, ''])
  expect(err).toMatch(message)
})
