import { withoutPart } from './lists.ts'
import type { PageFound, SearchParts } from './page.ts'
import type { Question } from './question.ts'

/** Without anything to look for: what passes the filter, newest first. */
export async function newest(
  { engine }: SearchParts,
  { filter, cursor, k }: Question,
  size: number,
): Promise<PageFound> {
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
