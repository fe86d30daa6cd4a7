import type { Filter } from '../../core/ports.ts'
import type { SearchAsk } from '../../core/search.ts'
import type { Cursor } from './cursor.ts'
import { diversified } from './diversity.ts'
import { bad } from './filter-of.ts'
import { type Fold, folded } from './fold.ts'
import type { Found } from './items.ts'
import { slice } from './lists.ts'
import type { PageFound, SearchParts } from './page.ts'
import type { Question } from './question.ts'

/** Events that one answer puts into an order of its own; beyond them it is said to be incomplete. */
export const MOST_ARRANGED = 20_000
/** The first of them, among which differences are looked for. */
const DIVERSIFIED = 500

/** Whether an ask wants its answer in another order than it is found in, or folded. */
export const isArranged = ({ sort, fold, diversity }: SearchAsk): boolean =>
  fold === true || (diversity ?? 0) > 0 || (sort ?? 'relevance') !== 'relevance'

/** Throws Problem BAD_REQUEST where two wishes exclude each other. */
export function checkArrangement({ sort, diversity, fold, unfold }: SearchAsk): void {
  if ((diversity ?? 0) > 0 && (sort ?? 'relevance') !== 'relevance')
    throw bad('/diversity', 'is an order of its own; ask for it without a sort by time')
  if (unfold !== undefined && fold !== true)
    throw bad('/unfold', 'goes with fold: true and the question it was answered to')
}

/**
 * A page of a whole list in the order asked for: by time or by difference, near copies in one line. The list is made anew
 * for each page over the same events, so that pages fit together whatever is stored meanwhile.
 * @param window how many were ranked, where the list was
 */
export async function arranged(
  { engine, encoder }: Pick<SearchParts, 'engine' | 'encoder'>,
  { ask, cursor, filter, k }: Question,
  whole: PageFound,
  window?: number,
): Promise<PageFound> {
  const list = whole.found.slice(0, MOST_ARRANGED)
  const complete = whole.complete && whole.next === null && list.length === whole.found.length
  const sorted = byTime(list, ask.sort)
  let folds: Fold[] =
    ask.fold === true
      ? folded(sorted, await engine.signaturesOf(sorted.map(({ event_id }) => event_id)), filter.part)
      : sorted.map((first) => ({ first, copies: [first] }))
  if (cursor?.unfold !== undefined) {
    const wanted = folds.find(({ first }) => first.event_id === cursor.unfold)
    folds = (wanted?.copies ?? []).map((first) => ({ first, copies: [first] }))
  } else if ((ask.diversity ?? 0) > 0) {
    const near = folds.slice(0, DIVERSIFIED)
    const meanings = await engine.vectorsOf(
      near.map(({ first }) => first.event_id),
      encoder.space.space,
    )
    const own = filter.part === undefined ? meanings : onlyOf(meanings, filter.part)
    const byFirst = new Map(near.map((fold) => [fold.first.event_id, fold]))
    const order = diversified(
      near.map(({ first }) => first),
      own,
      ask.diversity!,
    )
    folds = [...order.map(({ event_id }) => byFirst.get(event_id)!), ...folds.slice(DIVERSIFIED)]
  }
  const page = pageOf(folds, cursor, k)
  return {
    ...whole,
    ...page,
    next: page.next === null || window === undefined ? page.next : { ...page.next, window },
    complete,
    ...(window === undefined ? {} : { window }),
  }
}

function byTime(list: readonly Found[], sort: SearchAsk['sort']): Found[] {
  if (sort === undefined || sort === 'relevance') return [...list]
  const sign = sort === 'time' ? 1 : -1
  return list.toSorted((a, b) => sign * (b.ts - a.ts) || (a.event_id < b.event_id ? -1 : 1))
}

const onlyOf = (
  meanings: Awaited<ReturnType<SearchParts['engine']['vectorsOf']>>,
  part: NonNullable<Filter['part']>,
): typeof meanings =>
  new Map([...meanings].map(([id, { [part]: own }]) => [id, own === undefined ? {} : { [part]: own }]))

function pageOf(folds: readonly Fold[], cursor: Cursor | null, k: number): Pick<PageFound, 'found' | 'next'> {
  const lines = folds.map(({ first, copies }) => ({
    ...first,
    ...(copies.length > 1 ? { copies: copies.length } : {}),
  }))
  return slice(lines, cursor, k)
}
