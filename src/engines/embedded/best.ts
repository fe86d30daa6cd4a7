import type { Part } from '../../core/ports.ts'
import type { Micros } from '../../core/window.ts'
import type { Segment } from './segments.ts'

/** A text near the one asked for. Equal scores are told apart by `ts` descending, then `seq`, then prompt before response. */
export interface VectorHit {
  seq: number
  part: Part
  /** 0: the whole text; else a chunk of it. */
  chunk: number
  ts: Micros
  /** Cosine, -1 to 1. */
  score: number
}

/** Where a scan puts what it finds: every row whose score, which may be wrong by `error`, may reach the floor; that may rise meanwhile. */
export interface Sink {
  readonly floor: number
  offer(score: number, error: number, segment: Segment, row: number): void
}

/** A text that is in the running. */
interface Runner {
  score: number
  /** Most that the score is off; 0 once it was read. */
  error: number
  segment: Segment
  row: number
}

/** True cosine of a row's text with the question; null where the text is gone. */
export type Reread = (segment: Segment, row: number) => number | null

/** Vectors that are read again for one answer of the k nearest. */
const MOST_REREAD = 64
/** Texts of an answer of all that are close up to which each is read again. */
const MOST_REREAD_CLOSE = 256
/** Runners beyond those wanted before the hopeless are sorted out. */
const SLACK_RUNNERS = 2048

/**
 * Keeps what may be among the best `k`. `settle` reads vectors again, those that look nearest first, until nothing else
 * can be among the best, or 64 were read: of what follows then, order and scores are those of the codes.
 */
export function bestOf(k: number): Sink & { settle(reread: Reread): { hits: VectorHit[]; reread: number } } {
  const least = new Least(k)
  let runners: Runner[] = []

  return {
    get floor() {
      return least.floor
    },
    offer(score, error, segment, row) {
      if (score + error < least.floor) return
      least.offer(score - error)
      runners.push({ score, error, segment, row })
      if (runners.length < 2 * k + SLACK_RUNNERS) return
      const { floor } = least
      runners = runners.filter((one) => one.score + one.error >= floor)
    },
    settle(reread) {
      const cosines = rememberedBySlot(reread)
      const order = runners
        .filter(({ score, error }) => score + error >= least.floor)
        .sort((a, b) => b.score + b.error - (a.score + a.error))
      const known = new Least(k)
      const settled: Runner[] = []
      let done = 0
      for (; done < order.length; done++) {
        const one = order[done]!
        if (one.score + one.error < known.floor || cosines.read >= MOST_REREAD) break
        const score = cosines.of(one)
        if (score === null) continue
        known.offer(score)
        settled.push({ ...one, score, error: 0 })
      }
      const rest = order.slice(done).filter(({ score, error }) => score + error >= known.floor)
      return { hits: hitsOf([...settled, ...rest]).slice(0, k), reread: cosines.read }
    },
  }
}

/**
 * Keeps everything at least as close as `cosine`: whatever may be on either side of it is read again, and everything where that
 * is little. The scores of the others are those of the codes.
 */
export function allOf(cosine: number): Sink & { settle(reread: Reread): { hits: VectorHit[]; reread: number } } {
  const runners: Runner[] = []
  return {
    floor: cosine,
    offer(score, error, segment, row) {
      if (score + error >= cosine) runners.push({ score, error, segment, row })
    },
    settle(reread) {
      const cosines = rememberedBySlot(reread)
      const each = runners.length <= MOST_REREAD_CLOSE
      const close = runners.flatMap((one) => {
        const sure = one.score - one.error >= cosine
        if (sure && !each) return [one]
        const score = cosines.of(one)
        return score === null || score < cosine ? [] : [{ ...one, score }]
      })
      return { hits: hitsOf(close), reread: cosines.read }
    },
  }
}

/** The k-th greatest of what it was offered. */
class Least {
  readonly #heap: Float64Array // the least on top
  #size = 0

  constructor(k: number) {
    this.#heap = new Float64Array(k)
  }

  get floor(): number {
    if (this.#heap.length === 0) return Number.POSITIVE_INFINITY
    return this.#size < this.#heap.length ? Number.NEGATIVE_INFINITY : this.#heap[0]!
  }

  offer(value: number): void {
    const heap = this.#heap
    if (this.#size < heap.length) {
      let at = this.#size++
      for (; at > 0; at = (at - 1) >>> 1) {
        const parent = heap[(at - 1) >>> 1]!
        if (parent <= value) break
        heap[at] = parent
      }
      heap[at] = value
    } else if (value > this.floor) {
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++
        if (child >= heap.length || heap[child]! >= value) break
        heap[at] = heap[child]!
        at = child
      }
      heap[at] = value
    }
  }
}

/** Texts that are the same are read once. */
function rememberedBySlot(reread: Reread) {
  const known = new Map<Segment, Map<number, number>>()
  return {
    read: 0,
    of({ segment, row }: Runner): number | null {
      let slots = known.get(segment)
      if (slots === undefined) {
        slots = new Map()
        known.set(segment, slots)
      }
      const slot = segment.slotOf[row]!
      const held = slots.get(slot)
      if (held !== undefined) return held
      this.read++
      const score = reread(segment, row)
      // gone with this row, but perhaps not with another that says the same
      if (score !== null) slots.set(slot, score)
      return score
    },
  }
}

/** Best first; rows that died since they were found are left out. */
function hitsOf(runners: readonly Runner[]): VectorHit[] {
  return runners
    .filter(({ segment, row }) => segment.dead[row] === 0)
    .sort((a, b) => b.score - a.score || compareRows(a, b))
    .map(({ score, segment, row }) => ({
      seq: segment.seqs[row]!,
      part: (segment.parts[row]! & 1) === 0 ? 'prompt' : 'response',
      chunk: segment.parts[row]! >> 1,
      ts: segment.times[row]!,
      score: Math.min(1, Math.max(-1, score)),
    }))
}

/** Below 0 where the first row comes first among equals. */
function compareRows({ segment: a, row: rowA }: Runner, { segment: b, row: rowB }: Runner): number {
  return b.times[rowB]! - a.times[rowA]! || a.seqs[rowA]! - b.seqs[rowB]! || a.parts[rowA]! - b.parts[rowB]!
}
