import { gamma, normal } from './draws.ts'
import { seeded } from './seeded.ts'

/**
 * What share of the matches of a search is right, and what share of all that is right was matched, from labels of events
 * that were drawn at random within strata of the score. Labels of events that somebody chose to look at must not be among
 * them: they are no random sample.
 *
 * Each stratum's rate has a lower and an upper confidence distribution (those of Clopper & Pearson, 1934: Beta(k, n-k+1)
 * and Beta(k+1, n-k)); both shares rise with some rates and fall with others, so that their interval takes the upper one
 * of the former and the lower one of the latter (melded intervals: Fay, Proschan & Brittain, 2015), by Monte Carlo.
 * Events that are not labelled are binomial draws at that rate, which makes a stratum that is labelled whole exact.
 * The calibrated probability counts as much as `PRIOR` labels: with no label at all it is what is answered, in a very wide
 * interval. Where there is none, labels alone count, and what hangs on a stratum without a label is not known.
 * @param strata any number; those of no event count nothing
 * @param seed decides the draws: the same labels are always answered the same
 * @returns each null where its denominator has no events, or a stratum of it neither a probability nor a label; recall is
 *   null where nothing is thought to be right
 */
export function stratifiedShares(
  strata: readonly Stratum[],
  seed = 1,
): { precision: Share | null; recall: Share | null } {
  const held = strata.filter(({ size }) => size > 0)
  const matches = held.filter(({ matched }) => matched).reduce((sum, { size }) => sum + size, 0)
  const [right, missed] = sums(held, meanRight)
  const random = seeded(seed)
  const lows = { precision: [] as number[], recall: [] as number[] }
  const highs = { precision: [] as number[], recall: [] as number[] }
  for (let draw = 0; draw < DRAWS; draw++) {
    const [rightLow, missedLow] = sums(held, (one) => drawnRight(one, 'lower', random))
    const [rightHigh, missedHigh] = sums(held, (one) => drawnRight(one, 'upper', random))
    lows.precision.push(rightLow / matches)
    highs.precision.push(rightHigh / matches)
    // of nothing that is right, any share may have been found
    lows.recall.push(rightLow + missedHigh === 0 ? 0 : rightLow / (rightLow + missedHigh))
    highs.recall.push(rightHigh + missedLow === 0 ? 1 : rightHigh / (rightHigh + missedLow))
  }
  const unknown = held.filter(({ probability, labelled }) => probability === null && labelled === 0)
  const known = { precision: !unknown.some(({ matched }) => matched), recall: unknown.length === 0 }
  return {
    precision: matches === 0 || !known.precision ? null : shareOf(right / matches, lows.precision, highs.precision),
    recall: right + missed === 0 || !known.recall ? null : shareOf(right / (right + missed), lows.recall, highs.recall),
  }
}

/** Events of neighbouring scores, all on one side of the threshold, and what a random draw of them was found to be. */
export interface Stratum {
  /** Events in it. */
  size: number
  /** Whether the search answers with them. */
  matched: boolean
  /** Mean calibrated probability, 0 to 1; null where scores are none. */
  probability: number | null
  /** Of them drawn at random, without replacement, and labelled; and labelled as right. */
  labelled: number
  right: number
}

/** A share and its 95 % interval; `low <= value <= high`, all within 0 to 1. */
export interface Share {
  value: number
  low: number
  high: number
}

/** Labels that a calibrated probability is worth. More lets a wrong calibration outlast labels; 0 leaves no value without them. */
const PRIOR = 1
/** Draws of the Monte Carlo: ends of intervals are settled to about a hundredth. */
const DRAWS = 1_000
const TAIL = 0.025

function sums(strata: readonly Stratum[], rightOf: (one: Stratum) => number): [right: number, missed: number] {
  let [right, missed] = [0, 0]
  for (const one of strata) {
    if (one.matched) right += rightOf(one)
    else missed += rightOf(one)
  }
  return [right, missed]
}

/** What was known before any label, in labels: all and right ones. */
const priorOf = ({ probability }: Stratum) =>
  probability === null ? { labels: 0, right: 0 } : { labels: PRIOR, right: PRIOR * probability }

function meanRight(one: Stratum): number {
  const { size, labelled, right } = one
  const prior = priorOf(one)
  const known = labelled + prior.labels
  return known === 0 ? 0 : right + ((size - labelled) * (right + prior.right)) / known
}

function drawnRight(one: Stratum, side: 'lower' | 'upper', random: () => number): number {
  const { size, labelled, right } = one
  const prior = priorOf(one)
  const hits = right + prior.right
  const misses = labelled + prior.labels - hits
  const rate = side === 'lower' ? beta(hits, misses + 1, random) : beta(hits + 1, misses, random)
  return right + binomial(size - labelled, rate, random)
}

function shareOf(value: number, lows: number[], highs: number[]): Share {
  lows.sort((a, b) => a - b)
  highs.sort((a, b) => a - b)
  const low = lows[Math.floor(TAIL * (lows.length - 1))]!
  const high = highs[Math.ceil((1 - TAIL) * (highs.length - 1))]!
  return { value, low: Math.min(low, value), high: Math.max(high, value) }
}

/** A draw of Beta(a, b); 0 where a is 0, 1 where b is. */
function beta(a: number, b: number, random: () => number): number {
  if (a <= 0) return 0
  if (b <= 0) return 1
  const x = gamma(random, a)
  const y = gamma(random, b)
  return x + y === 0 ? a / (a + b) : x / (x + y)
}

/** A draw of Binomial(n, rate): by inversion where few are expected, else the rounded normal. */
function binomial(n: number, rate: number, random: () => number): number {
  if (n <= 0 || rate <= 0) return 0
  if (rate >= 1) return n
  if (rate > 0.5) return n - binomial(n, 1 - rate, random)
  const mean = n * rate
  if (mean > 30) return Math.min(n, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - rate)) * normal(random))))
  let mass = Math.exp(n * Math.log1p(-rate))
  let left = random() - mass
  let hits = 0
  while (left > 0 && hits < n) {
    mass *= ((n - hits) / (hits + 1)) * (rate / (1 - rate))
    left -= mass
    hits++
  }
  return hits
}
