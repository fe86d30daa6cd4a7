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

/** Dot product of two vectors of the same length. Eight sums keep the processor's pipelines full. */
export function dot(a: Float32Array, b: Float32Array): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let s4 = 0
  let s5 = 0
  let s6 = 0
  let s7 = 0
  const whole = a.length - (a.length % 8)
  let i = 0
  for (; i < whole; i += 8) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
    s4 += a[i + 4]! * b[i + 4]!
    s5 += a[i + 5]! * b[i + 5]!
    s6 += a[i + 6]! * b[i + 6]!
    s7 += a[i + 7]! * b[i + 7]!
  }
  for (; i < a.length; i++) s0 += a[i]! * b[i]!
  return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7))
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
