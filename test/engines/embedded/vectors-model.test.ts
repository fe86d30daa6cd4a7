import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createVectorIndex } from '../../../src/engines/embedded/vectors.ts'
import { storeKey } from '../../store-key.ts'
import { aVectorStore, type Said, truthOf, unit } from './a-vector-store.ts'

const DIMS = 5
const SPACES = ['a@1/f32', 'b@1/f32']
const TEXTS = Array.from({ length: 12 }, (_, t) =>
  unit(Array.from({ length: DIMS }, (_, i) => Math.cos(t * 3 + i * i))),
)

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('say' as const), n: fc.integer({ min: 1, max: 40 }), space: fc.nat(1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('erase' as const), picks: fc.array(fc.nat(200), { maxLength: 12 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tend' as const), limit: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('harm' as const), file: fc.nat(9), at: fc.nat(9999), cut: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), text: fc.nat(TEXTS.length - 1) }) },
)

it('equals a plain list whatever is said, erased, tended, restarted and damaged, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const store = aVectorStore()
      for (const space of SPACES) store.space(space, DIMS)
      const options = { key: storeKey, db: store.db, dir: store.dir, writable: true, segmentSize: 25, graphs: false }
      const lists: Said[][] = [[], []]
      let index = createVectorIndex(options)
      let seq = 0

      const agree = async (text: number) => {
        for (const [at, space] of SPACES.entries()) {
          const plain = truthOf(lists[at]!, TEXTS[text]!).map(({ seq, part }) => `${seq} ${part}`)
          const { hits, complete } = await index.nearest(TEXTS[text]!, space, 7)
          expect(complete).toBe(true)
          expect(hits.map(({ seq, part }) => `${seq} ${part}`)).toEqual(plain.slice(0, 7))
          expect(index.within(TEXTS[text]!, space, -1).map(({ seq, part }) => `${seq} ${part}`)).toEqual(plain)
        }
        const { indexed, stored } = index.status()
        expect(indexed).toBe(stored)
      }

      try {
        for (const now of steps) {
          if (now.do === 'say') {
            const said = Array.from({ length: now.n }, (_, i) => ({
              seq: seq++,
              part: (i % 2) as 0 | 1,
              ts: (seq * 7) % 5,
              vector: TEXTS[(seq * seq + i) % TEXTS.length]!,
            }))
            store.add(SPACES[now.space]!, said)
            lists[now.space]!.push(...said)
          } else if (now.do === 'erase') {
            const seqs = [...new Set(now.picks.filter((pick) => pick < seq))]
            store.erase(seqs)
            for (const [at, list] of lists.entries()) lists[at] = list.filter((one) => !seqs.includes(one.seq))
          } else if (now.do === 'tend') await index.tend(now.limit)
          else if (now.do === 'ask') await agree(now.text)
          else {
            await index.close()
            if (now.do === 'harm') harm(store.dir, now)
            index = createVectorIndex(options)
          }
        }
        await agree(0)
        while ((await index.tend(50)) > 0);
        await agree(1)
      } finally {
        await index.close()
        store.close()
      }
    }),
    { numRuns: 60 },
  )
})

/** Cuts a snapshot short or turns some of its bytes. */
function harm(dir: string, { file, at, cut }: { file: number; at: number; cut: boolean }): void {
  const name = readdirSync(dir)[file]
  if (name === undefined) return
  const bytes = readFileSync(join(dir, name))
  if (cut && at % 3 === 0) rmSync(join(dir, name))
  else if (cut) writeFileSync(join(dir, name), bytes.subarray(0, at % bytes.length))
  else writeFileSync(join(dir, name), bytes.fill(at % 256, at % bytes.length, (at % bytes.length) + 64))
}
