import { type Accept, passes, planOf } from './accept.ts'
import { bestOf, type Reread, type Sink } from './best.ts'
import { NONE } from './chains.ts'
import { type Asked, scanSlots, scoreSlots } from './codes.ts'
import { livingRow, type Segment } from './segments.ts'

/** What a scan did: the way it went, and how many vectors it scored. */
export interface Scanned {
  how: 'none' | 'gather' | 'scan'
  scored: number
}

/** Scores every accepted row of a segment and offers those that may reach the sink's floor. Nothing that does is left out. */
export function scan(segment: Segment, asked: Asked, accept: Accept, sink: Sink): Scanned {
  const plan = planOf(segment, accept)
  const floor = () => sink.floor
  const { codes, slots, slotOf, head, next } = segment
  if (plan.how === 'none') return { how: 'none', scored: 0 }
  if (plan.how === 'gather') {
    const { rows } = plan
    scoreSlots(
      codes,
      rows.map((row) => slotOf[row]!),
      asked,
      floor,
      (at, score, error) => sink.offer(score, error, segment, rows[at]!),
    )
    return { how: 'gather', scored: rows.length }
  }
  const { bits } = plan
  scanSlots(codes, slots, asked, floor, (slot, score, error) => {
    for (let row = head[slot]!; row !== NONE; row = next[row]!) {
      if (bits !== null && (bits[row >>> 3]! & (1 << (row & 7))) === 0) continue
      if (passes(segment, row, accept)) sink.offer(score, error, segment, row)
    }
  })
  return { how: 'scan', scored: slots }
}

/** Cosines of the `k` texts of a segment nearest to the question, highest first: the truth that a graph is measured against. */
export function nearestSlots(segment: Segment, asked: Asked, k: number, reread: Reread): number[] {
  const best = bestOf(k)
  scanSlots(
    segment.codes,
    segment.slots,
    asked,
    () => best.floor,
    (slot, score, error) => {
      const row = livingRow(segment, slot)
      if (row !== NONE) best.offer(score, error, segment, row)
    },
  )
  return best.settle(reread).hits.map(({ score }) => score)
}
