import { createHash } from 'node:crypto'
import type { After } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import type { SearchAsk } from '../../core/search.ts'
import type { Micros } from '../../core/window.ts'

/**
 * Where a page of a search begins. It carries the ledger size and the times that the first page was asked at, so that
 * later pages answer the same question over the same events whatever is stored meanwhile.
 */
export interface Cursor {
  /** Ledger size: events appended later are not part of this search. */
  size: number
  since?: Micros
  until?: Micros
  /** Where the order is that of the store. */
  after?: After
  /** Where the order is made anew for each page: how many came before. */
  offset?: number
  /** How many of each list are ranked. */
  window?: number
  /** How many there are, where that was counted once for all pages. */
  total?: number
  /** Of the copies of one event that stands for them: its id. */
  unfold?: string
}

/** Opaque text for `next_cursor`; bound to the question, so that it cannot be used for another one by mistake. */
export function writeCursor(cursor: Cursor, ask: SearchAsk): string {
  return Buffer.from(JSON.stringify({ v: 1, of: questionOf(ask), ...cursor })).toString('base64url')
}

/** Throws Problem BAD_REQUEST, naming the field that it came in, where the text is no cursor, or one of another question. */
export function readCursor(text: string, ask: SearchAsk, field: 'cursor' | 'unfold' = 'cursor'): Cursor {
  const bad = (message: string) =>
    new Problem('BAD_REQUEST', `${field}: ${message}`, { errors: [{ path: `/${field}`, message }] })
  let value: Record<string, unknown>
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw bad('is no cursor of this service')
  }
  if (typeof value !== 'object' || value === null || value.v !== 1) throw bad('is no cursor of this service')
  if (value.of !== questionOf(ask)) throw bad('belongs to another question; ask the same again, with the cursor added')
  const { size, since, until, after, offset, window, total, unfold } = value
  const count = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0
  const absent = (n: unknown) => n === undefined
  const fits =
    count(size) &&
    [offset, window].every((n) => absent(n) || (count(n) && (n as number) <= 100_000)) &&
    (absent(total) || count(total)) &&
    [since, until].every((n) => absent(n) || Number.isSafeInteger(n)) &&
    (absent(after) || isAfter(after)) &&
    (absent(unfold) || (typeof unfold === 'string' && unfold.length <= 256))
  if (!fits) throw bad('is no cursor of this service')
  return {
    size: size as number,
    ...(absent(since) ? {} : { since: since as number }),
    ...(absent(until) ? {} : { until: until as number }),
    ...(absent(after) ? {} : { after: after as After }),
    ...(absent(offset) ? {} : { offset: offset as number }),
    ...(absent(window) ? {} : { window: window as number }),
    ...(absent(total) ? {} : { total: total as number }),
    ...(absent(unfold) ? {} : { unfold: unfold as string }),
  }
}

function isAfter(value: unknown): value is After {
  if (typeof value !== 'object' || value === null) return false
  const { score, ts, event_id } = value as Record<string, unknown>
  return (
    (score === undefined || Number.isFinite(score)) &&
    Number.isSafeInteger(ts) &&
    typeof event_id === 'string' &&
    event_id.length <= 256
  )
}

/** Names the set that an ask is about, whatever the order and the page that are asked for. */
export function questionKey({ sort: _, fold: __, unfold: ___, diversity: ____, ...ask }: SearchAsk): string {
  return questionOf(ask)
}

/** What makes two asks the same question: all but the page. */
function questionOf(ask: SearchAsk): string {
  const { cursor: _cursor, k: _k, ...rest } = ask
  const sorted = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 16)
}
