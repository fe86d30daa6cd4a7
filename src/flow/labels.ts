import { createHash } from 'node:crypto'
import { conceptKey } from '../core/concept-record.ts'
import type { LogEvent } from '../core/event.ts'
import { LABEL, type Label, type LabelRecord } from '../core/feedback.ts'
import type { Clock, Engine, Json, RecordFilter, RecordWrite, StoredRecord } from '../core/ports.ts'
import { formatTime } from '../core/window.ts'
import { allRecords } from './all-records.ts'
import { pageSize, readPlace, writePlace } from './record-cursor.ts'

/** What analysts said of events and findings: one label to an event and concept, one to a finding, each changeable. */

/** What somebody said of an event. */
export interface EventLabel {
  event_id: string
  label: boolean
  by: string
  at: string
}

/**
 * Labels of a concept, oldest first; those of events that were erased since are left out.
 * @param concept what it is called
 * @param tenant_id whose it is, as it is stored; of a built-in one, whose correction: absent for the house
 */
export async function labelsOf(
  engine: Pick<Engine, 'records'>,
  concept: string,
  tenant_id?: string,
): Promise<EventLabel[]> {
  return (await labelsFor(engine, conceptKey(concept, tenant_id ?? null))).labels
}

/** The same by the name that marks carry, with the place in the order of records of their last change. */
export async function labelsFor(
  engine: Pick<Engine, 'records'>,
  key: string,
): Promise<{ labels: EventLabel[]; rev: number }> {
  // those that were taken back are changes as well
  const records = await allRecords(engine, LABEL, { fields: { concept: key } }, 'rev')
  const labels = records.flatMap((record): EventLabel[] => {
    const { event_id, label, by, at, state } = bodyOf(record)
    return state === 'withdrawn' || event_id === null || event_id === ERASED ? [] : [{ event_id, label, by, at }]
  })
  return { labels, rev: records.at(-1)?.rev ?? 0 }
}

/** What an erasure writes in place of an event's id. */
const ERASED = '[erased]'

/** Changes of labels after a place in the order of records, in that order; by the name that marks of the concept carry, null of a finding. */
export async function labelledSince(
  engine: Pick<Engine, 'records'>,
  rev: number,
): Promise<{ key: string | null; rev: number }[]> {
  const found: { key: string | null; rev: number }[] = []
  for (let after = rev; ; ) {
    const place = { ts: 0, rank: null, rev: after, id: '' }
    const page = await engine.records(LABEL, {}, { order: 'rev', limit: PAGE, after: place })
    for (const record of page) found.push({ key: bodyOf(record).concept, rev: record.rev })
    if (page.length < PAGE) return found
    after = page.at(-1)!.rev
  }
}

/** Labels that are read at once. */
const PAGE = 500

export interface LabelAsk {
  /** What the label is about; null of a search without a concept. */
  about: { key: string; called: string } | { finding_id: string } | null
  /** Of a concept: the event. Of a finding it may be one of its events. */
  event: Pick<LogEvent, 'event_id' | 'user_id'> | null
  tenant_id: string | null
  label: boolean
  note: string | null
  by: string
}

/** Keeps a label in place of the one before. */
export async function giveLabel(
  { engine, clock }: { engine: Pick<Engine, 'putRecords'>; clock: Clock },
  ask: LabelAsk & { about: NonNullable<LabelAsk['about']> },
): Promise<LabelRecord> {
  const { about, event, tenant_id } = ask
  const now = clock.now()
  const body = labelOf(ask, clock)
  const record = {
    kind: LABEL,
    id: 'key' in about ? idOf(about.key, event?.event_id ?? '') : idOf('finding', about.finding_id),
    ts: now,
    // goes as a whole with all that is held of that user
    entity: event?.user_id === undefined ? null : `user:${event.user_id}`,
    tenant_id,
    rank: null,
    body: body as unknown as Json,
  }
  await engine.putRecords([{ record, expect: null }])
  return body
}

/** A label as it would be kept. */
export function labelOf({ about, event, label, note, by }: LabelAsk, clock: Clock): LabelRecord {
  return {
    concept: about !== null && 'key' in about ? about.key : null,
    called: about !== null && 'key' in about ? about.called : null,
    finding_id: about !== null && 'finding_id' in about ? about.finding_id : null,
    event_id: event?.event_id ?? null,
    label,
    note,
    by,
    at: formatTime(clock.now()),
    state: 'given',
  }
}

/** Takes a label back; false where there is none. */
export async function withdrawLabel(
  { engine, clock }: { engine: Pick<Engine, 'records' | 'putRecords'>; clock: Clock },
  about: { key: string; event_id: string } | { finding_id: string },
  tenant_id?: string,
): Promise<boolean> {
  const ids = ['key' in about ? idOf(about.key, about.event_id) : idOf('finding', about.finding_id)]
  const own = tenant_id === undefined ? {} : { tenant_id }
  const [held] = await engine.records(LABEL, { ...own, ids, fields: { state: 'given' } }, { order: 'ts', limit: 1 })
  if (held === undefined) return false
  await engine.putRecords([withdrawn(held, clock)])
  return true
}

/** Takes back every label of a concept. */
export async function withdrawAll(
  { engine, clock }: { engine: Pick<Engine, 'records' | 'putRecords'>; clock: Clock },
  key: string,
): Promise<void> {
  const held = await allRecords(engine, LABEL, { fields: { concept: key, state: 'given' } })
  await engine.putRecords(held.map((record) => withdrawn(record, clock)))
}

function withdrawn(record: StoredRecord, clock: Clock): RecordWrite {
  const { version: _, rev: __, ...row } = record
  const now = clock.now()
  const body: LabelRecord = { ...bodyOf(record), event_id: null, note: null, at: formatTime(now), state: 'withdrawn' }
  return { record: { ...row, ts: now, entity: null, body: body as unknown as Json }, expect: null }
}

export interface LabelsAsk {
  /** By the name that marks carry. */
  key?: string
  finding_id?: string
  /** As it is stored. */
  tenant_id?: string
  limit?: number
  cursor?: string
}

/** A page of labels, newest first. Throws BAD_REQUEST for a cursor that is none. */
export async function listLabels(
  { engine }: { engine: Pick<Engine, 'records'> },
  { key, finding_id, tenant_id, limit: asked, cursor }: LabelsAsk,
): Promise<{ items: Label[]; next_cursor: string | null }> {
  const limit = pageSize(asked)
  const filter: RecordFilter = {
    ...(tenant_id === undefined ? {} : { tenant_id }),
    fields: {
      state: 'given',
      ...(key === undefined ? {} : { concept: key }),
      ...(finding_id === undefined ? {} : { finding_id }),
    },
  }
  const after = cursor === undefined ? undefined : readPlace(cursor)
  const rows = await engine.records(LABEL, filter, { order: 'ts', limit: limit + 1, ...(after && { after }) })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map((record) => labelShown(bodyOf(record), record.tenant_id)),
    next_cursor: rows.length > limit && last !== undefined ? writePlace(last) : null,
  }
}

export const labelShown = (
  { called, event_id, finding_id, label, note, by, at }: LabelRecord,
  tenant_id: string | null,
): Label => ({
  event_id,
  concept: called,
  finding_id,
  label,
  note,
  by,
  at,
  tenant_id,
})

const bodyOf = (record: StoredRecord) => record.body as unknown as LabelRecord

/** Tells nothing of the event to whoever does not have its id: it stays when the id is struck out. */
const idOf = (about: string, of: string): string =>
  createHash('sha256')
    .update(JSON.stringify([about, of]))
    .digest('hex')
    .slice(0, 32)
