import type { FittedConcept } from '../core/concept.ts'
import { Problem } from '../core/problem.ts'
import { averagePrecision, calibrated, chooseThreshold, fitCalibration, quality, survival } from './calibrate.ts'
import { foldsOf } from './fit.ts'
import { exampleOf, fitHead, packHead, scoresByFold } from './head.ts'

/**
 * Fits a concept to a few examples: a linear model over words and embedding, strongly drawn to zero, so that with few
 * examples it is little more than the difference of their mean from that of the background. Deterministic; a few
 * seconds for as many texts as it takes.
 *
 * Probabilities, threshold and quality come from cross-validation, each text scored by a model that has not seen it, and
 * speak of texts of which a third are meant, the others half negatives, half background: the precision in a log where
 * the concept is rarer is lower.
 * @param breath a turn for whoever shares the thread, between fits
 * @throws Problem BAD_REQUEST where the examples are too few or too many, or a text is on both sides
 */
export async function fitFew(
  { positives, negatives = [], background = [] }: FewTexts,
  breath: () => Promise<void> = async () => {},
): Promise<FewFit> {
  refuseUnfit(positives, negatives, background)
  const given = new Set([...positives, ...negatives].map(({ text }) => keyOf(text)))
  const others = background.filter(({ text }) => !given.has(keyOf(text)))
  const negativeShare = 1 / 2 / (Math.min(negatives.length, 1) + Math.min(others.length, 1))
  const sides = [
    { texts: positives, label: true, share: 1 / 2 },
    { texts: negatives, label: false, share: negativeShare },
    { texts: others, label: false, share: negativeShare },
  ]
  const examples = sides.flatMap(({ texts, label, share }) =>
    texts.map((one) => exampleOf({ ...one, label }, share / texts.length, EMBEDDING_SCALE)),
  )
  const groups = sides.flatMap(({ texts, label }) =>
    texts.map(({ text, group }) => ({ group: group ?? keyOf(text), label })),
  )
  const homes = foldsOf(groups, FOLDS)
  const z = await scoresByFold(examples, homes, PENALTY, breath)
  const scored = examples.map(({ label, weight }, i) => ({
    z: z[i]!,
    label,
    weight: 2 * weight * examples.length * (label ? POSITIVES : 1 - POSITIVES),
  }))
  const { calibration, kind } = fitCalibration(scored)
  const judged = scored.map((one) => ({ ...one, p: calibrated(calibration, one.z) }))
  const threshold = chooseThreshold([judged])
  const shares = { ...quality(judged, threshold), average_precision: averagePrecision(judged) }
  const found = (texts: typeof judged) => texts.filter(({ p }) => p >= threshold).length
  return {
    threshold,
    recall_at: survival(judged.flatMap(({ p, label }) => (label ? [p] : []))).map(rounded),
    quality: {
      precision: rounded(shares.precision),
      recall: rounded(shares.recall),
      f1: rounded(shares.f1),
      average_precision: rounded(shares.average_precision),
      n: positives.length + negatives.length,
    },
    weights: packHead(fitHead(examples, PENALTY), examples, calibration, EMBEDDING_SCALE),
    calibration: kind,
    found: {
      positives: found(judged.slice(0, positives.length)),
      negatives: found(judged.slice(positives.length, positives.length + negatives.length)),
      background: found(judged.slice(positives.length + negatives.length)),
    },
  }
}

export interface FewTexts {
  /** Different texts, LEAST_POSITIVES or more. */
  positives: readonly FewText[]
  negatives?: readonly FewText[]
  /** Ordinary texts, taken as not meant; a few of them may be. */
  background?: readonly FewText[]
}

/** A text with its unit vector; zeros where it has none. */
export interface FewText {
  text: string
  embedding: Float32Array
  /** Texts of one group are never split between fitting and judging; default the text itself. */
  group?: string
}

/** What a fit adds to a concept. `quality.n` counts the examples, without the background. */
export type FewFit = Pick<FittedConcept, 'threshold' | 'recall_at' | 'quality' | 'weights'> & {
  /** None: fewer than LEAST_CALIBRATED examples of a side; the order of probabilities holds, their size says little. */
  calibration: 'isotonic' | 'platt' | 'none'
  /** How many of each kind were at or above the threshold when they had not been seen. */
  found: { positives: number; negatives: number; background: number }
}

/** Positive examples that a fit needs. */
export const LEAST_POSITIVES = 5
/** Examples, and texts of background, that a fit takes, which bounds its time. */
export const MOST_EXAMPLES = 5_000
export const MOST_BACKGROUND = 2_000

/** Chosen on refusals and jailbreaks with ten examples: 0.2 loses one point of average precision, 2 half a point. */
const EMBEDDING_SCALE = 1
/** Anything from 1e-3 to 5e-2 is as good; so strong a penalty needs no finer end. */
const PENALTY = { l2: 1e-2, tolerance: 1e-4 }
const FOLDS = 5
/** Share of positives at which probabilities are calibrated. */
const POSITIVES = 1 / 3

/** Texts that differ in case and space alone are one. */
const keyOf = (text: string) => text.toLowerCase().replace(/\s+/g, ' ').trim()

function refuseUnfit(positives: readonly FewText[], negatives: readonly FewText[], background: readonly FewText[]) {
  const unfit = (what: string) => new Problem('BAD_REQUEST', what)
  const distinct = new Set(positives.map(({ text }) => keyOf(text)))
  if (distinct.size < LEAST_POSITIVES)
    throw unfit(`a concept needs ${LEAST_POSITIVES} different positive examples or more; there are ${distinct.size}`)
  if (negatives.length + background.length < LEAST_POSITIVES)
    throw unfit(`without background a concept needs ${LEAST_POSITIVES} negative examples or more`)
  if (positives.length + negatives.length > MOST_EXAMPLES)
    throw unfit(`a concept takes at most ${MOST_EXAMPLES} examples`)
  if (background.length > MOST_BACKGROUND) throw unfit(`a fit takes at most ${MOST_BACKGROUND} texts of background`)
  const both = negatives.findIndex(({ text }) => distinct.has(keyOf(text)))
  if (both >= 0) throw unfit(`negative example ${both + 1} is a positive one as well`)
}

const rounded = (share: number) => Math.round(share * 1000) / 1000
