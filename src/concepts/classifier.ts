import type { Concept, FittedConcept } from '../core/concept.ts'
import { once } from '../core/once.ts'
import { Problem } from '../core/problem.ts'
import { type Calibration, calibrated } from './calibrate.ts'
import { blocksOf, type FeatureShape, featuresOf, type SparseVector } from './features.ts'
import type { LinearModel } from './fit.ts'
import { RULES } from './rules/rules.ts'

/**
 * A concept that scores texts. A text without a word has probability 0. Where no embedding of the concept's space is at
 * hand, an empty vector leaves the words to decide. Throws Problem MODEL_BROKEN where the weights are damaged.
 * @param read features of a text; concepts that are asked about the same texts may share what remembers them
 */
export function conceptOf(fitted: FittedConcept, read: typeof featuresOf = featuresOf): Concept {
  const ruled = byFact(fitted) ?? byRule(fitted)
  if (ruled !== null) return ruled
  const { shape, weights, bias, unseen, calibration } = unpack(fitted)
  return {
    name: fitted.name,
    version: fitted.version,
    reads: fitted.reads,
    threshold: fitted.threshold,
    fitted,
    reading(text) {
      const features = read(text, shape)
      if (features.index.length === 0) return { most: 0, of: () => 0 }
      const { words, embedding, reach } = weights()
      const z = bias + sparseDot(features, words)
      return {
        most: calibrated(calibration, z + reach),
        of: (vector) => calibrated(calibration, z + dot(vector, embedding)),
      }
    },
    probability(text, vector) {
      const features = read(text, shape)
      if (features.index.length === 0) return 0
      const { words, embedding } = weights()
      const z =
        bias + sparseDot(features, words) + (vector.length === embedding.length ? dot(vector, embedding) : unseen)
      return calibrated(calibration, z)
    },
  }
}

/** The `weights` of a concept that is told by a rule instead: its name among RULES, and whether a blank answer counts. */
export interface RuleWeights {
  rule: string
  blank?: true
}

/** The `weights` of a concept that hands on what is known of the event already. */
export interface FactWeights {
  fact: 'off_topic'
}

/** Whether a concept is told by a rule over the whole of a text, or by a fact. */
export const isRuled = ({ weights }: Pick<FittedConcept, 'weights'>): boolean => {
  const { rule, fact } = (weights ?? {}) as Partial<RuleWeights & FactWeights>
  return rule !== undefined || fact !== undefined
}

function byFact(fitted: FittedConcept): Concept | null {
  const { fact } = (fitted.weights ?? {}) as Partial<FactWeights>
  if (fact === undefined) return null
  if (fact !== 'off_topic')
    throw new Problem('MODEL_BROKEN', `the concept ${fitted.name} is damaged: there is no fact of this name`)
  const { name, version, reads, threshold } = fitted
  return { name, version, reads, threshold, fitted, asks: fact, probability: (_, __, facts = {}) => facts[fact] ?? 0 }
}

function byRule(fitted: FittedConcept): Concept | null {
  const { rule: named, blank } = (fitted.weights ?? {}) as Partial<RuleWeights>
  if (named === undefined) return null
  const rule = Object.hasOwn(RULES, named) ? RULES[named] : undefined
  if (rule === undefined)
    throw new Problem('MODEL_BROKEN', `the concept ${fitted.name} is damaged: there is no rule of this name`)
  const { name, version, reads, threshold } = fitted
  return {
    name,
    version,
    reads,
    threshold,
    fitted,
    ...(blank === true ? { blank } : {}),
    probability: (text, _, facts = {}) => rule(text, facts),
  }
}

/** The `weights` of a FittedConcept: numbers of 8 bits in base64, each block of features and the embedding with a scale of its own. */
export interface PackedWeights {
  bits: number
  cues?: boolean
  bias: number
  /** What an embedding adds on average; stands in for one of another space. */
  unseen: number
  words: { scale: number; data: string }[]
  embedding: { scale: number; data: string }
  calibration: Calibration
}

/**
 * Makes a linear model small enough to ship.
 * @param model its weights: those of featuresOf, block after block, then those of the embedding
 * @param embeddingScale by which embeddings were multiplied when it was fitted
 * @param unseen mean contribution of the embedding over the texts fitted on
 */
export function pack(
  model: LinearModel,
  shape: FeatureShape,
  embeddingScale: number,
  unseen: number,
  calibration: Calibration,
): PackedWeights {
  const words: PackedWeights['words'] = []
  let at = 0
  for (const size of blocksOf(shape)) {
    words.push(quantise(model.weights.subarray(at, at + size)))
    at += size
  }
  return {
    ...shape,
    bias: model.bias,
    unseen,
    words,
    embedding: quantise(model.weights.subarray(at).map((w) => w * embeddingScale)),
    calibration,
  }
}

function unpack({ name, weights }: FittedConcept) {
  const w = weights as PackedWeights
  const broken = (what: string) => new Problem('MODEL_BROKEN', `the concept ${name} is damaged: ${what}`)
  if (typeof w !== 'object' || w === null || !Array.isArray(w.words)) throw broken('it has no weights')
  const numbers = [w.bits, w.bias, w.unseen, w.calibration?.slope, w.calibration?.offset]
  if (!numbers.every(Number.isFinite) || w.bits < 1 || w.bits > 20) throw broken('a number is missing or out of range')
  if (!soundSteps(w.calibration.steps)) throw broken('its calibration does not rise')
  const shape: FeatureShape = { bits: w.bits, ...(w.cues === true ? { cues: true } : {}) }
  const sizes = blocksOf(shape)
  if (w.words.length !== sizes.length) throw broken('a block of weights is missing')
  if (!w.words.every((block, b) => lengthOf(block) === sizes[b]))
    throw broken('a block of weights has the wrong length')
  if (lengthOf(w.embedding) === null) throw broken('it has no weights for embeddings')
  return {
    shape,
    // every thread and command has all concepts, and few ever ask one
    weights: once(() => {
      const words = new Float32Array(sizes.reduce((sum, size) => sum + size, 0))
      let at = 0
      for (const [b, size] of sizes.entries()) {
        words.set(dequantise(w.words[b]!), at)
        at += size
      }
      const embedding = dequantise(w.embedding)
      return { words, embedding, reach: Math.sqrt(dot(embedding, embedding)) }
    }),
    bias: w.bias,
    unseen: w.unseen,
    calibration: w.calibration,
  }
}

/** Whether the points are as many, within 0 and 1, and rise from corner to corner. */
function soundSteps(steps: Calibration['steps']): boolean {
  if (steps === undefined) return true
  const { at, to } = steps
  if (!Array.isArray(at) || !Array.isArray(to) || at.length !== to.length || at.length < 2) return false
  return [at, to].every(
    (list) => list[0] === 0 && list.at(-1) === 1 && list.every((x, i) => i === 0 || x > list[i - 1]!),
  )
}

function quantise(values: Float64Array): { scale: number; data: string } {
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  const scale = largest / 127 || 1
  const bytes = Int8Array.from(values, (v) => Math.round(v / scale))
  return { scale, data: Buffer.from(bytes.buffer).toString('base64') }
}

type Packed = PackedWeights['embedding']

/** How many numbers a block has; null where it is none. */
function lengthOf(packed: Packed | undefined): number | null {
  if (typeof packed?.data !== 'string' || !Number.isFinite(packed.scale)) return null
  return Buffer.byteLength(packed.data, 'base64')
}

function dequantise({ scale, data }: Packed): Float32Array {
  const bytes = Buffer.from(data, 'base64')
  const levels = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  // a plain loop: `from` with a function takes fifty times as long, for millions of weights in each thread that asks
  const values = new Float32Array(levels.length)
  for (let i = 0; i < levels.length; i++) values[i] = levels[i]! * scale
  return values
}

function sparseDot({ index, value }: SparseVector, weights: Float32Array): number {
  let sum = 0
  for (let i = 0; i < index.length; i++) sum += value[i]! * weights[index[i]!]!
  return sum
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
