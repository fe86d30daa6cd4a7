import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { consistencyProof, inclusionProof, rootAt, verifyConsistency, verifyInclusion } from '../../src/ledger/proof.ts'
import { EMPTY_ROOT, frontierOf, nodeHash, rootOf } from '../../src/ledger/tree.ts'
import { aTree } from './a-tree.ts'
import { LEAVES, ROOTS } from './published.ts'

/** Every size that is tried; beyond two full levels of every shape nothing new comes. */
const MOST = 70
const tree = aTree(Array.from({ length: MOST }, (_, i) => Buffer.from(`leaf ${i}`)))
const published = aTree(LEAVES.map((leaf) => Buffer.from(leaf, 'hex')))
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** A copy with one bit turned over. */
function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7)
  return copy
}

it('gives the published roots at every size', async () => {
  for (const [size, root] of ROOTS.entries()) expect(hex(await rootAt(published.nodes, size))).toBe(root)
})

it('proves every leaf in every tree', async () => {
  for (let size = 1; size <= MOST; size++) {
    const root = tree.root(size)
    expect(await rootAt(tree.nodes, size)).toEqual(root)
    for (let index = 0; index < size; index++) {
      const hashes = await inclusionProof(tree.nodes, index, size)
      const proof = { index, size, leafHash: tree.hashes[index]!, hashes, root }
      expect(verifyInclusion(proof)).toBe(true)
    }
  }
})

it('proves every tree the beginning of every later one', async () => {
  for (let to = 0; to <= MOST; to++)
    for (let from = 0; from <= to; from++) {
      const hashes = await consistencyProof(tree.nodes, from, to)
      expect(verifyConsistency({ from, to, hashes, fromRoot: tree.root(from), toRoot: tree.root(to) })).toBe(true)
    }
})

const sizes = fc.integer({ min: 1, max: MOST })
const bits = fc.integer({ min: 0, max: 255 })

it('takes no proof of inclusion for another leaf, place, size or root', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), bits, async (size, a, b, bit) => {
      const index = a % size
      const hashes = await inclusionProof(tree.nodes, index, size)
      const proof = { index, size, leafHash: tree.hashes[index]!, hashes, root: tree.root(size) }
      const wrong = [
        { leafHash: flipped(proof.leafHash, bit) },
        { root: flipped(proof.root, bit) },
        { leafHash: tree.hashes[(index + 1 + (b % (MOST - 1))) % MOST]! },
        { hashes: [...hashes, proof.root] },
        ...(hashes.length === 0
          ? []
          : [
              { hashes: hashes.slice(1) },
              { hashes: hashes.with(b % hashes.length, flipped(hashes[b % hashes.length]!, bit)) },
            ]),
        ...Array.from({ length: size }, (_, other) => ({ index: other })).filter((one) => one.index !== index),
      ]
      for (const change of wrong) expect(verifyInclusion({ ...proof, ...change })).toBe(false)
      // a size with the same path below it may pass the arithmetic, yet its root is another
      for (let other = 1; other <= MOST; other++)
        if (other !== size) expect(verifyInclusion({ ...proof, size: other, root: tree.root(other) })).toBe(false)
    }),
    { numRuns: 60 },
  )
})

it('takes no proof of consistency for another beginning, size or root', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), bits, async (to, a, b, bit) => {
      const from = 1 + (a % to)
      const hashes = await consistencyProof(tree.nodes, from, to)
      const proof = { from, to, hashes, fromRoot: tree.root(from), toRoot: tree.root(to) }
      const wrong = [
        { fromRoot: flipped(proof.fromRoot, bit) },
        { toRoot: flipped(proof.toRoot, bit) },
        { hashes: [...hashes, proof.toRoot] },
        ...(hashes.length === 0
          ? []
          : [
              { hashes: hashes.slice(1) },
              { hashes: hashes.with(b % hashes.length, flipped(hashes[b % hashes.length]!, bit)) },
            ]),
      ]
      for (const change of wrong) expect(verifyConsistency({ ...proof, ...change })).toBe(false)
      for (let other = 0; other <= MOST; other++) {
        if (other !== from) {
          expect(verifyConsistency({ ...proof, from: other })).toBe(false)
          // nothing is an empty beginning's to prove
          if (other > 0 || hashes.length > 0)
            expect(verifyConsistency({ ...proof, from: other, fromRoot: tree.root(other) })).toBe(false)
        }
        if (other !== to) expect(verifyConsistency({ ...proof, to: other, toRoot: tree.root(other) })).toBe(false)
      }
    }),
    { numRuns: 60 },
  )
})

it('says no to what is no proof at all, and never throws', () => {
  const root = tree.root(5)
  const hash = tree.hashes[0]!
  const hashes = [hash, hash, hash]
  const odd: unknown[] = [undefined, null, -1, 0.5, Number.NaN, 2 ** 64, '1', {}, [hash], new Uint8Array(31), 5n]
  for (const value of odd) {
    for (const name of ['index', 'size', 'leafHash', 'hashes', 'root'])
      expect(verifyInclusion({ index: 1, size: 5, leafHash: hash, hashes, root, [name]: value } as never)).toBe(false)
    for (const name of ['from', 'to', 'hashes', 'fromRoot', 'toRoot'])
      expect(verifyConsistency({ from: 3, to: 5, hashes, fromRoot: root, toRoot: root, [name]: value } as never)).toBe(
        false,
      )
  }
  expect(verifyInclusion({ index: 0, size: 0, leafHash: EMPTY_ROOT, hashes: [], root: EMPTY_ROOT })).toBe(false)
  expect(verifyConsistency({ from: 0, to: 5, hashes: [], fromRoot: root, toRoot: root })).toBe(false)
  expect(verifyConsistency({ from: 0, to: 0, hashes: [], fromRoot: root, toRoot: root })).toBe(false)
})

it('asks once, and for a few nodes, in a tree of which nobody could read all leaves', async () => {
  // every leaf is the same, so that a node is its level's hash
  const levels = [tree.hashes[0]!]
  while (levels.length < 53) levels.push(nodeHash(levels.at(-1)!, levels.at(-1)!))
  const asked: number[] = []
  const nodes = async (ids: readonly { level: number; index: number }[]) => {
    asked.push(ids.length)
    return ids.map(({ level }) => levels[level]!)
  }
  const rootOfSize = (size: number) => rootOf(frontierOf(size).map(({ level }) => levels[level]!))
  const size = 2 ** 52 + 12_345
  const root = rootOfSize(size)
  for (const index of [0, 1, 2 ** 31, 2 ** 32 + 7, 2 ** 52 - 1, 2 ** 52, size - 1]) {
    const hashes = await inclusionProof(nodes, index, size)
    expect(hashes.length).toBeLessThanOrEqual(53)
    expect(verifyInclusion({ index, size, leafHash: levels[0]!, hashes, root })).toBe(true)
  }
  for (const from of [1, 2 ** 32, 2 ** 32 + 5, 2 ** 52, size - 1]) {
    const hashes = await consistencyProof(nodes, from, size)
    expect(verifyConsistency({ from, to: size, hashes, fromRoot: rootOfSize(from), toRoot: root })).toBe(true)
  }
  expect(asked).toHaveLength(12)
  expect(Math.max(...asked)).toBeLessThan(2 * 53)
})

it('refuses to prove a leaf that is not in the tree, or a beginning that is longer', async () => {
  await expect(inclusionProof(tree.nodes, 5, 5)).rejects.toThrow(RangeError)
  await expect(inclusionProof(tree.nodes, -1, 5)).rejects.toThrow(RangeError)
  await expect(inclusionProof(tree.nodes, 0, 0)).rejects.toThrow(RangeError)
  await expect(consistencyProof(tree.nodes, 6, 5)).rejects.toThrow(RangeError)
})

/** Folder of the published vectors (proofs of the reference trees, and cases that a verifier accepts or rejects). */
const FOLDER =
  process.env.MERKLE_VECTORS ?? fileURLToPath(new URL('../../../shared/spec/merkle-rfc6962', import.meta.url))
const aloud = existsSync(FOLDER) ? '' : ` (skipped: no ${FOLDER}; set MERKLE_VECTORS)`
const read = (file: string) => JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'))
const base64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

it.skipIf(!existsSync(FOLDER))(`gives the published proofs${aloud}`, async () => {
  const { inclusion, consistency } = read('vectors.json')
  for (const { index, size, path } of inclusion)
    expect((await inclusionProof(published.nodes, index, size)).map(hex)).toEqual(path)
  for (const { first, second, path } of consistency)
    expect((await consistencyProof(published.nodes, first, second)).map(hex)).toEqual(path)
  expect(inclusion.length + consistency.length).toBeGreaterThan(70)
})

it.skipIf(!existsSync(FOLDER))(`judges the published cases as they say${aloud}`, () => {
  const { inclusion, consistency } = read('verify-cases.json')
  for (const one of inclusion)
    expect(
      verifyInclusion({
        index: one.leafIdx,
        size: one.treeSize,
        leafHash: base64(one.leafHash),
        hashes: (one.proof ?? []).map(base64),
        root: base64(one.root),
      }),
      `inclusion: ${one.desc}`,
    ).toBe(!one.wantErr)
  for (const one of consistency)
    expect(
      verifyConsistency({
        from: one.size1,
        to: one.size2,
        hashes: (one.proof ?? []).map(base64),
        fromRoot: base64(one.root1),
        toRoot: base64(one.root2),
      }),
      `consistency: ${one.desc}`,
    ).toBe(!one.wantErr)
  expect(inclusion.length + consistency.length).toBeGreaterThan(190)
})
