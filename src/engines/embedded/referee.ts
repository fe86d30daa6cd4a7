import type { Reread } from './best.ts'
import { NONE } from './chains.ts'
import { askedOf, decoded } from './codes.ts'
import { nearestSlots } from './exact.ts'
import type { GraphAnswer } from './graph-keeper.ts'
import type { Graphs } from './graphs.ts'
import { livingRow, type Segment } from './segments.ts'
import type { GraphFigures } from './snapshot.ts'

/** Below this recall at 10 a graph is not asked: exact search is dear, a wrong answer is dearer. */
export const LEAST_RECALL = 0.98
/** Recall is counted over the first ten. */
export const TOP = 10

/** Efforts tried, cheapest first, until one reaches `WANTED` or costs as much as a scan. */
const EFFORTS = [32, 64, 128, 256]
/** A segment whose graph may be asked for less is not given one. */
export const LEAST_EFFORT = EFFORTS[0]!
const WANTED = 0.99
/** Questions asked of a new graph: fewer do not tell one group that cannot be reached from many. */
const QUESTIONS = 100
/** Share of the second text in a question made of two, so that no question is itself a stored vector. */
const BLEND = 0.3
/** Weight of one live sample: the figure follows about the last 32. */
const WEIGHT = 1 / 32
/** Cosines this close are the same answer; sums in another order differ by less. */
const SAME = 1e-6

/** True cosines of texts of a segment with a question. */
export type RereadFor = (q: Float32Array) => Reread

/** Share of the true ten nearest that a graph's answer has, or has an equal of: its slots, not what it says of them. */
export function recallOf(segment: Segment, slots: Uint32Array, truth: readonly number[], reread: Reread): number {
  if (truth.length === 0) return 1
  const least = truth.at(-1)! - SAME
  const found = Array.from(slots.subarray(0, TOP)).filter((slot) => {
    const row = livingRow(segment, slot)
    return row !== NONE && (reread(segment, row) ?? Number.NEGATIVE_INFINITY) >= least
  })
  return Math.min(1, found.length / truth.length)
}

/** The running figure after one more sample. */
export function follow(figure: number, sample: number): number {
  return figure + (sample - figure) * WEIGHT
}

/**
 * Measures a new graph against exact search and chooses the least effort that is good enough; recall below
 * `LEAST_RECALL` at the greatest effort says that the graph is not to be used.
 * @param most effort beyond which a scan is cheaper
 * @param random gives numbers in [0, 1)
 */
export async function measure(
  segment: Segment,
  graph: number,
  graphs: Graphs,
  most: number,
  random: () => number,
  rereadFor: RereadFor,
  breathe: () => Promise<unknown>,
): Promise<GraphFigures> {
  const questions: { q: Float32Array; truth: number[] }[] = []
  for (let i = 0; i < QUESTIONS; i++) {
    const q = questionFor(segment, random)
    if (q !== null)
      questions.push({ q, truth: nearestSlots(segment, askedOf(q, segment.codes.room), TOP, rereadFor(q)) })
    await breathe()
  }
  let figures: GraphFigures = { ef: LEAST_EFFORT, recall: 0 }
  for (const ef of EFFORTS.filter((ef) => ef <= most)) {
    let sum = 0
    for (const { q, truth } of questions) {
      const [answer] = (await graphs.search(q, [{ graph, k: TOP, ef }])) as [GraphAnswer | null]
      sum += recallOf(segment, answer?.slots ?? new Uint32Array(0), truth, rereadFor(q))
    }
    figures = { ef, recall: questions.length === 0 ? 1 : sum / questions.length }
    if (figures.recall >= WANTED) break
  }
  return figures
}

/** A unit vector between two stored ones; null where chance met wiped slots. */
function questionFor({ codes, slots }: Segment, random: () => number): Float32Array | null {
  const [a, b] = [random(), random()].map((r) => decoded(codes, Math.floor(r * slots))) as [Float32Array, Float32Array]
  const q = a.map((value, i) => (1 - BLEND) * value + BLEND * b[i]!)
  const length = Math.hypot(...q)
  return length > 0 ? q.map((value) => value / length) : null
}
