import type { After } from '../../core/ports.ts'
import type { Found } from './items.ts'
import { withoutPart } from './lists.ts'
import type { PageFound, SearchParts } from './page.ts'
import type { Question } from './question.ts'

/** Events read at once: of many, only ids are kept. */
const READ = 1_000

/**
 * Without anything to look for: what passes the filter, newest first, or oldest first where that is asked for. Of scope
 * all with how many there are, counted for the first page.
 */
export async function newest(
  { engine }: SearchParts,
  { ask, scope, filter, cursor, k }: Question,
  size: number,
): Promise<PageFound> {
  const found: Found[] = []
  const passing = { ...withoutPart(filter), before_seq: size }
  const total = scope === 'all' ? (cursor?.total ?? (await engine.count(passing))) : undefined
  let after: After | null = cursor?.after ?? null
  do {
    const page: Awaited<ReturnType<typeof engine.events>> = await engine.events(passing, {
      limit: Math.min(k - found.length, READ),
      oldest: ask.sort === 'time_asc',
      ...(after === null ? {} : { after }),
    })
    for (const { ts, event } of page.items) found.push({ event_id: event.event_id, ts, score: 0, matched: 'keyword' })
    after = page.next
  } while (after !== null && found.length < k)
  const all = total === undefined ? {} : { total }
  return {
    found,
    next: after === null ? null : { after, ...all },
    ...(total === undefined ? {} : { counted: all }),
    how: 'words',
    complete: true,
  }
}
