import { normal } from '../src/stats/draws.ts'
import { seeded } from '../src/stats/seeded.ts'

export const DIMS = 256

/** Vectors row after row, unit length, and questions that are near to something and equal to nothing. */
export interface VectorSet {
  vectors: Float32Array
  count: number
  questions: Float32Array[]
}

export const SETS = { clustered, manifold } as const
export type SetName = keyof typeof SETS

/**
 * Vectors as logs have them: many small groups of near-equal texts, few large ones. Centres share directions, as subjects
 * do; a text lies around its centre at a cosine of about 0.8. From a seed, the same every time.
 */
function clustered(count: number, asked: number): VectorSet {
  const random = seeded(42)
  const noise = Float32Array.from({ length: 1 << 16 }, () => normal(random))
  const centres = Array.from({ length: Math.max(20, Math.round(count / 250)) }, () =>
    unit(Float32Array.from({ length: DIMS }, () => normal(random))),
  )
  const near = (centre: Float32Array, spread: number) => {
    const start = Math.floor(random() * (noise.length - DIMS))
    return unit(centre.map((x, at) => x + spread * (noise[start + at] ?? 0)))
  }
  // the first centres are the largest: half of all texts in a fifth of the groups
  const any = () => centres[Math.floor(random() * random() * centres.length)] as Float32Array
  return setOf(count, asked, () => near(any(), 0.047))
}

/** Numbers behind each vector of the set without clusters. */
const INNER = 24

/**
 * No groups at all: 24 numbers of chance, bent into 256 by two layers of sines, so that neighbours lie on a curved sheet.
 * What a graph and what any partition find hard.
 */
function manifold(count: number, asked: number): VectorSet {
  const random = seeded(43)
  const weights = Float32Array.from({ length: DIMS * INNER }, () => normal(random) / Math.sqrt(INNER))
  const phases = Float32Array.from({ length: DIMS }, () => 2 * Math.PI * random())
  return setOf(count, asked, () => {
    const inner = Float32Array.from({ length: INNER }, () => normal(random))
    const vector = new Float32Array(DIMS)
    for (let at = 0; at < DIMS; at++) {
      let sum = phases[at]!
      for (let i = 0; i < INNER; i++) sum += weights[at * INNER + i]! * inner[i]!
      vector[at] = Math.sin(sum)
    }
    return unit(vector)
  })
}

function setOf(count: number, asked: number, next: () => Float32Array): VectorSet {
  const vectors = new Float32Array(count * DIMS)
  for (let at = 0; at < count; at++) vectors.set(next(), at * DIMS)
  return { vectors, count, questions: Array.from({ length: asked }, next) }
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
  return vector.map((x) => x / length)
}

/** Every vector that is accepted and at least as close as `least`, by a plain loop: the truth. Best first. */
export function closeTo(
  { vectors, count }: Pick<VectorSet, 'vectors' | 'count'>,
  q: Float32Array,
  least: number,
): { place: number; score: number }[] {
  const found: { place: number; score: number }[] = []
  for (let place = 0; place < count; place++) {
    const score = cosine(vectors, place, q)
    if (score >= least) found.push({ place, score })
  }
  return found.sort((a, b) => b.score - a.score)
}

/** The k best by the same loop. */
export function exactTop(
  { vectors, count }: Pick<VectorSet, 'vectors' | 'count'>,
  q: Float32Array,
  k: number,
  accept: (place: number) => boolean = () => true,
): { place: number; score: number }[] {
  const best: { place: number; score: number }[] = []
  for (let place = 0; place < count; place++) {
    if (!accept(place)) continue
    const score = cosine(vectors, place, q)
    if (best.length === k && score <= (best[k - 1]?.score ?? 0)) continue
    best.push({ place, score })
    best.sort((a, b) => b.score - a.score)
    if (best.length > k) best.pop()
  }
  return best
}

function cosine(vectors: Float32Array, place: number, q: Float32Array): number {
  let sum = 0
  for (let at = 0, from = place * DIMS; at < DIMS; at++) sum += (vectors[from + at] ?? 0) * (q[at] ?? 0)
  return sum
}

/** Share of the true best that were found, or equally good ones in their place. */
export function recallOf(scores: readonly number[], truth: readonly { score: number }[]): number {
  if (truth.length === 0) return 1
  const least = (truth.at(-1)?.score ?? 0) - 1e-6
  return Math.min(1, scores.filter((score) => score >= least).length / truth.length)
}
