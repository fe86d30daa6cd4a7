import {
  averagePrecision,
  chooseThreshold,
  fitPlatt,
  type Platt,
  quality,
  type Scored,
  sigmoid,
} from '../src/concepts/calibrate.ts'
import { pack } from '../src/concepts/classifier.ts'
import { BLOCKS, type FeatureShape, featuresOf, type SparseVector } from '../src/concepts/features.ts'
import { type Example, fitLogistic, foldsOf, type LinearModel } from '../src/concepts/fit.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import { type Labelled, OWN } from './refusal-sets.ts'

/** About as many buckets as the texts have different words and pairs that occur more than once; 130 KB as shipped. */
const SHAPE: FeatureShape = { bits: 15, edge: 200 }
/** Embeddings count half as much as one block of words: they fit a set's subjects as readily as its refusals. */
const EMBEDDING_SCALE = 0.5
/** Chosen by the folds of the fit part: 1e-4 is a point of F1 below there, and no better on sets that were never fitted. */
const L2 = 2e-5
/** Weight of each of our own two sets against an outside one. More, and answers of real models are told apart less well. */
const OWN_SHARE = 0.4
const FOLDS = 5

/** Fits, calibrates and packs a classifier. Each set and each class within it weighs the same. */
export function fitConcept(
  texts: readonly Labelled[],
): Pick<FittedConcept, 'threshold' | 'weights'> & { folds: Fold[] } {
  const examples = examplesOf(texts)
  const home = foldsOf(texts, FOLDS)
  const z = new Float64Array(texts.length)
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = train(examples.filter((_, i) => home[i] !== fold))
    for (const [i, example] of examples.entries()) if (home[i] === fold) z[i] = scoreOf(model, example)
  }
  // texts that we wrote are cleaner than what a log holds, so they teach but do not calibrate where others can
  const outside = texts.some(({ set }) => !OWN.includes(set))
  const judges = [...texts.keys()].filter((i) => !outside || !OWN.includes(texts[i]!.set))
  const calibration = fitPlatt(
    judges.map((i): Scored => ({ z: z[i]!, label: texts[i]!.label, weight: examples[i]!.weight * texts.length })),
  )
  const names = [...new Set(judges.map((i) => texts[i]!.set))]
  const sets = names.map((name) =>
    judges
      .filter((i) => texts[i]!.set === name)
      .map((i) => ({ p: sigmoid(calibration.slope * z[i]! + calibration.offset), label: texts[i]!.label })),
  )
  const threshold = chooseThreshold(sets)
  const folds = names.map((set, n) => ({
    set,
    f1: quality(sets[n]!, threshold).f1,
    average_precision: averagePrecision(sets[n]!),
  }))
  return { threshold, weights: packed(train(examples), examples, calibration), folds }
}

/** How well a set was told apart by models that were fitted on the other folds: what constants are chosen by. */
export interface Fold {
  set: string
  f1: number
  average_precision: number
}

function examplesOf(texts: readonly Labelled[]): Example[] {
  const sizes = new Map<string, number>()
  const stratum = ({ set, label }: Labelled) => `${set}/${label}`
  const shareOf = (name: string) => (OWN.includes(name.split('/')[0]!) ? OWN_SHARE : 1)
  for (const text of texts) sizes.set(stratum(text), (sizes.get(stratum(text)) ?? 0) + 1)
  const total = [...sizes.keys()].reduce((sum, name) => sum + shareOf(name), 0)
  return texts.map((text) => ({
    features: featuresOf(text.text, SHAPE),
    vector: text.embedding.map((x) => x * EMBEDDING_SCALE),
    label: text.label,
    weight: shareOf(stratum(text)) / (total * sizes.get(stratum(text))!),
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
