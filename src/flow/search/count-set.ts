import type { Engine, Filter } from '../../core/ports.ts'
import { type AskedSet, SET_COUNTS, type SetCount, type SetCounts } from '../../core/stored-search.ts'
import type { SummaryRow } from '../../core/summary.ts'
import { MOST } from './every.ts'
import { bestOfEach, excluded } from './lists.ts'
import { otherVersion, type SetMeaningParts, setMeaning } from './set-meaning.ts'

export interface CountParts extends SetMeaningParts {
  engine: SetMeaningParts['engine'] & Pick<Engine, 'within' | 'summarise'>
}

/** Days of which each is told. */
const DAYS = 366

/**
 * Counts the events of a kept set by day, model, user and cluster. Archived events count. Throws Problem CONFLICT as
 * drawSet does.
 * @param limit groups of each but of days, the largest
 */
export async function countSet(parts: CountParts, set: AskedSet, limit: number): Promise<SetCounts> {
  const { engine } = parts
  const filter = await matchesOf(parts, set)
  if (filter === null) return { total: 0, by: { day: NONE, model: NONE, user_id: NONE, cluster: NONE } }
  const by: Partial<SetCounts['by']> = {}
  let total = 0
  for (const name of SET_COUNTS) {
    const summary = await engine.summarise([name], filter, name === 'day' ? DAYS : limit)
    total = summary.total.n
    if (total === 0 && set.total > 0 && set.concept !== null) throw otherVersion()
    const items = summary.rows.map(countOf)
    if (name === 'day') items.sort((a, b) => ((a.value ?? '') < (b.value ?? '') ? -1 : 1))
    by[name] = { items, groups: summary.groups }
  }
  return { total, by: by as SetCounts['by'] }
}

const NONE = { items: [], groups: 0 }

const countOf = ({ key, n }: SummaryRow): SetCount => ({ value: key[0] ?? null, count: n })

/** What passes exactly the matches of a set; null where there are none. */
async function matchesOf(parts: CountParts, set: AskedSet): Promise<Filter | null> {
  const { concept, threshold, filter, like, unlike, space } = set
  if (concept !== null)
    return { ...filter, marks: [{ concept: concept.name, version: concept.version, least: threshold }] }
  const q = await setMeaning(parts, set)
  const { items } = await parts.engine.within(q, space, threshold, filter, { limit: MOST })
  const event_ids = bestOfEach(items, excluded({ like: [...like], unlike: [...unlike] })).map(
    ({ event_id }) => event_id,
  )
  const { part: _, ...whole } = filter
  return event_ids.length === 0 ? null : { ...whole, event_ids }
}
