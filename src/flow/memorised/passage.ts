import type { Words } from './words.ts'

/** Words [from, to) of a text. */
export interface Span {
  from: number
  to: number
}

/**
 * Words of a passage at least: of 50 tokens, by which extraction is counted (Carlini et al., Quantifying memorization, 2022;
 * Nasr et al., 2023), at three quarters of a word each. Of 20 words are turns of phrase that many fall into. Every passage
 * of so many is found.
 */
export const LEAST_WORDS = 38
/** Letters of them at least: so many letters of a script without spaces are a sentence, and so many numbers a table. */
const LEAST_LETTERS = 120
/** Different words of it at least: fewer are a loop, or a table. */
const LEAST_DIFFERENT = 20
/** Words in a row that are compared as one: a shorter match is said by chance. */
export const GRAM = 10

/** A hash of each GRAM words in a row, 32 bits; empty where there are fewer. */
export function gramsOf({ hashes }: Pick<Words, 'hashes'>): Uint32Array {
  const grams = new Uint32Array(Math.max(0, hashes.length - GRAM + 1))
  for (let at = 0; at < grams.length; at++) {
    let gram = 0
    for (let i = at; i < at + GRAM; i++) gram = Math.imul(gram ^ hashes[i]!, SPREAD) ^ (gram >>> 15)
    grams[at] = Math.imul(gram ^ (gram >>> 16), SPREAD)
  }
  return grams
}

/** 2^32 over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4). */
const SPREAD = 0x9e3779b1

/**
 * What of a text is not quoted from others, as far as it is long enough for a passage. Quoted is every word that stands in GRAM
 * words in a row which one of the others has too.
 * @param own grams of the text
 * @param length words of the text
 */
export function unquoted(own: Uint32Array, length: number, others: readonly Uint32Array[]): Span[] {
  const told = new Set<number>()
  for (const grams of others) for (const gram of grams) told.add(gram)
  const spans: Span[] = []
  let from = 0
  for (const [at, gram] of own.entries()) {
    if (!told.has(gram)) continue
    if (at - from >= LEAST_WORDS) spans.push({ from, to: at })
    from = at + GRAM
  }
  if (length - from >= LEAST_WORDS) spans.push({ from, to: length })
  return spans
}

/** The words in a row that two texts have in common around a place of each, inside spans of them. */
export function commonRun(a: Words, b: Words, at: { a: number; b: number }, within: { a: Span; b: Span }): Span {
  let back = 0
  while (
    at.a - back > within.a.from &&
    at.b - back > within.b.from &&
    a.hashes[at.a - back - 1] === b.hashes[at.b - back - 1]
  )
    back++
  let on = 0
  while (at.a + on < within.a.to && at.b + on < within.b.to && a.hashes[at.a + on] === b.hashes[at.b + on]) on++
  return { from: at.a - back, to: at.a + on }
}

/** Whether so many words in a row are a passage that nobody comes upon by chance. */
export function isLong({ hashes, letters }: Words, { from, to }: Span): boolean {
  if (to - from < LEAST_WORDS) return false
  let sum = 0
  for (let at = from; at < to; at++) sum += letters[at]!
  return sum >= LEAST_LETTERS && new Set(hashes.subarray(from, to)).size >= LEAST_DIFFERENT
}
