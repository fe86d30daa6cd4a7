import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { commit, leafData, serialise } from '../../src/ledger/leaf.ts'
import { EMPTY_ROOT, frontierOf, grow, leafHash, nodeHash, rootOf } from '../../src/ledger/tree.ts'
import { LEAVES, ROOTS } from './published.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

it('gives the published roots, leaf by leaf', () => {
  let frontier: Uint8Array[] = []
  expect(hex(EMPTY_ROOT)).toBe(ROOTS[0])
  for (const [i, leaf] of LEAVES.entries()) {
    frontier = grow(i, frontier, [leafHash(Buffer.from(leaf, 'hex'))]).frontier
    expect(hex(rootOf(frontier))).toBe(ROOTS[i + 1])
  }
})

it('gives the same root however the leaves are batched, and every complete subtree once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }), (batches) => {
      let frontier: Uint8Array[] = []
      let size = 0
      const made = new Map<string, Uint8Array>()
      for (const n of batches) {
        const leaves = Array.from({ length: n }, (_, i) => leafHash(Buffer.from([size + i])))
        const grown = grow(size, frontier, leaves)
        for (const node of grown.made) {
          expect(made.has(`${node.level}/${node.index}`)).toBe(false)
          made.set(`${node.level}/${node.index}`, node.hash)
        }
        frontier = grown.frontier
        size += n
      }
      for (const [key, hash] of made) {
        const [level, index] = key.split('/').map(Number) as [number, number]
        if (level > 0)
          expect(hash).toEqual(
            nodeHash(made.get(`${level - 1}/${index * 2}`)!, made.get(`${level - 1}/${index * 2 + 1}`)!),
          )
      }
      expect(frontierOf(size).map(({ level, index }) => made.get(`${level}/${index}`))).toEqual(frontier)
    }),
  )
})

it('binds a leaf to salt and body by their hash alone', () => {
  const salt = Buffer.alloc(32, 7)
  const body = serialise({ b: 1, a: 'é"\n' })
  expect(body).toBe('{"a":"é\\"\\n","b":1}')
  const commitment = commit(salt, body)
  expect(hex(commitment)).toBe(
    createHash('sha256')
      .update(Buffer.concat([salt, Buffer.from(body)]))
      .digest('hex'),
  )
  expect(JSON.parse(leafData('event', 'e"1', commitment).toString())).toEqual({
    v: 1,
    kind: 'event',
    event_id: 'e"1',
    commitment: Buffer.from(commitment).toString('base64'),
  })
})
