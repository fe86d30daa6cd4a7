import { isDeepStrictEqual } from 'node:util'
import type { LogEvent, RedactedEvent } from '../core/event.ts'
import type { Engine, Entry, Filter, StoredEvent } from '../core/ports.ts'
import { breath } from './breath.ts'
import type { Withheld } from './withhold.ts'

export interface ReredactParts {
  engine: Pick<Engine, 'events' | 'count' | 'head' | 'append'>
  redactor: {
    event(event: LogEvent): RedactedEvent
    explain(text: string, tenant?: string): readonly { type: string; rule: string }[]
  }
  /** Takes away the texts that are not kept. Absent: all are kept. */
  withhold?: (batch: readonly Entry[]) => Promise<Withheld>
}

export interface ReredactAsk {
  /** Which events; as stored. */
  filter: Pick<Filter, 'since' | 'until' | 'tenant_id'>
  /** Whether the outcome is stored; else it is only counted. */
  apply: boolean
  /** Ids of changed events that are told. */
  examples: number
}

/** What the rules make of what is stored. Ids and names alone, never a value. */
export interface Reredacted {
  /** Events that were looked at. */
  examined: number
  /** Of these, what the rules change, or changed. */
  changed: number
  /** Of those that change, what was amended or erased by somebody else meanwhile. */
  overtaken: number
  /** Events that stay as they are because a rule failed on one of their fields. */
  failed: number
  /** Events whose own id a rule finds something in. It stays: the ledger's leaves hold it for ever. */
  ids: number
  /** Values by type that are found now and were not before. */
  types: Record<string, number>
  /** The same by rule, of what the text alone shows; the name of its field may have told more. */
  rules: Record<string, number>
  /** Changed events by top-level field. */
  fields: Record<string, number>
  /** Ids of changed events, newest first. */
  examples: string[]
}

/** Events of a page, and of a commit: few enough that whoever else writes waits a fraction of a second. */
const PAGE = 50

/**
 * Applies the redactor to what is stored already, newest first: an event that it changes is amended, all others stay as
 * they are. It may be stopped and begun again at any time, and beside a running service: what was amended is not changed
 * by the same rules again, what came in meanwhile is not looked at, and what somebody else amended after it was read is
 * left to the next run. Memory does not grow with the store.
 */
export async function reredact(
  parts: ReredactParts,
  ask: ReredactAsk,
  signal?: AbortSignal,
  progress?: (done: number, total: number) => void,
): Promise<Reredacted> {
  const { engine } = parts
  const result: Reredacted = {
    examined: 0,
    changed: 0,
    overtaken: 0,
    failed: 0,
    ids: 0,
    types: {},
    rules: {},
    fields: {},
    examples: [],
  }
  const filter = { ...ask.filter, before_seq: (await engine.head()).size }
  const total = await engine.count(filter)
  for (
    let after: Awaited<ReturnType<Engine['events']>>['next'] | undefined;
    after !== null && signal?.aborted !== true;
  ) {
    const { items, next } = await engine.events(filter, { limit: PAGE, ...(after === undefined ? {} : { after }) })
    await onePage(parts, ask, items, result)
    result.examined += items.length
    progress?.(result.examined, Math.max(total, result.examined))
    after = next
    await breath()
  }
  return result
}

async function onePage(parts: ReredactParts, ask: ReredactAsk, items: readonly StoredEvent[], result: Reredacted) {
  const redacted = items.map((stored): Entry => {
    const body = parts.redactor.event(stored.event)
    if (body.event_id !== stored.event.event_id) result.ids++
    body.event_id = stored.event.event_id
    // as a new event: what is withheld of one is withheld of the other
    return { kind: 'event', event_id: body.event_id, ts: stored.ts, body }
  })
  const { batch, primary } = parts.withhold === undefined ? { batch: redacted } : await parts.withhold(redacted)
  const changed = batch.flatMap((entry, at) => {
    const [before, after] = [items[at]!.event, entry.body as RedactedEvent]
    // a stored text is redacted already: better that than none
    const fails = (after.redaction.failed?.length ?? 0) > (before.redaction.failed?.length ?? 0)
    if (fails) result.failed++
    return !fails && isChanged(before, after) ? [at] : []
  })
  if (changed.length === 0) return
  result.changed += changed.length
  for (const at of changed) {
    count(parts, items[at]!.event, batch[at]!.body as RedactedEvent, result)
    if (result.examples.length < ask.examples) result.examples.push(batch[at]!.event_id)
  }
  if (!ask.apply) return
  const place = new Map(changed.map((at, n) => [at, n]))
  const placed = <R extends { at: number }>(rows: readonly R[]) =>
    rows.flatMap((row) => (place.has(row.at) ? [{ ...row, at: place.get(row.at)! }] : []))
  const { duplicates } = await parts.engine.append(
    changed.map((at) => ({ ...batch[at]!, kind: 'amendment', reason: 'redaction', of: items[at]!.seq })),
    ...(primary === undefined ? [] : [{ vectors: placed(primary.vectors), marks: placed(primary.marks) }]),
  )
  result.overtaken += duplicates.length
}

/** Whether anything but the name of the rules differs. */
function isChanged(before: RedactedEvent, after: RedactedEvent): boolean {
  const { redaction: was, ...old } = before
  const { redaction: is, ...now } = after
  return !isDeepStrictEqual(old, now) || !isDeepStrictEqual(was.withheld, is.withheld)
}

function count({ redactor }: ReredactParts, before: RedactedEvent, after: RedactedEvent, result: Reredacted): void {
  for (const [type, n] of Object.entries(after.redaction.counts)) {
    const more = n - (before.redaction.counts[type] ?? 0)
    if (more > 0) result.types[type] = (result.types[type] ?? 0) + more
  }
  const [old, now] = [before, after] as unknown as Record<string, unknown>[]
  for (const [field, value] of Object.entries(old!)) {
    if (field === 'redaction' || isDeepStrictEqual(value, now![field])) continue
    result.fields[field] = (result.fields[field] ?? 0) + 1
    for (const text of changedTexts(value, now![field]))
      for (const { rule } of redactor.explain(text, before.tenant_id))
        result.rules[rule] = (result.rules[rule] ?? 0) + 1
  }
}

/** The texts of the first value that stand otherwise, or not at all, in the second. */
function* changedTexts(before: unknown, after: unknown): Generator<string> {
  if (typeof before === 'string') {
    if (before !== after) yield before
  } else if (typeof before === 'object' && before !== null) {
    for (const [key, value] of Object.entries(before))
      yield* changedTexts(value, (after as Record<string, unknown> | null | undefined)?.[key])
  }
}
