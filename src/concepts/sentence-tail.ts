import type { SentenceTail } from '../core/concept.ts'

/** Harmless texts of which one may be lifted to the threshold by a sentence: 3 in 1,000, however long they are. */
const FALSE_SHARE = 0.003
/** Share of the sentences that are the tail, and sentences that it needs at least. */
const TAIL = 0.02
const LEAST = 30
/** A probability of 0 or 1 is as good as this far from it. */
const MARGIN = 1e-6

const logit = (p: number) => Math.log((p + MARGIN) / (1 - p + MARGIN))

/**
 * How often a concept takes a sentence of harmless texts for its own: an exponential tail over the logits of the most
 * probable 2 %, by its mean excess (Pickands, 1975, with shape 0). Null of fewer than 1,500 sentences.
 */
export function fitTail(probabilities: readonly number[]): SentenceTail | null {
  const count = Math.floor(TAIL * probabilities.length)
  if (count < LEAST) return null
  const sorted = Float64Array.from(probabilities, logit).sort().reverse()
  const from = sorted[count]!
  const excess = sorted.subarray(0, count).reduce((sum, z) => sum + z - from, 0) / count
  const decay = 1 / Math.max(excess, 1e-3)
  return { rate: Math.log(count / sorted.length) + decay * from, decay }
}

/** The tail of the two that asks more of a sentence. */
export const stricterTail = (a: SentenceTail, b: SentenceTail): SentenceTail =>
  logitAt(a, RARE) >= logitAt(b, RARE) ? a : b

/** One sentence in 10,000. */
const RARE = Math.log(1e-4)
const logitAt = ({ rate, decay }: SentenceTail, logShare: number) => (rate - logShare) / decay

/**
 * Probability of a text of which one sentence is so probable if it stood alone; null where that says too little. The more
 * sentences a text has, the more of them look like something by chance: with E, how many of its n sentences would be as
 * probable were the text harmless, the odds are those of the threshold times 0.003 / E, and no better than the sentence's own.
 */
export function liftedTo(tail: SentenceTail, threshold: number, sentences: number, p: number): number | null {
  const logExpected = Math.log(sentences) + tail.rate - tail.decay * logit(p)
  const told = logit(threshold) + Math.log(FALSE_SHARE) - logExpected
  const lifted = Math.min(p, 1 / (1 + Math.exp(-told)))
  return lifted >= threshold ? lifted : null
}
