import type { NearEvent } from '../../core/near.ts'
import type { Engine, EventOutline, Filter } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { HOUR, type Micros, parseTime } from '../../core/window.ts'
import { SAME_MEANING } from '../search/every.ts'
import type { Conditions } from './conditions.ts'

/** Events near to a vector: by the index where there is one, by rows where there is none. Null where they are too many. */
export type Near = (q: Float32Array, space: string, least: number, filter: Filter) => Promise<NearEvent[] | null>

export interface MatchParts {
  engine: Pick<Engine, 'tally' | 'outlines'>
  near: Near
}

/** Matches of one user in one day or hour. */
export interface MatchCount {
  key: (string | null)[]
  n: number
}

/** Events that one span may have near to a meaning. */
export const MOST_NEAR = 20_000

/** By the index of a half that searches. */
export const byIndex =
  (engine: Pick<Engine, 'within'>): Near =>
  async (q, space, least, filter) => {
    const { items, next } = await engine.within(q, space, least, filter, { limit: MOST_NEAR })
    return next === null ? items : null
  }

/** Matches in [since, until), counted by fields and periods. Throws UNPROCESSABLE where too many are near to be counted. */
export async function countMatches(
  parts: MatchParts,
  conditions: Conditions,
  by: readonly string[],
  since: Micros,
  until: Micros,
): Promise<MatchCount[]> {
  const found = new Map<string, MatchCount>()
  for (const filter of await within(parts, conditions, since, until))
    for (const { key, n } of await parts.engine.tally(by, filter)) {
      const name = JSON.stringify(key)
      found.set(name, { key, n: (found.get(name)?.n ?? 0) + n })
    }
  return [...found.values()]
}

/** By hour, from `since` on, which begins one. */
export async function countHours(
  parts: MatchParts,
  conditions: Conditions,
  since: Micros,
  until: Micros,
): Promise<number[]> {
  return intoHours(await countMatches(parts, conditions, ['hour'], since, until), since, until)
}

/** Counts by hour as a list. */
export function intoHours(rows: readonly MatchCount[], since: Micros, until: Micros): number[] {
  const hours = new Array<number>(Math.ceil((until - since) / HOUR)).fill(0)
  for (const { key, n } of rows) {
    const at = Math.floor(((parseTime(key[0] ?? '') ?? since) - since) / HOUR)
    if (at >= 0 && at < hours.length) hours[at]! += n
  }
  return hours
}

/** The newest matches in [since, until), without their texts. */
export async function newestMatches(
  parts: MatchParts,
  conditions: Conditions,
  since: Micros,
  until: Micros,
  limit: number,
): Promise<EventOutline[]> {
  const found: EventOutline[] = []
  for (const filter of await within(parts, conditions, since, until))
    found.push(...(await parts.engine.outlines(filter, { limit })).items)
  return found.sort((a, b) => b.ts - a.ts || (a.event_id < b.event_id ? -1 : 1)).slice(0, limit)
}

/** The same narrowed to one of the values that matches were counted by. */
export const ofOne = (
  conditions: Conditions,
  narrow: Pick<Filter, 'tenant_id'> & { user_id?: string },
): Conditions => ({
  ...conditions,
  filters: conditions.filters.map((filter) => ({
    ...filter,
    ...(narrow.tenant_id === undefined ? {} : { tenant_id: narrow.tenant_id }),
    ...(narrow.user_id === undefined ? {} : { fields: { ...filter.fields, user_id: narrow.user_id } }),
  })),
})

/** The filters of a span, nearness as lists of events. */
async function within(
  { near }: MatchParts,
  { filters, near: wanted, far, space }: Conditions,
  since: Micros,
  until: Micros,
): Promise<Filter[]> {
  const spans = filters.map((filter) => ({ ...filter, since, until }))
  if (space === null || (wanted === null && far.length === 0)) return spans
  const tell = async (q: Float32Array, least: number, filter: Filter) => {
    const events = await near(q, space, least, filter)
    if (events === null)
      throw new Problem(
        'UNPROCESSABLE',
        `more than ${MOST_NEAR} events within a few days are near to this meaning: narrow the search, or ask for more similarity`,
      )
    return events.map(({ event_id }) => event_id)
  }
  const narrowed: Filter[] = []
  for (const filter of spans) {
    const out = new Set(filter.without?.event_ids ?? [])
    for (const q of far) for (const id of await tell(q, SAME_MEANING, filter)) out.add(id)
    const ids = wanted === null ? null : await tell(wanted.q, wanted.least, filter)
    narrowed.push({
      ...filter,
      ...(ids === null ? {} : { event_ids: ids.filter((id) => !out.has(id) && !wanted!.left.has(id)) }),
      ...(ids !== null || out.size === 0 ? {} : { without: { ...filter.without, event_ids: [...out] } }),
    })
  }
  return narrowed
}
