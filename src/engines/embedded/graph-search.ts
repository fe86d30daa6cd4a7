import type { Log } from '../../core/ports.ts'
import { type Accept, passes, reachOf } from './accept.ts'
import type { Sink } from './best.ts'
import { NONE } from './chains.ts'
import { type Asked, askedOf } from './codes.ts'
import { nearestSlots } from './exact.ts'
import type { Held } from './generation.ts'
import type { GraphAnswer } from './graph-keeper.ts'
import type { Graphs } from './graphs.ts'
import { follow, LEAST_RECALL, type RereadFor, recallOf, TOP } from './referee.ts'

/** Answers asked for beyond `k` where some will be filtered out: two parts make about half fall away. */
const MORE = 3
/** By how much a cosine that a graph gives is off at most: it is summed in another order. */
const ROUNDING = 1e-5

export interface GraphAnswers {
  /** The segments whose graphs were asked. */
  held: readonly Held[]
  /** Offers what they found; returns the segments that must be scanned, because their graph found too little. */
  offer(sink: Sink): Promise<Held[]>
}

/** Asks graphs where they may answer, and has every so manieth answer refereed by exact search. */
export function searchGraphs(options: {
  graphs: Graphs | null
  /** Share of a segment's slots that its graph is asked for at most. */
  share: number
  random: () => number
  refereeEvery: number
  rereadFor: RereadFor
  log: Log | undefined
}) {
  const { graphs, share, random, refereeEvery, rereadFor, log } = options
  let answers = 0

  function referee({ graph, segment }: Held, { q }: Asked, slots: Uint32Array): void {
    if (graph === null) return
    const before = graph.recall
    const reread = rereadFor(q)
    const truth = nearestSlots(segment, askedOf(q, segment.codes.room), TOP, reread)
    graph.recall = follow(before, recallOf(segment, slots, truth, reread))
    if (before >= LEAST_RECALL && graph.recall < LEAST_RECALL)
      log?.warn(
        { recall: graph.recall, first: segment.first },
        'a graph misses too much; its segment is searched exactly',
      )
  }

  return {
    /** Null where graphs cannot help: a filter by events or users, none that is good enough, or too much asked for. */
    ask(asked: Asked, k: number, accept: Accept, all: readonly Held[]): GraphAnswers | null {
      if (graphs === null || accept.seqs !== null || accept.users !== null || k < 1) return null
      const whole = accept.part < 0 && accept.before === Number.POSITIVE_INFINITY
      const wanted = Math.max(TOP, whole ? k : k * MORE)
      const held = all.filter(
        ({ segment, graph }) =>
          graph?.ready === true &&
          graph.recall >= LEAST_RECALL &&
          wanted <= (segment.slots - segment.deadSlots) * share &&
          // one that times or tenant narrow is scanned, or left out
          reachOf(segment, accept) === 'all',
      )
      if (held.length === 0) return null
      const asks = held.map(({ graph }) => ({ graph: graph!.id, k: wanted, ef: graph!.ef }))
      // a thread that dies leaves its segments to the scan
      const found = graphs.search(asked.q, asks).catch(() => asks.map(() => null))

      return {
        held,
        async offer(sink) {
          const answered = await found
          const unanswered = held.filter((one, i) => !offerSlots(one, k, accept, answered[i] ?? null, sink))
          if (refereeEvery > 0 && ++answers % refereeEvery === 0) {
            const at = Math.floor(random() * held.length)
            const sampled = answered[at]
            if (sampled != null) referee(held[at]!, asked, sampled.slots)
          }
          return unanswered
        },
      }
    },
  }
}

/** False, and nothing offered, where the graph's answer holds fewer than `k` rows that pass although there may be more. */
function offerSlots({ segment }: Held, k: number, accept: Accept, answer: GraphAnswer | null, sink: Sink): boolean {
  if (answer === null) return false
  const { slots, scores } = answer
  const found: { score: number; row: number }[] = []
  for (const [i, slot] of slots.entries())
    for (let row = segment.head[slot]!; row !== NONE; row = segment.next[row]!)
      if (passes(segment, row, accept)) found.push({ score: scores[i]!, row })
  if (found.length < k && slots.length < segment.slots - segment.deadSlots) return false
  for (const { score, row } of found) sink.offer(score, ROUNDING, segment, row)
  return true
}
