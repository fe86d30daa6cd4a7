import { expected } from '../concepts/calibrate.ts'
import type { Concept } from '../core/concept.ts'
import type { Clock, Encoder, Engine, Filter, Hit } from '../core/ports.ts'
import type { SearchAnswer, SearchAsk } from '../core/search.ts'
import { embedStage } from './embed-stage.ts'
import { queryVector } from './query-vector.ts'
import { type Cursor, writeCursor } from './search-cursor.ts'
import { type Found, itemsOf } from './search-items.ts'
import { type Question, type QuestionParts, questionOf } from './search-question.ts'
import { rankTexts, termsOf } from './search-words.ts'

export interface SearchParts extends QuestionParts {
  engine: Pick<
    Engine,
    'events' | 'match' | 'nearest' | 'within' | 'marked' | 'marksOf' | 'vectorOf' | 'waiting' | 'unexamined' | 'head'
  >
  encoder: Encoder
  clock: Clock
}

/**
 * Answers a question about the log: by meaning, by word, or both; by a concept; or, without either, the newest events
 * that pass the filter. Pages are stable: events stored after the first page was asked for are not part of it.
 * Throws Problem BAD_REQUEST with the path of what cannot be read.
 */
export async function search(parts: SearchParts, ask: SearchAsk): Promise<SearchAnswer> {
  const question = questionOf(parts, ask)
  const { engine } = parts
  const size = question.cursor?.size ?? (await engine.head()).size
  const page = await pageOf(parts, question, size)
  const terms = termsOf(question.words)
  const { since, until } = question.filter
  const times = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
  return {
    items: await itemsOf(parts, page.found, terms, question.filter),
    next_cursor: page.next === null ? null : writeCursor({ size, ...times, ...page.next }, ask),
    ...page.counted,
    ...(question.interpreted === undefined ? {} : { interpreted_as: question.interpreted }),
    not_examined: await notExamined(parts, question),
    how: page.how,
    complete: page.complete,
  }
}

/** Events that wait to be read, and those that were read by a former model or concept and whose text is not kept. */
async function notExamined({ engine, encoder }: SearchParts, { concept, filter }: Question): Promise<number> {
  const { space } = encoder.space
  const side = concept === null ? (filter.part ?? 'any') : concept.reads
  const part = side === 'any' ? {} : { part: side }
  const of = concept === null ? { space, ...part } : { concept: concept.name, version: concept.version, ...part }
  const [waiting, unread] = await Promise.all([
    engine.waiting(embedStage(space), filter.tenant_id),
    engine.unexamined(of, filter.tenant_id),
  ])
  return waiting + unread
}

interface PageFound {
  found: Found[]
  next: Pick<Cursor, 'after' | 'offset' | 'window'> | null
  counted?: Pick<SearchAnswer, 'total' | 'threshold' | 'estimated_precision' | 'estimated_recall'>
  how: SearchAnswer['how']
  complete: boolean
}

async function pageOf(parts: SearchParts, question: Question, size: number): Promise<PageFound> {
  const { ask, words, concept, scope } = question
  const directed = words !== '' || Boolean(ask.like?.length) || Boolean(ask.unlike?.length)
  if (concept !== null && !directed) return byProbability(parts, question, concept, size)
  if (concept !== null) return byProbabilityOrdered(parts, question, concept, size)
  if (!directed) return newest(parts, question, size)
  if (scope === 'all')
    return ask.mode === 'keyword' ? everyWord(parts, question, size) : everyMeaning(parts, question, size)
  return ranked(parts, question, size)
}

// ── A concept ─────────────────────────────────────────────────────────────────────────────────────────

/** Most probable first. With scope all, from the threshold on, and counted. */
async function byProbability(
  { engine }: SearchParts,
  question: Question,
  concept: Concept,
  size: number,
): Promise<PageFound> {
  const { scope, k, cursor } = question
  const least = leastOf(question, concept)
  const filter = { ...question.filter, before_seq: size }
  const { items, total, histogram, next } = await engine.marked(
    concept.name,
    concept.version,
    least,
    withoutPart(filter),
    {
      limit: k,
      ...(cursor?.after === undefined ? {} : { after: cursor.after }),
    },
  )
  return {
    found: items.map(({ event_id, p }) => ({ event_id, score: p, matched: 'semantic' })),
    next: next === null ? null : { after: next },
    ...(scope === 'all' ? { counted: countedOf(concept, total, least, histogram) } : {}),
    how: 'marks',
    complete: true,
  }
}

/** Events of a concept that are put into an order of their own. Beyond this many the least probable are left out. */
const ORDERED = 10_000

/** What else is asked orders the events of the concept by nearness; those without a vector come last. */
async function byProbabilityOrdered(
  parts: SearchParts,
  question: Question,
  concept: Concept,
  size: number,
): Promise<PageFound> {
  const { engine, encoder } = parts
  const { scope, k, cursor, filter, ask, words } = question
  const least = scope === 'all' ? leastOf(question, concept) : (ask.min_probability ?? concept.threshold)
  const bounded = { ...filter, before_seq: size }
  const { items, total, histogram } = await engine.marked(concept.name, concept.version, least, withoutPart(bounded), {
    limit: ORDERED,
  })
  const q = await queryVector(parts, words, examplesOf(ask), filter)
  const ids = items.map(({ event_id }) => event_id)
  const { hits } =
    q === null || ids.length === 0
      ? { hits: [] }
      : await engine.nearest(q, encoder.space.space, 2 * ids.length, { ...bounded, event_ids: ids })
  const near = new Map(bestOfEach(hits).map(({ event_id, score }) => [event_id, score]))
  const order = items.toSorted((a, b) => (near.get(b.event_id) ?? -2) - (near.get(a.event_id) ?? -2))
  const found = order.map(
    ({ event_id, p }): Found => ({ event_id, score: near.get(event_id) ?? p - 2, matched: 'semantic' }),
  )
  return {
    ...slice(found, cursor, k),
    ...(scope === 'all' ? { counted: countedOf(concept, total, least, histogram) } : {}),
    how: 'marks',
    complete: total <= ORDERED,
  }
}

function leastOf({ ask, scope }: Question, concept: Concept): number {
  return ask.min_probability ?? (scope === 'all' ? concept.threshold : 0)
}

function countedOf({ fitted }: Concept, total: number, threshold: number, histogram: readonly number[]) {
  const { precision, recall } = expected(histogram, threshold, fitted.recall_at)
  return {
    total,
    threshold,
    ...(precision === null ? {} : { estimated_precision: round(precision) }),
    estimated_recall: round(recall),
  }
}

// ── Every match of a phrase ───────────────────────────────────────────────────────────────────────────

/**
 * Cosine from which a text counts as meaning the same as a phrase: between a phrase and a paraphrase it is mostly above,
 * between unrelated texts hardly ever. A lower one answers with mere neighbours in subject.
 */
const SAME_MEANING = 0.5
/** Texts that one such answer may count. */
const MOST = 20_000

async function everyMeaning(parts: SearchParts, question: Question, size: number): Promise<PageFound> {
  const { engine, encoder } = parts
  const { filter, ask, words, cursor, k } = question
  const q = await queryVector(parts, words, examplesOf(ask), filter)
  if (q === null)
    return { found: [], next: null, counted: { total: 0, threshold: SAME_MEANING }, how: 'exact', complete: true }
  const bounded = { ...filter, before_seq: size }
  const { items, next } = await engine.within(q, encoder.space.space, SAME_MEANING, bounded, { limit: MOST })
  const found = bestOfEach(items, excluded(ask)).map(semantic)
  const counted = { total: found.length, threshold: SAME_MEANING }
  return { ...slice(found, cursor, k), counted, how: 'exact', complete: next === null }
}

async function everyWord(
  { engine }: SearchParts,
  { words, filter, cursor, k }: Question,
  size: number,
): Promise<PageFound> {
  const terms = termsOf(words)
  const { items, total } = await engine.match(terms, { ...filter, before_seq: size }, MOST)
  const found = rankTexts(items, terms, filter.part).map(keyword)
  return { ...slice(found, cursor, k), counted: { total }, how: 'words', complete: items.length >= total }
}

// ── The best of it ────────────────────────────────────────────────────────────────────────────────────

/** Constant of reciprocal rank fusion (Cormack, Clarke & Büttcher, 2009). */
const RRF = 60
/** Newest events holding all words that are scored by how they hold them. */
const SCORED = 2_000

/** The nearest, the best by word, or both lists fused; both are filtered before they are cut. */
async function ranked(parts: SearchParts, question: Question, size: number): Promise<PageFound> {
  const { engine, encoder } = parts
  const { ask, words, cursor, filter, k } = question
  const mode = ask.mode ?? 'hybrid'
  const window = cursor?.window ?? Math.max(k, Math.min(5 * k, 1_000), 200)
  // a bound on the ledger would keep an unfiltered first page from the graphs; later events are dropped below instead
  const bounded: Filter = cursor === null ? filter : { ...filter, before_seq: size }
  const left = excluded(ask)

  const meaning = async () => {
    const q = mode === 'keyword' ? null : await queryVector(parts, words, examplesOf(ask), filter)
    if (q === null) return { list: [], how: 'words' as const, complete: true }
    const texts = filter.part === undefined ? 2 * window : window
    const { hits, how, complete } = await engine.nearest(q, encoder.space.space, texts + left.size, bounded)
    const list = bestOfEach(
      hits.filter(({ seq }) => seq < size),
      left,
    ).slice(0, window)
    return { list, how, complete: complete || hits.length === 0 }
  }
  const wording = async () => {
    const terms = mode === 'semantic' ? [] : termsOf(words)
    if (terms.length === 0) return { list: [], complete: true }
    const { items, total } = await engine.match(terms, bounded, SCORED)
    const own = items.filter(({ seq, event_id }) => seq < size && !left.has(event_id))
    return { list: rankTexts(own, terms, filter.part).slice(0, window), complete: items.length >= total }
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
    next: page.next === null ? null : { ...page.next, window },
    how: byMeaning.how,
    complete: byMeaning.complete && byWord.complete,
  }
}

/** Each list gives an event 1 / (60 + rank); the sums rank. */
function fuse(byMeaning: readonly { event_id: string }[], byWord: readonly { event_id: string }[]): Found[] {
  const found = new Map<string, Found>()
  for (const [list, matched] of [
    [byMeaning, 'semantic'],
    [byWord, 'keyword'],
  ] as const)
    for (const [i, { event_id }] of list.entries()) {
      const before = found.get(event_id)
      const score = (before?.score ?? 0) + 1 / (RRF + i + 1)
      found.set(event_id, { event_id, score, matched: before === undefined ? matched : 'both' })
    }
  return [...found.values()].sort((a, b) => b.score - a.score)
}

/** Without anything to look for: what passes the filter, newest first. */
async function newest({ engine }: SearchParts, { filter, cursor, k }: Question, size: number): Promise<PageFound> {
  const { items, next } = await engine.events(
    { ...withoutPart(filter), before_seq: size },
    { limit: k, ...(cursor?.after === undefined ? {} : { after: cursor.after }) },
  )
  return {
    found: items.map(({ event }) => ({ event_id: event.event_id, score: 0, matched: 'keyword' })),
    next: next === null ? null : { after: next },
    how: 'words',
    complete: true,
  }
}

// ── Lists ─────────────────────────────────────────────────────────────────────────────────────────────

const semantic = ({ event_id, score }: { event_id: string; score: number }): Found => ({
  event_id,
  score,
  matched: 'semantic',
})
const keyword = ({ event_id, score }: { event_id: string; score: number }): Found => ({
  event_id,
  score,
  matched: 'keyword',
})

/** The better text of each event, best first. */
function bestOfEach(hits: readonly Hit[], left: ReadonlySet<string> = new Set()): Hit[] {
  const best = new Map<string, Hit>()
  for (const hit of hits) if (!best.has(hit.event_id) && !left.has(hit.event_id)) best.set(hit.event_id, hit)
  return [...best.values()]
}

function slice(found: readonly Found[], cursor: Cursor | null, k: number): Pick<PageFound, 'found' | 'next'> {
  const offset = cursor?.offset ?? 0
  const end = offset + k
  return { found: found.slice(offset, end), next: end < found.length ? { offset: end } : null }
}

const examplesOf = ({ like = [], unlike = [] }: SearchAsk) => ({ like, unlike })
/** An event that was given as an example is no answer. */
const excluded = ({ like = [], unlike = [] }: SearchAsk): ReadonlySet<string> => new Set([...like, ...unlike])
const withoutPart = ({ part: _, ...filter }: Filter): Filter => filter
const round = (share: number) => Math.round(share * 1000) / 1000
