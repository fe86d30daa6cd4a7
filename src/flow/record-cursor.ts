import type { RecordPage, StoredRecord } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'

/**
 * Where a page of records begins that are listed newest first, as `next_cursor` tells it: the last that was shown. It says
 * nothing of how much else was written meanwhile.
 */
export function writePlace({ ts, id }: StoredRecord): string {
  return Buffer.from(JSON.stringify(['list', ts, id])).toString('base64url')
}

/** Throws BAD_REQUEST where the text is no cursor of a list. */
export function readPlace(cursor: string): NonNullable<RecordPage['after']> {
  try {
    const [tag, ts, id] = JSON.parse(decoded(cursor))
    if (tag === 'list' && Number.isSafeInteger(ts) && typeof id === 'string') return { ts, rank: null, rev: 0, id }
  } catch {
    // falls through to the one answer there is for a bad cursor
  }
  throw badCursor()
}

export const badCursor = () =>
  new Problem('BAD_REQUEST', 'the cursor is none of ours; begin without one', {
    errors: [{ path: '/cursor', message: 'is no cursor of this service' }],
  })

/** Of base64url as we write it, and of nothing else that a lenient reader would take for it. Throws BAD_REQUEST. */
function decoded(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url')
  if (cursor.length > LENGTH || text.toString('base64url') !== cursor) throw badCursor()
  return text.toString()
}

const LENGTH = 2_048

/** How many items a page is to have, where that is no more than the largest. Throws BAD_REQUEST. */
export function pageSize(limit = 100, largest = 1_000): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > largest)
    throw new Problem('BAD_REQUEST', `limit is a whole number from 1 to ${largest}`)
  return limit
}
