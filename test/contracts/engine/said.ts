import type { LogEvent, RedactedEvent, RedactionNote } from '../../../src/core/event.ts'
import type { Entry } from '../../../src/core/ports.ts'
import { parseTime } from '../../../src/core/window.ts'

/** What a test says of an event, and of what redaction did to it. */
export type Fields = Partial<LogEvent> & { redaction?: Partial<RedactionNote> }

/** An entry as ingest makes it: one exchange, at one second after another. */
export function said(id: string, fields: Fields = {}): Entry {
  const n = Number(/\d+$/.exec(id)?.[0] ?? 0)
  const timestamp = fields.timestamp ?? new Date(Date.UTC(2026, 0, 5) + n * 1000).toISOString()
  const event = {
    event_id: id,
    event_type: 'llm.completion',
    prompt: `question ${id}`,
    response: `answer ${id}`,
    ...fields,
    timestamp,
    redaction: { version: '1', counts: {}, ...fields.redaction },
  } as unknown as RedactedEvent
  return { kind: 'event', event_id: id, ts: parseTime(timestamp)!, body: event }
}
