import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { commit, leafData, serialise } from '../../src/ledger/leaf.ts'
import { EMPTY_ROOT, frontierOf, grow, leafHash, nodeHash, rootOf } from '../../src/ledger/tree.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Inputs and roots of the reference tests of Certificate Transparency, for trees of 0 to 8 leaves. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

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
