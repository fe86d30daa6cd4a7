import type { Log } from '../../core/ports.ts'
import { type Accept, cosineTo, nearestSlots, passes, type Sink } from './exact.ts'
import type { Held } from './generation.ts'
import type { Graphs } from './graphs.ts'
import { follow, LEAST_RECALL, recallOf, TOP } from './referee.ts'
import { NONE } from './segments.ts'

/** Answers asked for beyond `k` where some will be filtered out: two parts make about half fall away. */
const MORE = 3
/** Share of a segment's slots above which a scan is no dearer than a graph. */
const MOST_SHARE = 1 / 8

export interface GraphAnswers {
  /** The segments whose graphs were asked. */
  held: readonly Held[]
  /** Offers what they found; returns the segments that must be scanned, because their graph found too little. */
  offer(sink: Sink): Promise<Held[]>
}

/** Asks graphs where they may answer, and has every so manieth answer refereed by exact search. */
export function searchGraphs(options: {
  graphs: Graphs | null
  random: () => number
  refereeEvery: number
  log: Log | undefined
}) {
  const { graphs, random, refereeEvery, log } = options
  let answers = 0

  function referee(one: Held, q: Float32Array, labels: Uint32Array): void {
    const { graph, segment } = one
    if (graph === null) return
    const before = graph.recall
    graph.recall = follow(before, recallOf(segment, q, labels, nearestSlots(segment, q, TOP)))
    if (before >= LEAST_RECALL && graph.recall < LEAST_RECALL)
      log?.warn(
        { recall: graph.recall, first: segment.first },
        'a graph misses too much; its segment is searched exactly',
      )
  }

  return {
    /** Null where graphs cannot help: a filter by events or time, none that is good enough, or too much asked for. */
    ask(q: Float32Array, k: number, accept: Accept, all: readonly Held[]): GraphAnswers | null {
      const timed = accept.since !== Number.NEGATIVE_INFINITY || accept.until !== Number.POSITIVE_INFINITY
      if (graphs === null || accept.seqs !== null || timed || k < 1) return null
      const wanted = Math.max(TOP, accept.all ? k : k * MORE)
      const held = all.filter(
        ({ segment, graph }) =>
          graph?.ready === true &&
          graph.recall >= LEAST_RECALL &&
          wanted <= (segment.slots - segment.deadSlots) * MOST_SHARE,
      )
      if (held.length === 0) return null
      const asks = held.map(({ graph }) => ({ graph: graph!.id, k: wanted, ef: graph!.ef }))
      // a thread that dies leaves its segments to the scan
      const found = graphs.search(q, asks).catch(() => asks.map(() => null))

      return {
        held,
        async offer(sink) {
          const labels = await found
          const unanswered = held.filter((one, i) => !offerSlots(one, q, k, accept, labels[i] ?? null, sink))
          if (refereeEvery > 0 && ++answers % refereeEvery === 0) {
            const at = Math.floor(random() * held.length)
            const sampled = labels[at]
            if (sampled != null) referee(held[at]!, q, sampled)
          }
          return unanswered
        },
      }
    },
  }
}

/** False, and nothing offered, where the graph's answer holds fewer than `k` rows that pass although there may be more. */
function offerSlots(
  { segment }: Held,
  q: Float32Array,
  k: number,
  accept: Accept,
  labels: Uint32Array | null,
  sink: Sink,
): boolean {
  if (labels === null) return false
  const found: { slot: number; row: number }[] = []
  for (const slot of labels)
    for (let row = segment.head[slot]!; row !== NONE; row = segment.next[row]!)
      if (passes(segment, row, accept)) found.push({ slot, row })
  if (found.length < k && labels.length < segment.slots - segment.deadSlots) return false
  let known = NONE
  let score = 0
  for (const { slot, row } of found) {
    // rows of a slot follow each other
    if (slot !== known) score = cosineTo(segment, slot, q)
    known = slot
    if (score >= sink.floor) sink.offer(score, segment, row)
  }
  return true
}
