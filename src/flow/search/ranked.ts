import type { Filter, Hit, WordHit } from '../../core/ports.ts'
import type { Found } from './items.ts'
import { bestOfEach, examplesOf, excluded, keyword, placeOf, semantic, slice } from './lists.ts'
import { matching } from './matching.ts'
import type { PageFound, SearchParts } from './page.ts'
import { queryVector } from './query-vector.ts'
import type { Question } from './question.ts'
import { everyTerm, listOf, NO_TERMS, someTerms, termsOf } from './terms.ts'

/** Constant of reciprocal rank fusion (Cormack, Clarke & Büttcher, 2009). */
const RRF = 60

/** How many of each list are ranked for a page of k. */
export const windowOf = (k: number): number => Math.max(k, Math.min(5 * k, 1_000), 200)

/**
 * The nearest, the best by word, or both lists fused; both are filtered before they are cut.
 * @param window how many of each list are ranked
 */
export async function ranked(parts: SearchParts, question: Question, size: number, window: number): Promise<PageFound> {
  const { engine, encoder } = parts
  const { ask, words, cursor, filter, k, unlike } = question
  const mode = ask.mode ?? 'hybrid'
  // a bound on the ledger would keep an unfiltered first page from the graphs; later events are dropped below instead
  const bounded: Filter = cursor === null ? filter : { ...filter, before_seq: size }
  const left = excluded(ask)

  const meaning = async () => {
    const q = mode === 'keyword' ? null : await queryVector(parts, words, examplesOf(ask), filter, unlike)
    if (q === null) return { list: [], q, how: 'words' as const, complete: true }
    const texts = filter.part === undefined ? 2 * window : window
    const { hits, how, complete } = await engine.nearest(q, encoder.space.space, texts + left.size, bounded)
    const list = bestOfEach(
      hits.filter(({ seq }) => seq < size),
      left,
    ).slice(0, window)
    return { list, q, how, complete: complete || hits.length === 0 }
  }
  const wording = async () => {
    const terms = mode === 'semantic' ? NO_TERMS : termsOf(words)
    if (listOf(terms).length === 0) return { list: [], complete: true }
    const best = { order: 'best' as const, limit: window + left.size }
    const whole = await matching(engine, everyTerm(terms), terms, bounded, best)
    const own = (hits: readonly WordHit[]) => hits.filter(({ seq, event_id }) => seq < size && !left.has(event_id))
    const list = own(whole.items)
    if (list.length >= window || terms.words.length < 2)
      return { list: list.slice(0, window), complete: whole.complete }
    // few hold every word: behind them, whoever holds some, the rarer the better
    const held = new Set(list.map(({ event_id }) => event_id))
    const partly = await matching(engine, someTerms(terms), terms, bounded, best)
    const rest = own(partly.items).filter(({ event_id }) => !held.has(event_id))
    return { list: [...list, ...rest].slice(0, window), complete: whole.complete && partly.complete }
  }
  const [byMeaning, byWord] = await Promise.all([meaning(), wording()])
  const found =
    mode === 'semantic'
      ? byMeaning.list.map(semantic)
      : mode === 'keyword'
        ? byWord.list.map(keyword)
        : fuse(byMeaning.list, byWord.list)
  const page = slice(found, cursor, k)
  return {
    found: page.found,
    ...(byMeaning.q === null ? {} : { q: byMeaning.q }),
    next: page.next === null ? null : { ...page.next, window },
    how: byMeaning.how,
    complete: byMeaning.complete && byWord.complete,
  }
}

/** Each list gives an event 1 / (60 + rank); the sums rank. */
function fuse(byMeaning: readonly Hit[], byWord: readonly Pick<Found, 'event_id' | 'ts'>[]): Found[] {
  const found = new Map<string, Found>()
  const placed = new Map(byMeaning.map((hit) => [hit.event_id, placeOf(hit)]))
  for (const [list, matched] of [
    [byMeaning, 'semantic'],
    [byWord, 'keyword'],
  ] as const)
    for (const [i, { event_id, ts }] of list.entries()) {
      const before = found.get(event_id)
      const score = (before?.score ?? 0) + 1 / (RRF + i + 1)
      const at = placed.get(event_id)
      const place = at === undefined ? {} : { at }
      found.set(event_id, { event_id, ts, score, matched: before === undefined ? matched : 'both', ...place })
    }
  return [...found.values()].sort((a, b) => b.score - a.score)
}
