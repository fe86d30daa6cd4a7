import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptOf } from '../../../src/engines/embedded/accept.ts'
import { allOf, bestOf, type Reread } from '../../../src/engines/embedded/best.ts'
import { askedOf, createCodeRoom, decoded } from '../../../src/engines/embedded/codes.ts'
import { nearestSlots, scan } from '../../../src/engines/embedded/exact.ts'
import {
  addRow,
  compacted,
  eachRowOf,
  killRow,
  openSegment,
  type Segment,
} from '../../../src/engines/embedded/segments.ts'
import { dot } from '../../../src/stats/dot.ts'
import { type Said, truthOf, unit } from './a-vector-store.ts'

const DIMS = 11
/** Few, so that texts repeat, scores tie and lists of candidates hit. */
const TEXTS = [1, 2, 3, 5, 8, 13].map((seed) => unit(Array.from({ length: DIMS }, (_, i) => Math.sin(seed * (i + 1)))))

/** Texts of the rows of segments, by vid. */
const texts = new Map<number, number>()
const room = createCodeRoom(DIMS)
const asked = (about: number) => askedOf(TEXTS[about]!, room)
const reread =
  (about: number): Reread =>
  ({ vids }, row) =>
    dot(TEXTS[texts.get(vids[row]!)!]!, TEXTS[about]!)

const row = fc.record({
  text: fc.nat(TEXTS.length - 1),
  seq: fc.nat(40),
  part: fc.constantFrom(0 as const, 1 as const),
  user: fc.nat(3),
  tenant: fc.integer({ min: 7, max: 8 }),
  dead: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
})
const rows = fc.uniqueArray(row, { selector: ({ seq, part }) => `${seq}.${part}`, maxLength: 60 })

/** Two segments, the first of them sealed, as an index has them. */
function segmentsOf(
  list: readonly { text: number; seq: number; part: 0 | 1; dead: boolean; user: number; tenant: number }[],
) {
  const half = list.length >>> 1
  const living: (Said & { keys: { user: number; tenant: number } })[] = []
  const segments = [list.slice(0, half), list.slice(half)].map((some, at) => {
    const segment = openSegment(room, at * half + 1)
    some.forEach(({ text, seq, part, dead, user, tenant }, i) => {
      const vid = at * half + i + 1
      const said = { seq, part, ts: (seq % 3) * 10, vector: TEXTS[text]! }
      texts.set(vid, text)
      addRow(segment, { vid, seq, part, ts: said.ts, embedding: text, user, tenant }, () => said.vector)
      segment.cursor = vid
      if (!dead) living.push({ ...said, keys: { user, tenant } })
    })
    for (const [i, { dead }] of some.entries()) if (dead) killRow(segment, i)
    return at === 0 ? compacted(segment) : segment
  })
  return { segments, living }
}

describe('exact search', () => {
  it('multiplies as a plain loop does, whatever the length', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 70 }), (values) => {
        const a = Float32Array.from(values)
        const plain = a.reduce((sum, value) => sum + value * value, 0)
        expect(dot(a, a)).toBeCloseTo(plain, 5)
      }),
    )
  })

  it('gives the same k, in the same order, as sorting everything would, under any filter', () => {
    const filter = fc.record({
      seqs: fc.option(fc.uniqueArray(fc.nat(40), { maxLength: 40 }), { nil: undefined }),
      part: fc.option(fc.constantFrom('prompt' as const, 'response' as const), { nil: undefined }),
      before: fc.option(fc.nat(45), { nil: undefined }),
      since: fc.option(fc.constantFrom(0, 10, 20), { nil: undefined }),
      until: fc.option(fc.constantFrom(10, 20, 30), { nil: undefined }),
      tenant: fc.option(fc.integer({ min: 7, max: 9 }), { nil: undefined }),
      users: fc.option(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(rows, filter, fc.nat(12), fc.nat(TEXTS.length - 1), (list, { seqs, part, ...bounds }, k, about) => {
        const { segments, living } = segmentsOf(list)
        const candidates = seqs === undefined ? 'all' : Float64Array.from(seqs).sort()
        const accept = acceptOf(candidates, part, bounds)
        const best = bestOf(k)
        const close = allOf(0.25)
        for (const segment of segments) {
          scan(segment, asked(about), accept, best)
          scan(segment, asked(about), accept, close)
        }
        const named = living.filter(
          ({ keys }) =>
            keys.tenant === (bounds.tenant ?? keys.tenant) &&
            (seqs !== undefined || (bounds.users?.includes(keys.user) ?? true)),
        )
        const truth = truthOf(named, TEXTS[about]!).filter(
          (hit) =>
            (seqs?.includes(hit.seq) ?? true) &&
            hit.part === (part ?? hit.part) &&
            hit.seq < (bounds.before ?? 1e9) &&
            hit.ts >= (bounds.since ?? 0) &&
            hit.ts < (bounds.until ?? 1e9),
        )
        const shape = ({ seq, part, ts }: { seq: number; part: string; ts: number }) => `${seq} ${part} ${ts}`
        const { hits } = best.settle(reread(about))
        expect(hits.map(shape)).toEqual(truth.slice(0, k).map(shape))
        expect(close.settle(reread(about)).hits.map(shape)).toEqual(
          truth.filter(({ score }) => score >= 0.25).map(shape),
        )
        for (const [i, hit] of hits.entries()) expect(hit.score).toBeCloseTo(truth[i]!.score, 5)
      }),
      { numRuns: 300 },
    )
  })

  it('finds the rows of events in whatever order they came', () => {
    fc.assert(
      fc.property(rows, fc.uniqueArray(fc.nat(45), { maxLength: 20 }), (list, seqs) => {
        for (const segment of segmentsOf(list).segments) {
          const found: number[] = []
          eachRowOf(segment, Float64Array.from(seqs).sort(), (at) => found.push(at))
          const plain = [...segment.seqs.subarray(0, segment.rows).keys()].filter((at) =>
            seqs.includes(segment.seqs[at]!),
          )
          expect(found.sort((a, b) => a - b)).toEqual(plain)
        }
      }),
    )
  })

  it('leaves out a row that died between being found and being told', () => {
    const { segments } = segmentsOf([0, 1].map((seq) => ({ text: seq, seq, part: 0, dead: false, user: 0, tenant: 7 })))
    const best = bestOf(2)
    for (const segment of segments) scan(segment, asked(0), acceptOf('all'), best)
    killRow(segments[0] as Segment, 0)
    expect(best.settle(reread(0)).hits.map(({ seq }) => seq)).toEqual([1])
  })

  it('wipes a vector when the last of its rows dies and not before', () => {
    const segment = openSegment(room, 1)
    const row = { part: 0, ts: 0, embedding: 7, user: 0, tenant: 7 }
    for (const vid of [1, 2, 3]) texts.set(vid, 0)
    for (const seq of [0, 1]) addRow(segment, { vid: seq + 1, seq, ...row }, () => TEXTS[0]!)
    expect(segment.slots).toBe(1)
    expect(killRow(segment, 0)).toBeNull()
    expect(nearestSlots(segment, asked(0), 1, reread(0))[0]).toBeCloseTo(1, 5)
    expect(killRow(segment, 1)).toBe(0)
    expect(decoded(segment.codes, 0).every((value) => value === 0)).toBe(true)
    expect(nearestSlots(segment, asked(0), 1, reread(0))).toEqual([])
    addRow(segment, { vid: 3, seq: 3, ...row }, () => TEXTS[0]!)
    expect(nearestSlots(segment, asked(0), 1, reread(0))[0]).toBeCloseTo(1, 5)
  })
})
