import type { RedactedEvent } from '../../core/event.ts'
import type { Entry, Part } from '../../core/ports.ts'
import type { Micros } from '../../core/window.ts'
import type { Connection } from './connection.ts'
import type { forgetter } from './forget.ts'
import type { MarkRows } from './mark-rows.ts'
import type { primaryRows } from './primary.ts'
import type { BodyOpener, SealedBody } from './sealed-body.ts'
import type { stageLeases } from './stages.ts'
import { PARTS } from './vector-rows.ts'

/** The row that stands for an event. */
export interface Standing extends SealedBody {
  seq: number
  ts: number
  received: number
  tenant: string
  user_id: string | null
  session_id: string | null
}

/** Top-level strings that are no text: they name or class an event, and sums are kept by them. */
const NAMES: ReadonlySet<string> = new Set([
  'event_type',
  'status',
  'model',
  'route',
  'ip_address',
  'metric',
  'timestamp',
])

/** Fields that the text of a part is read from (core/event.ts). */
const FIELDS: Record<Part, readonly string[]> = { prompt: ['prompt', 'messages', 'rag_query'], response: ['response'] }

/**
 * Makes room for an amendment: the row that stands for its event goes, with all that was made of its text, and the
 * amendment's own row takes its place under a new seq. Old leaf and tree stay as they are.
 */
export function replacer(
  db: Connection,
  stages: Pick<ReturnType<typeof stageLeases>, 'summed'>,
  forget: ReturnType<typeof forgetter>,
  primaries: Pick<ReturnType<typeof primaryRows>, 'move' | 'adopt'>,
  marks: Pick<MarkRows, 'copy'>,
  bodies: Pick<BodyOpener, 'textOf'>,
) {
  const standing = db.prepare<[string], Standing>(
    `select seq, ts, received, tenant, user_id, session_id, event_id, subject, body from events
     where event_id = ? and body is not null`,
  )
  const remove = db.prepare('delete from events where seq = ?')
  const counted = db.prepare<[number], { was: string }>('select was from counted where seq = ?')
  const putCounted = db.prepare('insert into counted values (?, ?)')
  const takeVector = db.prepare(
    'insert into vectors(seq, part, space_id, chunk, embedding_id) select ?, part, space_id, chunk, embedding_id from vectors where seq = ? and part = ?',
  )

  /** Of texts that were not kept before and are not kept now, the vectors and marks that they came with remain. */
  function takeAlong(from: number, to: number, ts: Micros, before: RedactedEvent, after: RedactedEvent): void {
    const parts = (Object.keys(PARTS) as Part[]).filter((part) =>
      FIELDS[part].some(
        (field) => before.redaction.withheld?.[field] !== undefined && after.redaction.withheld?.[field] !== undefined,
      ),
    )
    if (parts.length === 0) return
    for (const part of parts) takeVector.run(to, from, PARTS[part])
    marks.copy(from, to, ts)
    primaries.move(from, to)
  }

  /** Of an event that is made anonymous nothing can be made again: it has what is left to it, as one whose text was never kept. */
  function takeKept(from: number, to: number, ts: Micros, kept: readonly ('marks' | 'vectors')[]): void {
    if (kept.includes('vectors')) for (const part of Object.values(PARTS)) takeVector.run(to, from, part)
    if (kept.includes('marks')) marks.copy(from, to, ts)
    primaries.adopt(to)
  }

  /**
   * Inside the commit of `append`.
   * @returns the row that stood for the event; null where the event is not held, was erased, or is not what was amended
   */
  return (entry: Entry, seq: number): Standing | null => {
    const old = standing.get(entry.event_id)
    if (old === undefined || (entry.of !== undefined && entry.of !== old.seq)) return null
    const text = bodies.textOf(old)
    if (text === null) return null
    const [before, after] = [JSON.parse(text) as RedactedEvent, entry.body as RedactedEvent]
    // what an anonymous event counts for has been counted: the sums of whoever it was of go with his last event
    const figures = figuresOf(entry.reason === 'anonymisation' ? after : before)
    const was = stages.summed(old.seq) ? JSON.stringify({ ts: old.ts, event: figures }) : counted.get(old.seq)?.was
    if (entry.reason === 'anonymisation') takeKept(old.seq, seq, entry.ts, entry.keeps ?? [])
    else takeAlong(old.seq, seq, entry.ts, before, after)
    forget(old.seq, text)
    remove.run(old.seq)
    if (was !== undefined) putCounted.run(seq, was)
    return old
  }
}

/** An event without its texts: ids, classes and numbers, and the counts of what was redacted. */
function figuresOf(event: RedactedEvent): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).filter(
      ([name, value]) =>
        typeof value === 'number' ||
        name === 'redaction' ||
        (typeof value === 'string' && (name.endsWith('_id') || NAMES.has(name))),
    ),
  )
}
