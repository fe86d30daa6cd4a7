import { promptOf, responseOf } from '../../core/event.ts'
import { partsOf } from '../../core/parts.ts'
import type { Engine, Filter, MatchPage, WordHit, Words } from '../../core/ports.ts'
import { readableOf } from '../../core/withheld.ts'
import type { Terms } from './terms.ts'

/** Candidates whose texts are read at most, and how many at once: some 25 µs each. */
const READ = 5_000
const CHUNK = 500

export interface Matched {
  items: WordHit[]
  total: number
  complete: boolean
}

/**
 * Events that hold words, and of `exact` each character: the word index finds whoever holds their words one behind the
 * other, and the texts of those are read, the best first. Of more than 5,000 the others are left out, `complete` is false
 * and `total` counts those that were found.
 */
export async function matching(
  engine: Pick<Engine, 'match' | 'events'>,
  words: Words,
  { exact }: Pick<Terms, 'exact'>,
  filter: Filter,
  page: MatchPage,
): Promise<Matched> {
  if (exact.length === 0) return engine.match(words, filter, page)
  const candidates = await engine.match(words, filter, { ...page, limit: READ })
  const items: WordHit[] = []
  for (let from = 0; from < candidates.items.length; from += CHUNK) {
    const chunk = candidates.items.slice(from, from + CHUNK)
    const held = await holding(engine, chunk, exact, filter)
    for (const hit of chunk) if (held.has(hit.event_id)) items.push(hit)
  }
  return {
    items: items.slice(0, page.limit),
    total: items.length,
    complete: candidates.complete && candidates.total <= candidates.items.length,
  }
}

async function holding(
  engine: Pick<Engine, 'events'>,
  hits: readonly WordHit[],
  exact: readonly string[],
  { tenant_id, part }: Filter,
): Promise<Set<string>> {
  const parts = partsOf(part)
  const { items } = await engine.events(
    { ...(tenant_id === undefined ? {} : { tenant_id }), event_ids: hits.map(({ event_id }) => event_id) },
    { limit: hits.length },
  )
  const held = new Set<string>()
  for (const { event } of items) {
    const texts = parts.map((name) => plainForm(readableOf(name === 'prompt' ? promptOf(event) : responseOf(event))))
    if (exact.every((phrase) => texts.some((text) => text.includes(phrase)))) held.add(event.event_id)
  }
  return held
}

/** In which characters are compared: composed, in lower case, one space for any. */
export const plainForm = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ')
