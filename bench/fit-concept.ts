import {
  averagePrecision,
  chooseThreshold,
  fitPlatt,
  quality,
  type Scored,
  sigmoid,
  survival,
} from '../src/concepts/calibrate.ts'
import type { FeatureShape } from '../src/concepts/features.ts'
import { type Example, foldsOf } from '../src/concepts/fit.ts'
import { exampleOf, fitHead, type Penalty, packHead, SHAPE, scoreOf } from '../src/concepts/head.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import { type Labelled, OWN } from './labelled.ts'

/** Embeddings fit a set's subjects as readily as its refusals: with more than this, sets that were never fitted lose. A concept that is a subject takes more. */
const EMBEDDING_SCALE = 0.2
/** Strength of the penalty for a concept that is fitted on texts of ours: less of it learns their templates. */
const L2 = 1e-4
/** Of concepts that take cues the fit ends earlier: closer costs many more steps and tells folds no better. */
const CUED_TOLERANCE = 1e-4
/** Weight of each of our own two sets against an outside one. More: fewer false alarms in small talk, more evasions missed. */
const OWN_SHARE = 1
const FOLDS = 5
/** Of concepts that take cues. */
const CUED: FeatureShape = { ...SHAPE, cues: true }
/** Share of positives at which probabilities are calibrated. At one half, they claim too much of ordinary chats. */
const POSITIVES = 1 / 3

/**
 * Fits, calibrates and packs a classifier. Each set and each class within it weighs the same. What a log of other
 * origin will bring is judged by leaving out each outside set as a whole; what more of the same will bring, by folds.
 * Probabilities and threshold rest on both, and on folds of our own texts, which stand for ordinary traffic; recall
 * rests on the outside sets alone where there are any.
 */
export function fitConcept(texts: readonly Labelled[], settings: FitSettings = {}): Fit {
  const { embeddingScale = EMBEDDING_SCALE } = settings
  const way = wayOf(settings)
  const examples = examplesOf(texts, embeddingScale, way.shape)
  const names = [...new Set(texts.flatMap(({ set, label }) => (label ? [set] : [])))]
  const outside = names.filter((set) => !OWN.includes(set))
  const home = foldsOf(texts, FOLDS)
  const folds = Array.from({ length: FOLDS }, (_, fold) => (i: number) => home[i] === fold)
  // without a lone set nothing would be left to fit on
  const alone = names.length > 1 ? outside : []
  const wholes = alone.map((set) => (i: number) => texts[i]!.set === set)
  const trials = [
    ...scoresLeaving('fold', folds, examples, names, texts, way),
    ...scoresLeaving('whole set', wholes, examples, alone, texts, way),
  ]

  const calibration = fitPlatt(trials.flatMap(({ scores }) => evenly(scores)))
  const judged = trials.map(({ scores }) =>
    scores.map(({ z, label }) => ({ p: sigmoid(calibration.slope * z + calibration.offset), label })),
  )
  const threshold = chooseThreshold(judged)
  // refusals that we wrote are plainer, or odder, than those of a log
  const real = judged.filter((_, n) => outside.length === 0 || outside.includes(trials[n]!.set))
  const recalls = real.map((set) => survival(set.filter(({ label }) => label).map(({ p }) => p)))
  return {
    threshold,
    recall_at: recalls[0]!.map((_, bin) => rounded(mean(recalls.map((recall) => recall[bin]!)))),
    weights: packHead(fitHead(examples, way.penalty, way.shape), examples, calibration, embeddingScale, way.shape),
    folded: new Map(trials.flatMap(({ set, left }, n) => (left === 'fold' ? [[set, judged[n]!] as const] : []))),
    trials: trials.map(({ set, left }, n) => ({
      set,
      left,
      ...quality(judged[n]!, threshold),
      average_precision: averagePrecision(judged[n]!),
      mean_p: mean(judged[n]!.flatMap(({ p }) => (p >= threshold ? [p] : []))),
    })),
  }
}

export interface FitSettings {
  /** Weight of the embedding against the words; default 0.2. */
  embeddingScale?: number | undefined
  /** Strength of the penalty, against the mean loss; default 1e-4. */
  l2?: number | undefined
  /** Whether cues to attacks are read as well; default false. */
  cues?: boolean | undefined
}

export interface Fit extends Pick<FittedConcept, 'threshold' | 'recall_at' | 'weights'> {
  trials: Trial[]
  /** The texts of each set in their order, scored by models that were fitted without their fold. */
  folded: Map<string, Judged[]>
}

/** A calibrated probability, 0 to 1, and the truth. */
export interface Judged {
  p: number
  label: boolean
}

/** How the weights of a concept are fitted. */
interface Way {
  shape: FeatureShape
  penalty: Penalty
}

const wayOf = ({ l2 = L2, cues = false }: FitSettings): Way =>
  cues ? { shape: CUED, penalty: { l2, tolerance: CUED_TOLERANCE } } : { shape: SHAPE, penalty: { l2 } }

/** Raw scores by a model that is fitted as fitConcept does, neither calibrated nor packed. */
export function rawScorer(texts: readonly Labelled[], settings: FitSettings): (text: Labelled) => number {
  const { embeddingScale = EMBEDDING_SCALE } = settings
  const { shape, penalty } = wayOf(settings)
  const model = fitHead(examplesOf(texts, embeddingScale, shape), penalty, shape)
  return (text) => scoreOf(model, exampleOf(text, 1, embeddingScale, shape))
}

/** How well a set was told apart by models that were fitted without it, or without a fold of it. Constants are chosen by these. */
export interface Trial {
  set: string
  left: 'fold' | 'whole set'
  precision: number
  recall: number
  f1: number
  average_precision: number
  /** Mean probability of the matches: what a search would claim for the precision. */
  mean_p: number
}

interface Scores {
  set: string
  left: Trial['left']
  scores: { z: number; label: boolean }[]
}

/** Scores of the texts of each set by a model that was fitted on all but the part that a text belongs to. */
function scoresLeaving(
  left: Trial['left'],
  parts: readonly ((i: number) => boolean)[],
  examples: readonly Example[],
  sets: readonly string[],
  texts: readonly Labelled[],
  { shape, penalty }: Way,
): Scores[] {
  const z = new Map<number, number>()
  for (const within of parts) {
    const model = fitHead(
      examples.filter((_, i) => !within(i)),
      penalty,
      shape,
    )
    for (const [i, example] of examples.entries()) if (within(i)) z.set(i, scoreOf(model, example))
  }
  // a set without a positive is judged together with what was made by pattern
  const positive = new Set(texts.flatMap(({ set, label }) => (label ? [set] : [])))
  return sets.map((set) => ({
    set,
    left,
    scores: texts.flatMap((text, i) =>
      text.set === set || (set === OWN[1] && !positive.has(text.set)) ? [{ z: z.get(i)!, label: text.label }] : [],
    ),
  }))
}

/** Each set weighs as much as any other, and has the same share of positives. */
function evenly(scores: Scores['scores']): Scored[] {
  const positives = scores.filter(({ label }) => label).length
  return scores.map(({ z, label }) => ({
    z,
    label,
    weight: label ? (1_000 * POSITIVES) / positives : (1_000 * (1 - POSITIVES)) / (scores.length - positives),
  }))
}

function examplesOf(texts: readonly Labelled[], embeddingScale: number, shape: FeatureShape): Example[] {
  const sizes = new Map<string, number>()
  const stratum = ({ set, label }: Labelled) => `${set}/${label}`
  const shareOf = (name: string) => (OWN.includes(name.split('/')[0]!) ? OWN_SHARE : 1)
  for (const text of texts) sizes.set(stratum(text), (sizes.get(stratum(text)) ?? 0) + 1)
  const total = [...sizes.keys()].reduce((sum, name) => sum + shareOf(name), 0)
  return texts.map((text) =>
    exampleOf(text, shareOf(stratum(text)) / (total * sizes.get(stratum(text))!), embeddingScale, shape),
  )
}

const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / (list.length || 1)
const rounded = (share: number) => Math.round(share * 1000) / 1000
