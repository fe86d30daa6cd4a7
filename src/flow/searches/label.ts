import type { Clock, Engine } from '../../core/ports.ts'
import type { Estimates } from '../../core/search.ts'
import type { StoredSearch } from '../../core/stored-search.ts'
import { formatTime } from '../../core/window.ts'
import { estimatesOf } from './estimates.ts'
import { changeSearch } from './rows.ts'

/** What a label did to a search. */
export interface SearchLabelled {
  search_id: string
  /** False of an event that the search did not hand out: it is no part of a random sample. */
  counted: boolean
  estimates: Estimates
}

/**
 * Says of an event whether it is what a search looks for; null takes that back. Throws NOT_FOUND where the search is not there.
 * @param owner as in remember.ts
 */
export async function labelInSearch(
  { engine, clock }: { engine: Pick<Engine, 'records' | 'putRecords'>; clock: Clock },
  { search_id, event_id, label }: { search_id: string; event_id: string; label: boolean | null },
  owner: string | null,
): Promise<SearchLabelled> {
  let counted = false
  const search = await changeSearch(engine, owner, search_id, clock.now(), (before): StoredSearch => {
    const { sample, handed } = before
    const place = sample?.drawn.findIndex((one) => one.event_id === event_id) ?? -1
    counted = sample !== null && place >= 0 && place < handed
    if (sample === null || !counted) return before
    const drawn = sample.drawn.with(place, { ...sample.drawn[place]!, label })
    return { ...before, used_at: formatTime(clock.now()), sample: { ...sample, drawn } }
  })
  return { search_id, counted, estimates: estimatesOf(search) }
}
