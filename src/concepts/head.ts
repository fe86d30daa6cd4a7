import type { Calibration } from './calibrate.ts'
import { type PackedWeights, pack } from './classifier.ts'
import { blocksOf, type FeatureShape, featuresOf } from './features.ts'
import { type Example, type FitOptions, fitByRarity, fitLogistic, type LinearModel } from './fit.ts'

/** The same for every concept, so that a text is read once for all. About as many buckets as a few thousand texts have words and pairs that occur more than once; 90 KB as shipped. */
export const SHAPE: FeatureShape = { bits: 15 }

/** Number of weights before those of the embedding. */
const sparseOf = (shape: FeatureShape) => blocksOf(shape).reduce((sum, size) => sum + size, 0)

/**
 * A text as the classifier of a concept takes it.
 * @param embedding unit vector
 * @param embeddingScale weight of the embedding against the words
 */
export function exampleOf(
  { text, embedding, label }: { text: string; embedding: Float32Array; label: boolean },
  weight: number,
  embeddingScale: number,
  shape: FeatureShape = SHAPE,
): Example {
  return { features: featuresOf(text, shape), vector: embedding.map((x) => x * embeddingScale), label, weight }
}

/** Fits the weights of words and embedding together. With cues, rare words count for more: attacks show in words that little else holds. */
export function fitHead(examples: readonly Example[], penalty: Penalty, shape: FeatureShape = SHAPE): LinearModel {
  const fitted = shape.cues === true ? fitByRarity : fitLogistic
  return fitted(examples, { sparse: sparseOf(shape), dense: examples[0]!.vector.length, ...penalty })
}

export type Penalty = Pick<FitOptions, 'l2' | 'tolerance'>

/** Raw score of a text. */
export function scoreOf({ weights, bias }: LinearModel, { features, vector }: Example): number {
  let z = bias
  for (let j = 0; j < features.index.length; j++) z += features.value[j]! * weights[features.index[j]!]!
  const dense = weights.length - vector.length
  for (let j = 0; j < vector.length; j++) z += vector[j]! * weights[dense + j]!
  return z
}

/**
 * Scores of all texts, each by a model that was fitted without the fold that it belongs to.
 * @param breath a turn for whoever shares the thread, after each fold
 */
export async function scoresByFold(
  examples: readonly Example[],
  homes: readonly number[],
  penalty: Penalty,
  breath: () => Promise<void>,
): Promise<number[]> {
  const z = new Array<number>(examples.length).fill(0)
  for (const fold of new Set(homes)) {
    const model = fitHead(
      examples.filter((_, i) => homes[i] !== fold),
      penalty,
    )
    for (const [i, example] of examples.entries()) if (homes[i] === fold) z[i] = scoreOf(model, example)
    await breath()
  }
  return z
}

/** The weights as a concept keeps them. */
export function packHead(
  model: LinearModel,
  examples: readonly Example[],
  calibration: Calibration,
  embeddingScale: number,
  shape: FeatureShape = SHAPE,
): PackedWeights {
  const dense = sparseOf(shape)
  const total = examples.reduce((sum, { weight }) => sum + weight, 0)
  const unseen = examples.reduce(
    (sum, { vector, weight }) =>
      sum + (weight / total) * vector.reduce((dot, x, j) => dot + x * model.weights[dense + j]!, 0),
    0,
  )
  return pack(model, shape, embeddingScale, unseen, calibration)
}
