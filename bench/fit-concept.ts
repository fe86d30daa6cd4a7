import { chooseThreshold, fitPlatt, type Platt, type Scored, sigmoid } from '../src/concepts/calibrate.ts'
import { pack } from '../src/concepts/classifier.ts'
import { BLOCKS, type FeatureShape, featuresOf, type SparseVector } from '../src/concepts/features.ts'
import { type Example, fitLogistic, foldsOf, type LinearModel } from '../src/concepts/fit.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import { type Labelled, OWN } from './refusal-sets.ts'

/** 2^15 buckets: with fewer, collisions begin to cost (2^13 loses a point of average precision). */
const SHAPE: FeatureShape = { bits: 15, edge: 200 }
/** Embeddings count half as much as one block of words: they fit a set's subjects as readily as its refusals. */
const EMBEDDING_SCALE = 0.5
const L2 = 1e-4
const FOLDS = 5

/** Fits, calibrates and packs a classifier. Each set and each class within it weighs the same. */
export function fitConcept(texts: readonly Labelled[]): Pick<FittedConcept, 'threshold' | 'weights'> {
  const examples = examplesOf(texts)
  const folds = foldsOf(texts, FOLDS)
  const z = new Float64Array(texts.length)
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = train(examples.filter((_, i) => folds[i] !== fold))
    for (const [i, example] of examples.entries()) if (folds[i] === fold) z[i] = scoreOf(model, example)
  }
  // texts that we wrote are cleaner than what a log holds, so they teach but do not calibrate where others can
  const outside = texts.some(({ set }) => set !== OWN)
  const judges = [...texts.keys()].filter((i) => !outside || texts[i]!.set !== OWN)
  const calibration = fitPlatt(
    judges.map((i): Scored => ({ z: z[i]!, label: texts[i]!.label, weight: examples[i]!.weight * texts.length })),
  )
  const names = [...new Set(judges.map((i) => texts[i]!.set))]
  const threshold = chooseThreshold(
    names.map((name) =>
      judges
        .filter((i) => texts[i]!.set === name)
        .map((i) => ({ p: sigmoid(calibration.slope * z[i]! + calibration.offset), label: texts[i]!.label })),
    ),
  )
  return { threshold, weights: packed(train(examples), examples, calibration) }
}

function examplesOf(texts: readonly Labelled[]): Example[] {
  const sizes = new Map<string, number>()
  const stratum = ({ set, label }: Labelled) => `${set} ${label}`
  for (const text of texts) sizes.set(stratum(text), (sizes.get(stratum(text)) ?? 0) + 1)
  const strata = sizes.size
  return texts.map((text) => ({
    features: featuresOf(text.text, SHAPE),
    vector: text.embedding.map((x) => x * EMBEDDING_SCALE),
    label: text.label,
    weight: 1 / (strata * sizes.get(stratum(text))!),
  }))
}

function train(examples: readonly Example[]): LinearModel {
  const dense = examples[0]!.vector.length
  return fitLogistic(examples, { sparse: BLOCKS * 2 ** SHAPE.bits, dense, l2: L2 })
}

function packed(model: LinearModel, examples: readonly Example[], calibration: Platt) {
  const sparse = BLOCKS * 2 ** SHAPE.bits
  const unseen = examples.reduce(
    (sum, { vector, weight }) => sum + weight * vector.reduce((dot, x, j) => dot + x * model.weights[sparse + j]!, 0),
    0,
  )
  return pack(model, SHAPE, EMBEDDING_SCALE, unseen, calibration)
}

function scoreOf(
  { weights, bias }: LinearModel,
  { features, vector }: { features: SparseVector; vector: Float32Array },
) {
  let z = bias
  for (let j = 0; j < features.index.length; j++) z += features.value[j]! * weights[features.index[j]!]!
  const sparse = weights.length - vector.length
  for (let j = 0; j < vector.length; j++) z += vector[j]! * weights[sparse + j]!
  return z
}
