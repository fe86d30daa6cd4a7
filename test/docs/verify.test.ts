import { expect, it } from 'vitest'
import {
  leafHash,
  notesOf,
  openNote,
  readCheckpoint,
  readKey,
  verifyConsistency,
  verifyInclusion,
} from '../../docs/verify/verify.mjs'
import { consistencyProof, inclusionProof } from '../../src/ledger/proof.ts'
import { aTree } from '../ledger/a-tree.ts'
import { LEAVES, NOTES, ROOTS, SAMPLE, VKEY } from '../ledger/published.ts'

/** The stand-alone verifier by the published tests, and against the proofs of the product, with which it shares no code. */

const bytes = (hex: string) => Buffer.from(hex, 'hex')
const leaves = LEAVES.map(bytes)
const roots = ROOTS.map(bytes)
const damaged = (hash: Uint8Array) => Buffer.from(hash.map((byte, i) => (i === 5 ? byte ^ 1 : byte)))

it('takes every inclusion proof of the published trees, and none that was changed', async () => {
  const nodes = async (ids: Parameters<ReturnType<typeof aTree>['nodes']>[0]) => aTree(leaves).nodes(ids)
  for (let size = 1; size <= leaves.length; size++)
    for (let index = 0; index < size; index++) {
      const hashes = await inclusionProof(nodes, index, size)
      const proof = { index, size, leaf: leafHash(leaves[index]!), hashes, root: roots[size]! }
      expect(verifyInclusion(proof)).toBe(true)
      expect(verifyInclusion({ ...proof, root: damaged(proof.root) })).toBe(false)
      expect(verifyInclusion({ ...proof, leaf: damaged(proof.leaf) })).toBe(false)
      expect(verifyInclusion({ ...proof, hashes: [...hashes, roots[1]!] })).toBe(false)
      expect(verifyInclusion({ ...proof, index: size })).toBe(false)
      if (hashes.length > 0) expect(verifyInclusion({ ...proof, hashes: hashes.slice(1) })).toBe(false)
    }
})

it('takes every consistency proof of the published trees, and none that was changed', async () => {
  const nodes = async (ids: Parameters<ReturnType<typeof aTree>['nodes']>[0]) => aTree(leaves).nodes(ids)
  for (let to = 0; to <= leaves.length; to++)
    for (let from = 0; from <= to; from++) {
      const hashes = await consistencyProof(nodes, from, to)
      const proof = { from, to, hashes, fromRoot: roots[from]!, toRoot: roots[to]! }
      expect(verifyConsistency(proof)).toBe(true)
      expect(verifyConsistency({ ...proof, fromRoot: damaged(proof.fromRoot) })).toBe(false)
      if (from > 0) expect(verifyConsistency({ ...proof, toRoot: damaged(proof.toRoot) })).toBe(false)
      expect(verifyConsistency({ ...proof, hashes: [...hashes, roots[1]!] })).toBe(false)
      expect(verifyConsistency({ ...proof, from: to + 1 })).toBe(false)
    }
})

it.each([null, undefined, 'AA==', [], [null], [new Uint8Array(31)]])(
  'never throws over a proof that is none: %j',
  (hashes) => {
    const root = roots[2]!
    const of = { hashes: hashes as Uint8Array[], root }
    expect(verifyInclusion({ index: 0, size: 2, leaf: roots[1]!, ...of })).toBe(false)
    expect(verifyConsistency({ from: 1, to: 2, hashes: of.hashes, fromRoot: roots[1]!, toRoot: root })).toBe(false)
  },
)

it('reads the published notes, and says what is wrong with others', () => {
  const key = readKey(VKEY)
  for (const [size, note] of NOTES) expect(readCheckpoint(note, key)).toMatchObject({ size, root: roots[size] })
  expect(openNote(SAMPLE.note, readKey(SAMPLE.vkey))).toBe('This is an example message.\n')
  const [, note] = NOTES[2]!
  expect(() => openNote(SAMPLE.note, key)).toThrow('foreign')
  expect(() => readCheckpoint(note.replace('\n3\n', '\n4\n'), key)).toThrow('bad-signature')
  for (const text of ['', '\n\n', note.slice(0, -1), note.replace('\n\n', '\n')])
    expect(() => openNote(text, key)).toThrow('malformed')
  expect(() => readKey(VKEY.replace('b65465db', 'b65465dc'))).toThrow('is not that of its bytes')
})

it('parts the notes of a file, however many blank lines are between them', () => {
  const notes = NOTES.map(([, note]) => note)
  for (const between of ['', '\n', '\n\n\n']) expect(notesOf(notes.join(between))).toEqual(notes)
  expect(notesOf(`${notes[0]}torn`)).toEqual([notes[0], 'torn'])
})
