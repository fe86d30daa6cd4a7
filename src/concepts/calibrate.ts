import { alongSteps, fitIsotonic, type Steps } from './isotonic.ts'

/**
 * Turns the raw score of a linear model into a probability: sigmoid(slope · z + offset), fitted to scores of texts that
 * the model was not fitted on (Platt, 1999; Newton's method and smoothed targets after Lin, Lin & Weng, 2007).
 * Weights decide which base rate the probabilities speak of.
 */
export function fitPlatt(scored: readonly Scored[]): Platt {
  const sum = (label: boolean) => scored.reduce((total, s) => total + (s.label === label ? s.weight : 0), 0)
  const positives = sum(true)
  const negatives = sum(false)
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (negatives + 2)
  const loss = (slope: number, offset: number) =>
    scored.reduce((total, { z, label, weight }) => {
      const f = slope * z + offset
      // log(1 + e^f) - t·f, without overflow
      return total + weight * (Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(f))) - (label ? high : low) * f)
    }, 0)

  let slope = 1
  let offset = Math.log((positives + 1) / (negatives + 1))
  let value = loss(slope, offset)
  for (let step = 0; step < 100; step++) {
    let [g1, g2, h11, h12, h22] = [0, 0, 1e-12, 0, 1e-12]
    for (const { z, label, weight } of scored) {
      const p = sigmoid(slope * z + offset)
      const d1 = weight * (p - (label ? high : low))
      const d2 = weight * p * (1 - p)
      g1 += z * d1
      g2 += d1
      h11 += z * z * d2
      h12 += z * d2
      h22 += d2
    }
    if (Math.abs(g1) < 1e-7 && Math.abs(g2) < 1e-7) break
    const det = h11 * h22 - h12 * h12
    const [ds, db] = [-(h22 * g1 - h12 * g2) / det, -(h11 * g2 - h12 * g1) / det]
    let length = 1
    while (length > 1e-10 && loss(slope + length * ds, offset + length * db) > value) length /= 2
    if (length <= 1e-10) break
    slope += length * ds
    offset += length * db
    value = loss(slope, offset)
  }
  return { slope, offset }
}

/** A raw score of a text that was not fitted on, and the truth about it. */
export interface Scored {
  z: number
  label: boolean
  /** How much it counts; any positive unit. */
  weight: number
}

export interface Platt {
  slope: number
  offset: number
}

/** How a raw score becomes a probability: Platt's curve, then, where there was enough to learn it from, a line that corrects it. */
export interface Calibration extends Platt {
  steps?: Steps
}

/** Probability of a raw score, 0 to 1. Rises strictly with it. */
export function calibrated({ slope, offset, steps }: Calibration, z: number): number {
  const p = sigmoid(slope * z + offset)
  return steps === undefined ? p : alongSteps(steps, p)
}

/** Scores of each side from which probabilities are called calibrated, and from which the isotonic line is learned. */
export const LEAST_CALIBRATED = 20
export const LEAST_ISOTONIC = 200

/**
 * Chooses by the number of scores of the smaller side: none, Platt's curve, or the curve with an isotonic line over it.
 * "None" has a curve as well, which spreads the scores; its probabilities rest on too few to be believed.
 */
export function fitCalibration(scored: readonly Scored[]): {
  calibration: Calibration
  kind: 'isotonic' | 'platt' | 'none'
} {
  const platt = fitPlatt(scored)
  const positives = scored.filter(({ label }) => label).length
  const least = Math.min(positives, scored.length - positives)
  if (least < LEAST_ISOTONIC) return { calibration: platt, kind: least < LEAST_CALIBRATED ? 'none' : 'platt' }
  const steps = fitIsotonic(scored.map((one) => ({ ...one, z: calibrated(platt, one.z) })))
  return { calibration: { ...platt, steps }, kind: 'isotonic' }
}

export function sigmoid(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))
}

/**
 * The probability at which F1 is highest on average over several sets, each set counting the same, so that one large
 * set does not decide for all. A multiple of 0.01, the middle of the stretch that is within 0.002 of the best.
 */
export function chooseThreshold(sets: readonly (readonly { p: number; label: boolean; weight?: number }[])[]): number {
  const grid = Array.from({ length: 97 }, (_, i) => (i + 2) / 100)
  const means = grid.map((t) => sets.reduce((sum, set) => sum + quality(set, t).f1, 0) / sets.length)
  const best = Math.max(...means)
  const good = grid.filter((_, i) => means[i]! >= best - 0.002)
  return good[Math.floor(good.length / 2)]!
}

/** Precision, recall and F1 of "p >= threshold"; 0 where there is nothing to divide by. A text counts by its weight, 1 where it has none. */
export function quality(scored: readonly { p: number; label: boolean; weight?: number }[], threshold: number) {
  let [hits, found, right] = [0, 0, 0]
  for (const { p, label, weight = 1 } of scored) {
    if (label) right += weight
    if (p < threshold) continue
    found += weight
    if (label) hits += weight
  }
  const precision = found === 0 ? 0 : hits / found
  const recall = right === 0 ? 0 : hits / right
  const f1 = hits === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision, recall, f1 }
}

/** Mean of the precision at each positive, in order of falling probability; equal ones are taken in together. */
export function averagePrecision(scored: readonly { p: number; label: boolean; weight?: number }[]): number {
  const ranked = scored.toSorted((a, b) => b.p - a.p)
  let [hits, tied, sum, seen] = [0, 0, 0, 0]
  for (const [i, { p, label, weight = 1 }] of ranked.entries()) {
    seen += weight
    if (label) tied += weight
    if (ranked[i + 1]?.p === p) continue
    hits += tied
    sum += (tied * hits) / seen
    tied = 0
  }
  return hits === 0 ? 0 : sum / hits
}

/**
 * What to expect of the matches at a threshold.
 *
 * `precision` is the mean probability of the matches. It rests on the calibration: honest where texts that look alike
 * are right as often as they were in the sets that the concept was calibrated on, whatever share of the log they are.
 * It is too high where a log is full of texts of one kind that the concept takes for a match (one prompt, asked a
 * thousand times), and too low where matches are plainer than they were there.
 *
 * `recall` is the share of held-out positives with a probability from the threshold on. It rests on positives being
 * much the same in every log, which holds better than the same of negatives, and needs no count of those that were
 * missed. It is too high where a log holds positives of a manner or in a language that the sets do not.
 *
 * Earlier the share of positives in the log was estimated first, and the probabilities moved to it (Saerens, Latinne &
 * Decaestecker, 2002). That supposes that the negatives of a log are as hard as those of the sets. They are far easier,
 * so that it claimed 0.2 where more than 0.7 of the matches were right.
 * @param histogram events by probability, in equal bins over 0 to 1; the threshold is read as the lower edge of its bin
 * @param recallAt `survival` of the concept's held-out positives
 * @returns shares, 0 to 1; precision null where nothing matches
 */
export function expected(
  histogram: readonly number[],
  threshold: number,
  recallAt: readonly number[],
): { precision: number | null; recall: number } {
  const bins = histogram.length
  const from = binOf(threshold, bins)
  let [found, right] = [0, 0]
  for (let bin = from; bin < bins; bin++) {
    found += histogram[bin]!
    right += (histogram[bin]! * (bin + 0.5)) / bins
  }
  return { precision: found === 0 ? null : right / found, recall: recallAt[binOf(threshold, recallAt.length)] ?? 0 }
}

/** Share of the probabilities that are at or above the lower edge of each of `bins` equal bins over 0 to 1; 0 of none. */
export function survival(probabilities: readonly number[], bins = 100): number[] {
  const edges = Array.from({ length: bins }, (_, bin) => bin / bins)
  const n = probabilities.length || 1
  return edges.map((edge) => probabilities.reduce((sum, p) => sum + (p >= edge ? 1 : 0), 0) / n)
}

/** Bin of a share; 1 belongs to the last one. A hair is added since 0.29 · 100 is less than 29 in floating point. */
function binOf(share: number, bins: number): number {
  return Math.min(Math.max(Math.floor(share * bins + 1e-9), 0), bins - 1)
}
