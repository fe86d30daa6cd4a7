import { bestOfEach, examplesOf, excluded, keyword, semantic, slice } from './lists.ts'
import { matching } from './matching.ts'
import type { PageFound, SearchParts } from './page.ts'
import { queryVector } from './query-vector.ts'
import type { Question } from './question.ts'
import { everyTerm, termsOf } from './terms.ts'

/**
 * Cosine from which a text counts as meaning the same as a phrase: between a phrase and a paraphrase it is mostly above,
 * between unrelated texts hardly ever. A lower one answers with mere neighbours in subject.
 */
export const SAME_MEANING = 0.5
/** Texts that one such answer may count. */
export const MOST = 20_000

export async function everyMeaning(parts: SearchParts, question: Question, size: number): Promise<PageFound> {
  const { engine, encoder } = parts
  const { filter, ask, words, cursor, k } = question
  const least = ask.min_similarity ?? SAME_MEANING
  const q = await queryVector(parts, words, examplesOf(ask), filter)
  if (q === null)
    return { found: [], next: null, counted: { total: 0, threshold: least }, how: 'exact', complete: true }
  const bounded = { ...filter, before_seq: size }
  const { items, next } = await engine.within(q, encoder.space.space, least, bounded, { limit: MOST })
  const found = bestOfEach(items, excluded(ask)).map(semantic)
  const counted = { total: found.length, threshold: least }
  return { ...slice(found, cursor, k), q, counted, how: 'exact', complete: next === null }
}

export async function everyWord(
  { engine }: SearchParts,
  { words, filter, cursor, k }: Question,
  size: number,
): Promise<PageFound> {
  const terms = termsOf(words)
  const bounded = { ...filter, before_seq: size }
  const { items, total, complete } = await matching(engine, everyTerm(terms), terms, bounded, {
    order: 'best',
    limit: MOST,
  })
  const found = items.map(keyword)
  return { ...slice(found, cursor, k), counted: { total }, how: 'words', complete: complete && items.length >= total }
}
