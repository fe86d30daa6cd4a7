import type { Part } from '../../core/ports.ts'
import type { Micros } from '../../core/window.ts'
import { eachRowOf, lowerBound, NONE, type Segment } from './segments.ts'

/** A text near the one asked for. Equal scores are told apart by `ts` descending, then `seq`, then prompt before response. */
export interface VectorHit {
  seq: number
  part: Part
  ts: Micros
  /** Cosine, -1 to 1. */
  score: number
}

/** Events whose texts may answer: their seqs, ascending. */
export type Candidates = 'all' | Uint32Array | Float64Array

/** Further conditions on texts, cheaper here than as a list of seqs. Times are half-open. */
export interface Bounds {
  /** Only seqs below. */
  before?: number | undefined
  since?: Micros | undefined
  until?: Micros | undefined
}

/** What may answer, in the form in which a scan tests it. */
export interface Accept {
  seqs: Uint32Array | Float64Array | null
  /** 0, 1, or -1 for either. */
  part: number
  before: number
  since: number
  until: number
  /** Whether nothing but `seqs` narrows it. */
  all: boolean
}

/** Where a scan puts what it finds: every row that scores at least `floor`, which may rise meanwhile. */
export interface Sink {
  floor: number
  offer(score: number, segment: Segment, row: number): void
}

/** Share of a segment's rows below which candidates are looked up one by one; above, every row is tested against a bitmap. */
const GATHER_SHARE = 1 / 16

/** Dot product of `dims` numbers of `a` from `ai` and of `b` from `bi`. Eight sums keep the processor's pipelines full. */
export function dot(a: Float32Array, ai: number, b: Float32Array, bi: number, dims: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let s4 = 0
  let s5 = 0
  let s6 = 0
  let s7 = 0
  const whole = dims - (dims % 8)
  let i = 0
  for (; i < whole; i += 8, ai += 8, bi += 8) {
    s0 += a[ai]! * b[bi]!
    s1 += a[ai + 1]! * b[bi + 1]!
    s2 += a[ai + 2]! * b[bi + 2]!
    s3 += a[ai + 3]! * b[bi + 3]!
    s4 += a[ai + 4]! * b[bi + 4]!
    s5 += a[ai + 5]! * b[bi + 5]!
    s6 += a[ai + 6]! * b[bi + 6]!
    s7 += a[ai + 7]! * b[bi + 7]!
  }
  for (; i < dims; i++, ai++, bi++) s0 += a[ai]! * b[bi]!
  return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7))
}

/** Cosine of a unit vector to a slot, held within -1 and 1 against rounding. */
export function cosineTo(segment: Segment, slot: number, q: Float32Array): number {
  const score = dot(segment.vectors, slot * segment.dims, q, 0, segment.dims)
  return Math.min(1, Math.max(-1, score))
}

export function acceptOf(candidates: Candidates, part?: Part, bounds: Bounds = {}): Accept {
  const { before, since, until } = bounds
  return {
    seqs: candidates === 'all' ? null : candidates,
    part: part === undefined ? -1 : part === 'prompt' ? 0 : 1,
    before: before ?? Number.POSITIVE_INFINITY,
    since: since ?? Number.NEGATIVE_INFINITY,
    until: until ?? Number.POSITIVE_INFINITY,
    all: [part, before, since, until].every((bound) => bound === undefined),
  }
}

/** Whether a living row passes all but the list of seqs. */
export function passes(segment: Segment, row: number, accept: Accept): boolean {
  if (segment.dead[row] === 1) return false
  if (accept.all) return true
  const ts = segment.times[row]!
  return (
    (accept.part < 0 || segment.parts[row] === accept.part) &&
    segment.seqs[row]! < accept.before &&
    ts >= accept.since &&
    ts < accept.until
  )
}

/** Scores every accepted row of a segment exactly and offers those at or above the sink's floor. */
export function scan(segment: Segment, q: Float32Array, accept: Accept, sink: Sink): void {
  if (segment.rows === segment.deadRows) return
  const { seqs } = accept
  if (seqs === null) {
    if (accept.all) scanAll(segment, q, sink)
    else scanSome(segment, q, accept, null, sink)
    return
  }
  const from = lowerBound(seqs, segment.minSeq, 0, seqs.length)
  const to = lowerBound(seqs, segment.maxSeq + 1, from, seqs.length)
  if (from === to) return
  if (!segment.ordered || to - from > segment.rows * GATHER_SHARE) {
    scanSome(segment, q, accept, bitmapOf(seqs, from, to, segment.minSeq), sink)
    return
  }
  eachRowOf(segment, seqs.subarray(from, to), (row) => {
    if (!passes(segment, row, accept)) return
    const score = cosineTo(segment, segment.slotOf[row]!, q)
    if (score >= sink.floor) sink.offer(score, segment, row)
  })
}

function scanAll(segment: Segment, q: Float32Array, sink: Sink): void {
  const { slots, head, next, dead } = segment
  for (let slot = 0; slot < slots; slot++) {
    const score = cosineTo(segment, slot, q)
    if (score < sink.floor) continue
    for (let row = head[slot]!; row !== NONE; row = next[row]!)
      if (dead[row] === 0 && score >= sink.floor) sink.offer(score, segment, row)
  }
}

/** Tests first, so that a vector is multiplied only where one of its rows may answer. */
function scanSome(segment: Segment, q: Float32Array, accept: Accept, bits: Uint8Array | null, sink: Sink): void {
  const { slots, head, next, seqs, minSeq } = segment
  for (let slot = 0; slot < slots; slot++) {
    let score = Number.NaN
    for (let row = head[slot]!; row !== NONE; row = next[row]!) {
      if (bits !== null) {
        const bit = seqs[row]! - minSeq
        if (((bits[Math.floor(bit / 8)] ?? 0) & (1 << (bit % 8))) === 0) continue
      }
      if (!passes(segment, row, accept)) continue
      if (Number.isNaN(score)) score = cosineTo(segment, slot, q)
      if (score >= sink.floor) sink.offer(score, segment, row)
    }
  }
}

/** One bit for each seq from `base` on; a segment's seqs lie within 2^32 of each other. */
function bitmapOf(seqs: Uint32Array | Float64Array, from: number, to: number, base: number): Uint8Array {
  const bits = new Uint8Array(((seqs[to - 1]! - base) >>> 3) + 1)
  for (let i = from; i < to; i++) {
    const bit = seqs[i]! - base
    bits[Math.floor(bit / 8)]! |= 1 << (bit % 8)
  }
  return bits
}

/** Keeps the best `k` of what it is offered, in memory that does not grow. */
export function bestOf(k: number): Sink & { hits(): VectorHit[] } {
  const segments: Segment[] = []
  const scores = new Float64Array(k)
  const rows = new Uint32Array(k)
  const heap = new Uint32Array(k) // places in the arrays above, the worst on top
  let size = 0

  const before = (a: number, b: number) =>
    scores[a]! - scores[b]! || compareRows(segments[b]!, rows[b]!, segments[a]!, rows[a]!)

  function sink(at: number): void {
    for (;;) {
      const left = 2 * at + 1
      const right = left + 1
      let worst = at
      if (left < size && before(heap[left]!, heap[worst]!) < 0) worst = left
      if (right < size && before(heap[right]!, heap[worst]!) < 0) worst = right
      if (worst === at) return
      swap(at, worst)
      at = worst
    }
  }

  function rise(at: number): void {
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (before(heap[at]!, heap[parent]!) >= 0) return
      swap(at, parent)
      at = parent
    }
  }

  function swap(a: number, b: number): void {
    const held = heap[a]!
    heap[a] = heap[b]!
    heap[b] = held
  }

  const best = {
    floor: k === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
    offer(score: number, segment: Segment, row: number) {
      if (size < k) {
        scores[size] = score
        rows[size] = row
        segments[size] = segment
        heap[size] = size
        rise(size++)
      } else {
        const worst = heap[0]!
        const better = score - scores[worst]! || compareRows(segments[worst]!, rows[worst]!, segment, row)
        if (better <= 0) return
        scores[worst] = score
        rows[worst] = row
        segments[worst] = segment
        sink(0)
      }
      if (size === k) best.floor = scores[heap[0]!]!
    },
    /** Best first; rows that died since they were offered are left out. */
    hits() {
      const order = Array.from(heap.subarray(0, size)).sort((a, b) => before(b, a))
      return order
        .filter((at) => segments[at]!.dead[rows[at]!] === 0)
        .map((at) => hitOf(scores[at]!, segments[at]!, rows[at]!))
    },
  }
  return best
}

/** Keeps everything at least as close as `cosine`. */
export function allOf(cosine: number): Sink & { hits(): VectorHit[] } {
  const found: { score: number; segment: Segment; row: number }[] = []
  return {
    floor: cosine,
    offer: (score, segment, row) => void found.push({ score, segment, row }),
    hits: () =>
      found
        .filter(({ segment, row }) => segment.dead[row] === 0)
        .sort((a, b) => b.score - a.score || compareRows(a.segment, a.row, b.segment, b.row))
        .map(({ score, segment, row }) => hitOf(score, segment, row)),
  }
}

/** Cosines of the `k` slots nearest to `q`, highest first: the truth that a graph is measured against. */
export function nearestSlots(segment: Segment, q: Float32Array, k: number): Float64Array {
  const top = new Float64Array(k).fill(Number.NEGATIVE_INFINITY)
  for (let slot = 0; slot < segment.slots; slot++) {
    const score = cosineTo(segment, slot, q)
    if (score <= top[k - 1]!) continue
    // a wiped slot scores exactly 0 and is nobody's answer
    if (score === 0) continue
    let at = k - 1
    for (; at > 0 && top[at - 1]! < score; at--) top[at] = top[at - 1]!
    top[at] = score
  }
  return top
}

/** Below 0 where the first row comes first among equals. */
function compareRows(a: Segment, rowA: number, b: Segment, rowB: number): number {
  return b.times[rowB]! - a.times[rowA]! || a.seqs[rowA]! - b.seqs[rowB]! || a.parts[rowA]! - b.parts[rowB]!
}

function hitOf(score: number, segment: Segment, row: number): VectorHit {
  return {
    seq: segment.seqs[row]!,
    part: segment.parts[row] === 0 ? 'prompt' : 'response',
    ts: segment.times[row]!,
    score,
  }
}
