import type { LogEvent } from '../../core/event.ts'
import { checkEvent, EVENT_FIELDS } from '../../core/event-check.ts'
import type { FieldError } from '../../core/problem.ts'
import { type Micros, parseTime } from '../../core/window.ts'

/** Nesting beyond this is refused: nobody logs it, and it exhausts whoever walks it. */
const DEEPEST = 64

/** Times before 2000 and after 2100 are typing errors or units mistaken for others. */
const EARLIEST = parseTime('2000-01-01T00:00:00Z')!
const LATEST = parseTime('2100-01-01T00:00:00Z')!

export type Admitted =
  | {
      event: LogEvent
      ts: Micros
      /** Whether its `user_id` is a pseudonym that the sender made (`user_id_hash`). */
      pseudonymous: boolean
    }
  | { errors: FieldError[] }

/**
 * One record in the service's own shape: aliases resolved, unknown fields moved under `attributes`, then validated.
 * `event_id` is taken from `newId` where the record has none. Pure; the record is not changed.
 */
export function admit(record: unknown, newId: () => string): Admitted {
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    return { errors: [{ path: '', message: 'must be a JSON object' }] }
  const fault = faultOf(record as Record<string, unknown>)
  if (fault !== null) return { errors: [fault] }
  const given = record as Record<string, unknown>
  const ts = typeof given.timestamp === 'string' ? parseTime(given.timestamp) : null
  if (ts === null || ts < EARLIEST || ts > LATEST)
    return {
      errors: [
        {
          path: '/timestamp',
          message:
            given.timestamp === undefined
              ? 'is missing'
              : 'must be an ISO 8601 time with a zone between 2000 and 2100, such as 2026-01-15T10:30:45.123456Z',
        },
      ],
    }
  const event = shape(given, newId)
  const errors = checkEvent(event)
  if (errors.length > 0) return { errors }
  return { event: event as LogEvent, ts, pseudonymous: isAbsent(given.user_id) && !isAbsent(given.user_id_hash) }
}

/** Fields that stand for others, in the words of producers. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['user_id_hash', 'user_id'],
  ['token_count', 'tokens_output'],
])

function shape(given: Record<string, unknown>, newId: () => string): Record<string, unknown> {
  const fields: [string, unknown][] = []
  const unknown: [string, unknown][] = []
  for (const [name, value] of Object.entries(given)) {
    if (isAbsent(value)) continue
    const alias = ALIASES.get(name)
    if (alias !== undefined) {
      if (isAbsent(given[alias])) fields.push([alias, value])
      else unknown.push([name, value])
    } else if (name === 'rule_triggered' || name === 'content_hash') continue
    else if (EVENT_FIELDS.has(name)) fields.push([name, value])
    else unknown.push([name, value])
  }
  // entries, not assignment: a key such as __proto__ stays a key
  const event = Object.fromEntries(fields)
  const guardrail = firstGuardrail(given)
  if (guardrail !== null && event.guardrails_triggered === undefined) event.guardrails_triggered = [guardrail]
  if (unknown.length > 0) {
    const attributes = event.attributes
    if (attributes === undefined) event.attributes = Object.fromEntries(unknown)
    else if (typeof attributes === 'object' && !Array.isArray(attributes))
      event.attributes = Object.fromEntries([...Object.entries(attributes as object), ...unknown])
  }
  event.event_id ??= newId()
  return event
}

/** A null says no more than an absent field. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null

function firstGuardrail(given: Record<string, unknown>): Record<string, unknown> | null {
  const { rule_triggered: rule, content_hash } = given
  if (rule === undefined && content_hash === undefined) return null
  return { ...(rule === undefined ? {} : { rule }), ...(content_hash === undefined ? {} : { content_hash }) }
}

/** What cannot be kept as it was sent. Names no field that is not ours: a name is text too. */
function faultOf(record: Record<string, unknown>): FieldError | null {
  for (const [name, value] of Object.entries(record)) {
    const message = unkept(value, DEEPEST - 1)
    if (message !== null) return { path: EVENT_FIELDS.has(name) ? `/${name}` : '', message }
  }
  // half a surrogate pair has no bytes of its own: two such ids would be stored as one
  const id = record.event_id
  return typeof id === 'string' && /\p{Surrogate}/u.test(id)
    ? { path: '/event_id', message: 'is not well-formed Unicode' }
    : null
}

/** Depth without end, and numbers beyond all range: JSON reads `1e999` as infinite, and cannot write it again. */
function unkept(value: unknown, levels: number): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is or holds a number beyond all range'
  if (typeof value !== 'object' || value === null) return null
  if (levels === 0) return `is nested deeper than ${DEEPEST} levels`
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    const message = unkept(inner, levels - 1)
    if (message !== null) return message
  }
  return null
}
