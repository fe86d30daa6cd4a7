import type { Actor } from '../core/audit.ts'
import { HOLD, type Hold } from '../core/hold.ts'
import type { Clock, Engine, Json, RecordRow } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime, parseTime } from '../core/window.ts'
import type { Redactor } from '../redactors/index.ts'
import { allRecords } from './all-records.ts'
import { recordDeed } from './audit.ts'
import { sealSelection } from './restored-holds.ts'
import { type SubjectAsk, selectionOf, subjectName } from './subject.ts'

export interface HoldParts {
  engine: Pick<Engine, 'records' | 'putRecords' | 'append'>
  clock: Clock
  redactor: Pick<Redactor, 'forms' | 'identifier' | 'pseudonym' | 'text'>
  subjectKey: Uint8Array
  newId(): string
}

/**
 * Holds what a subject names, of today and of later: it is not erased until the hold is released. That it is held, why and
 * by whom, is in the ledger, and what is held as well, sealed: a store that is made of copies makes the hold of that
 * again (restored-holds.ts). Throws BAD_REQUEST where the subject is none or the reason is empty.
 */
export async function addHold(
  parts: HoldParts,
  { subject, actor, reason }: { subject: SubjectAsk; actor: Actor; reason: string },
): Promise<Hold> {
  const { engine, clock, redactor } = parts
  if (reason.trim() === '') throw new Problem('BAD_REQUEST', 'a hold needs a reason')
  const now = clock.now()
  const hold: Hold = {
    hold_id: `hold_${parts.newId()}`,
    selection: selectionOf(redactor, subject),
    reason: redactor.text(reason),
    by: actor.by,
    at: formatTime(now),
    released: null,
  }
  const { hold_id, at } = hold
  const named = subjectName(redactor, parts.subjectKey, subject)
  const selection = sealSelection(parts.subjectKey, hold)
  const asked = { hold_id, subject: named, reason: hold.reason, at, selection }
  await recordDeed(parts, actor, { action: 'hold.add', asked })
  await engine.putRecords([{ record: holdRecord(hold), expect: 0 }])
  return hold
}

/** Every hold, newest first; those that were released too. */
export async function listHolds({ engine }: { engine: Pick<Engine, 'records'> }): Promise<Hold[]> {
  return (await allRecords(engine, HOLD)).map(({ body }) => body as unknown as Hold)
}

/** Ends a hold; one that has ended stays as it was. Throws NOT_FOUND. */
export async function releaseHold(
  parts: HoldParts,
  { hold_id, actor, reason }: { hold_id: string; actor: Actor; reason?: string },
): Promise<Hold> {
  const { engine, clock, redactor } = parts
  for (;;) {
    const [record] = await engine.records(HOLD, { ids: [hold_id] }, { order: 'ts', limit: 1 })
    if (record === undefined) throw new Problem('NOT_FOUND', 'there is no hold with this id')
    const hold = record.body as unknown as Hold
    if (hold.released !== null) return hold
    const why = reason === undefined ? null : redactor.text(reason)
    const at = formatTime(clock.now())
    const now: Hold = { ...hold, released: { by: actor.by, reason: why, at } }
    // told before it is done: what is not held any more may be gone at once
    await recordDeed(parts, actor, { action: 'hold.release', asked: { hold_id, reason: why, at } })
    // somebody else may release it at the same moment: then what stands there is read again
    if ((await engine.putRecords([{ record: holdRecord(now), expect: record.version }])) === 'stored') return now
  }
}

/** A hold as a store keeps it. */
export function holdRecord(hold: Hold): RecordRow {
  const tenant_id = hold.selection.tenant_id ?? null
  const place = { kind: HOLD, id: hold.hold_id, ts: parseTime(hold.at) ?? 0, entity: null, tenant_id, rank: null }
  return { ...place, body: hold as unknown as Json }
}
