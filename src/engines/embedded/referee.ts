import { cosineTo, nearestSlots } from './exact.ts'
import type { Graphs } from './graphs.ts'
import type { Segment } from './segments.ts'
import type { GraphFigures } from './snapshot.ts'

/** Below this recall at 10 a graph is not asked: exact search is dear, a wrong answer is dearer. */
export const LEAST_RECALL = 0.98
/** Recall is counted over the first ten. */
export const TOP = 10

/** Efforts tried, cheapest first, until one reaches `WANTED`. */
const EFFORTS = [64, 128, 256, 512]
const WANTED = 0.99
/** Questions asked of a new graph: 240 answers tell 0.97 from 0.99. */
const QUESTIONS = 24
/** Share of the second text in a question made of two, so that no question is itself a stored vector. */
const BLEND = 0.3
/** Weight of one live sample: the figure follows about the last 32. */
const WEIGHT = 1 / 32
/** Cosines this close are the same answer; sums in another order differ by less. */
const SAME = 1e-6

/** Share of the true ten nearest that the answer has, or has an equal of. `labels` are nearest first. */
export function recallOf(segment: Segment, q: Float32Array, labels: Uint32Array, truth: Float64Array): number {
  const known = truth.filter((score) => score > Number.NEGATIVE_INFINITY)
  if (known.length === 0) return 1
  const least = known.at(-1)! - SAME
  const found = labels.subarray(0, TOP).filter((slot) => cosineTo(segment, slot, q) >= least)
  return Math.min(1, found.length / known.length)
}

/** The running figure after one more sample. */
export function follow(figure: number, sample: number): number {
  return figure + (sample - figure) * WEIGHT
}

/**
 * Measures a new graph against exact search and chooses the least effort that is good enough; recall below
 * `LEAST_RECALL` at the greatest effort says that the graph is not to be used. `random` gives numbers in [0, 1).
 */
export async function measure(
  segment: Segment,
  graph: number,
  graphs: Graphs,
  random: () => number,
  breathe: () => Promise<unknown>,
): Promise<GraphFigures> {
  const questions: { q: Float32Array; truth: Float64Array }[] = []
  for (let i = 0; i < QUESTIONS; i++) {
    const q = questionFor(segment, random)
    if (q !== null) questions.push({ q, truth: nearestSlots(segment, q, TOP) })
    await breathe()
  }
  let figures: GraphFigures = { ef: EFFORTS.at(-1)!, recall: 1 }
  for (const ef of EFFORTS) {
    let sum = 0
    for (const { q, truth } of questions) {
      const [labels] = await graphs.search(q, [{ graph, k: TOP, ef }])
      sum += recallOf(segment, q, labels ?? new Uint32Array(0), truth)
    }
    figures = { ef, recall: questions.length === 0 ? 1 : sum / questions.length }
    if (figures.recall >= WANTED) break
  }
  return figures
}

/** A unit vector between two stored ones; null where chance met wiped slots. */
function questionFor(segment: Segment, random: () => number): Float32Array | null {
  const { dims, slots, vectors } = segment
  const [a, b] = [random(), random()].map((r) => Math.floor(r * slots) * dims) as [number, number]
  const q = new Float32Array(dims)
  for (let i = 0; i < dims; i++) q[i] = (1 - BLEND) * vectors[a + i]! + BLEND * vectors[b + i]!
  const length = Math.hypot(...q)
  return length > 0 ? q.map((value) => value / length) : null
}
