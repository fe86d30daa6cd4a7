import type { Filter, Hit } from '../../core/ports.ts'
import type { SearchAsk } from '../../core/search.ts'
import type { Micros } from '../../core/window.ts'
import type { Cursor } from './cursor.ts'
import type { Found } from './items.ts'
import type { PageFound } from './page.ts'

interface Scored {
  event_id: string
  ts: Micros
  score: number
}

/** Where in its texts an event was nearest. */
export const placeOf = ({ part, chunk }: Pick<Hit, 'part' | 'chunk'>): NonNullable<Found['at']> =>
  chunk === undefined ? { part } : { part, chunk }

export const semantic = ({ event_id, ts, score, ...at }: Hit): Found => ({
  event_id,
  ts,
  score,
  matched: 'semantic',
  at: placeOf(at),
})
export const keyword = ({ event_id, ts, score }: Scored): Found => ({
  event_id,
  ts,
  score,
  matched: 'keyword',
})

/** The better text of each event, best first. */
export function bestOfEach(hits: readonly Hit[], left: ReadonlySet<string> = new Set()): Hit[] {
  const best = new Map<string, Hit>()
  for (const hit of hits) if (!best.has(hit.event_id) && !left.has(hit.event_id)) best.set(hit.event_id, hit)
  return [...best.values()]
}

export function slice(found: readonly Found[], cursor: Cursor | null, k: number): Pick<PageFound, 'found' | 'next'> {
  const offset = cursor?.offset ?? 0
  const end = offset + k
  return { found: found.slice(offset, end), next: end < found.length ? { offset: end } : null }
}

export const examplesOf = ({ like = [], unlike = [] }: SearchAsk) => ({ like, unlike })
/** An event that was given as an example is no answer. */
export const excluded = ({ like = [], unlike = [] }: SearchAsk): ReadonlySet<string> => new Set([...like, ...unlike])
export const withoutPart = ({ part: _, ...filter }: Filter): Filter => filter
