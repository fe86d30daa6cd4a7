import { expected } from '../../concepts/calibrate.ts'
import type { Concept } from '../../core/concept.ts'
import type { Found } from './items.ts'
import { bestOfEach, examplesOf, semantic, slice, withoutPart } from './lists.ts'
import type { PageFound, SearchParts } from './page.ts'
import { queryVector } from './query-vector.ts'
import type { Question } from './question.ts'

/** Most probable first. With scope all, from the threshold on, and counted. */
export async function byProbability(
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
    found: items.map(({ event_id, ts, p }) => ({ event_id, ts, score: p, matched: 'semantic' })),
    next: next === null ? null : { after: next },
    ...(scope === 'all' ? { counted: countedOf(question, concept, total, least, histogram) } : {}),
    how: 'marks',
    complete: true,
  }
}

/** Events of a concept that are put into an order of their own. Beyond this many the least probable are left out. */
const ORDERED = 10_000

/** What else is asked orders the events of the concept by nearness; those without a vector come last. */
export async function byProbabilityOrdered(
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
  const near = new Map(bestOfEach(hits).map((hit) => [hit.event_id, hit]))
  const scoreOf = (id: string) => near.get(id)?.score ?? -2
  const order = items.toSorted((a, b) => scoreOf(b.event_id) - scoreOf(a.event_id))
  const found = order.map(({ event_id, ts, p }): Found => {
    const hit = near.get(event_id)
    return hit === undefined ? { event_id, ts, score: p - 2, matched: 'semantic' } : semantic(hit)
  })
  return {
    ...slice(found, cursor, k),
    ...(q === null ? {} : { q }),
    ...(scope === 'all' ? { counted: countedOf(question, concept, total, least, histogram) } : {}),
    how: 'marks',
    complete: total <= ORDERED,
  }
}

function leastOf({ ask, scope }: Question, concept: Concept): number {
  return ask.min_probability ?? (scope === 'all' ? concept.threshold : 0)
}

/** What to expect of a concept is known of it alone, not of what it has in common with others. */
function countedOf(
  { filter }: Question,
  { fitted }: Concept,
  total: number,
  threshold: number,
  histogram: readonly number[],
) {
  if (filter.marks !== undefined) return { total, threshold }
  const { precision, recall } = expected(histogram, threshold, fitted.recall_at)
  return {
    total,
    threshold,
    ...(precision === null ? {} : { estimated_precision: round(precision) }),
    estimated_recall: round(recall),
  }
}

const round = (share: number) => Math.round(share * 1000) / 1000
