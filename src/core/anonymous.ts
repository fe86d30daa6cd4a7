import type { LogEvent, RedactedEvent, RedactionNote } from './event.ts'

/** What is left of an event: how it is found in the ledger, what kind of event it was, what ran, and how much. */
const LEFT = [
  'event_id',
  'timestamp',
  'event_type',
  'tenant_id',
  'model',
  'model_version',
  'status',
  'environment',
  'app_version',
  'service',
  'route',
  'metric',
  'value',
  'tokens_input',
  'tokens_output',
  'tokens_cached',
  'tokens_reasoning',
  'latency_ms',
  'time_to_first_token_ms',
  'cost_usd',
] as const satisfies readonly (keyof LogEvent)[]

/**
 * An event without whoever it is of and whatever was said: no text, no id of a user, session, key, agent, device, address or
 * trace, nothing under `attributes`. Whatever is not known to be harmless goes. Of the note of redaction its counts are left.
 */
export function anonymous(event: RedactedEvent): RedactedEvent {
  const { version, rules, counts, output } = event.redaction
  const redaction: RedactionNote = {
    version,
    rules,
    counts,
    ...(output === undefined ? {} : { output }),
    anonymised: true,
  }
  const left = LEFT.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]]))
  // it was redacted, and nothing is added to it
  return { ...Object.fromEntries(left), redaction } as unknown as RedactedEvent
}
