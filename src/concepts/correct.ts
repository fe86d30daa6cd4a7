import type { Concept } from '../core/concept.ts'
import type { Correction } from '../core/concept-record.ts'
import { fitPlatt, type Platt, sigmoid } from './calibrate.ts'
import { foldsOf, minimise } from './fit.ts'

/** A text that somebody said of whether a concept fits. */
export interface LabelledText {
  text: string
  /** Its unit embedding; empty where there is none. */
  vector: Float32Array
  label: boolean
  /** Texts that must not be parted between fitting and judging: those of one event. */
  group: string
}

/** A concept whose log-odds are moved by a correction. It keeps name, version, threshold and what it reads. */
export function corrected(concept: Concept, correction: Correction): Concept {
  const weights = floatsIn(correction.weights)
  const { reading: _, ...kept } = concept
  return {
    ...kept,
    probability(text, vector, facts) {
      const p = concept.probability(text, vector, facts)
      return p === 0 ? 0 : sigmoid(moved(correction, weights, logOdds(p), vector))
    },
  }
}

/** What a correction by labels is worth, on labels that it was not fitted on. */
export interface FittedCorrection {
  correction: Correction
  /** Mean log-loss of the labels before, and after by corrections that had not seen them. */
  lossBefore: number
  lossAfter: number
  /** Probabilities after, likewise, in the order of the labels. */
  held: { p: number; label: boolean }[]
  recalibrated: boolean
}

/** How hard the embedding's share and the constant are held at 0, against the sum of log-losses: one label moves a text like its own by less than one half of what it is wrong by. */
const PRIOR = { weights: 2, constant: 4 }
/** Fewer of either answer and the calibration of the concept stays. */
const RECALIBRATED_FROM = 15
const MOST_FOLDS = 10

/**
 * Fits what labels add to a concept: a constant and weights of the embedding, added to its log-odds, with a strong prior at
 * zero, so that few labels move little; with enough labels slope and offset are fitted again as well (Platt). Deterministic.
 * @param labels of at least two groups
 */
export function fitCorrection(concept: Concept, labels: readonly LabelledText[]): FittedCorrection {
  const points = labels.map(({ text, vector, label, group }) => {
    const p = concept.probability(text, vector)
    return { base: logOdds(p), silent: p === 0, vector, label, group }
  })
  const dims = Math.max(...points.map(({ vector }) => vector.length))
  const folds = Math.min(MOST_FOLDS, new Set(points.map(({ group }) => group)).size)
  const home = foldsOf(points, folds)
  const held = new Array<number>(points.length)
  for (let fold = 0; fold < folds; fold++) {
    const head = headOf(
      points.filter((_, i) => home[i] !== fold),
      dims,
    )
    for (const [i, point] of points.entries()) if (home[i] === fold) held[i] = movedBy(head, point.base, point.vector)
  }
  const scored = points.map(({ label }, i) => ({ z: held[i]!, label, weight: 1 }))
  const yes = points.filter(({ label }) => label).length
  const recalibrated = Math.min(yes, points.length - yes) >= RECALIBRATED_FROM
  const platt: Platt = recalibrated ? fitPlatt(scored) : { slope: 1, offset: 0 }
  const after = scored.map(({ z, label }, i) => ({
    p: points[i]!.silent ? 0 : sigmoid(platt.slope * z + platt.offset),
    label,
  }))
  const { constant, weights } = headOf(points, dims)
  return {
    correction: { constant, ...platt, weights: textOf(weights) },
    lossBefore: lossOf(points.map(({ base, label }) => ({ p: sigmoid(base), label }))),
    // before the calibration, which has seen them all
    lossAfter: lossOf(scored.map(({ z, label }) => ({ p: sigmoid(z), label }))),
    held: after,
    recalibrated,
  }
}

interface Point {
  base: number
  vector: Float32Array
  label: boolean
}

interface Head {
  constant: number
  weights: Float64Array
}

/** Logistic regression whose intercept of each point is what the concept says of it. */
function headOf(points: readonly Point[], dims: number): Head {
  const solved = minimise(
    (at, gradient) => {
      let value = 0
      for (let j = 0; j <= dims; j++) {
        const prior = j === dims ? PRIOR.constant : PRIOR.weights
        value += 0.5 * prior * at[j]! ** 2
        gradient[j] = prior * at[j]!
      }
      for (const { base, vector, label } of points) {
        let z = base + at[dims]!
        for (let j = 0; j < vector.length; j++) z += vector[j]! * at[j]!
        const signed = label ? z : -z
        value += signed > 0 ? Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed)) - signed
        const slope = sigmoid(z) - (label ? 1 : 0)
        for (let j = 0; j < vector.length; j++) gradient[j]! += slope * vector[j]!
        gradient[dims]! += slope
      }
      return value
    },
    new Float64Array(dims + 1),
    100,
    1e-5,
  )
  return { weights: solved.subarray(0, dims), constant: solved[dims]! }
}

function movedBy(
  { constant, weights }: { constant: number; weights: ArrayLike<number> },
  base: number,
  vector: Float32Array,
) {
  let z = base + constant
  if (vector.length === weights.length) for (let j = 0; j < vector.length; j++) z += vector[j]! * weights[j]!
  return z
}

const moved = ({ constant, slope, offset }: Correction, weights: Float32Array, base: number, vector: Float32Array) =>
  slope * movedBy({ constant, weights }, base, vector) + offset

/** Probabilities are told no nearer to 0 and 1 than this, so that one sure mistake does not outweigh all else. */
const LEAST = 1e-4
const clipped = (p: number) => Math.min(Math.max(p, LEAST), 1 - LEAST)
const logOdds = (p: number) => Math.log(clipped(p) / (1 - clipped(p)))

const lossOf = (scored: readonly { p: number; label: boolean }[]) =>
  scored.reduce((sum, { p, label }) => sum - Math.log(label ? clipped(p) : 1 - clipped(p)), 0) / (scored.length || 1)

function textOf(weights: ArrayLike<number>): string {
  const bytes = Buffer.alloc(4 * weights.length)
  for (let i = 0; i < weights.length; i++) bytes.writeFloatLE(weights[i]!, 4 * i)
  return bytes.toString('base64')
}

function floatsIn(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(4 * i))
}
