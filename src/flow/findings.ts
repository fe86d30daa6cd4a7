import { INSIDER_RECORDS } from '../core/analyst.ts'
import { FINDING_STATUSES, type Finding, type FindingStatus } from '../core/finding.ts'
import type { FindingChange, FindingFormat } from '../core/format.ts'
import type { Clock, Engine, Json, RecordFilter, RecordPage, StoredRecord } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { PRODUCT } from '../core/product.ts'
import type { EntityType, Severity } from '../core/score.ts'
import { formatTime, type Micros, parseWhen } from '../core/window.ts'
import { findingFormats } from '../formats/out/index.ts'
import type { Redactor } from '../redactors/index.ts'
import { changeRecords } from './change-records.ts'
import { readFeedCursor, writeFeedCursor } from './feed-cursor.ts'
import { type Insiders, recordsOf } from './finding-records.ts'
import { pageSize, readPlace, writePlace } from './record-cursor.ts'
import { ENTITY_FIELDS } from './rollup.ts'

export interface FindingParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
  /** Turns what somebody asks by into what is stored; without one, ids are taken as they stand. */
  redactor?: Pick<Redactor, 'forms'>
}

export interface FindingsAsk extends Insiders {
  /** ISO 8601, a date, or an age such as `7d`; half-open, over the day that the finding was last seen. */
  since?: string
  until?: string
  severity?: Severity
  detector?: string
  /** Name of the monitor that raised it; of a tenant's, `name@tenant`. */
  monitor?: string
  status?: FindingStatus
  entity_type?: EntityType
  /** With entity_type. */
  entity_id?: string
  tenant_id?: string
  /** 1 to 1,000; default 100. */
  limit?: number
  cursor?: string
}

/** Longest note, in characters. */
export const NOTE_LENGTH = 2000

/**
 * Findings that pass the filter, newest first. The cursor stands for the last one shown, so that what comes in
 * meanwhile shifts nothing. Throws BAD_REQUEST for a time or a cursor that is none.
 */
export async function findings(
  { engine, clock, redactor }: FindingParts,
  ask: FindingsAsk,
): Promise<{ items: Finding[]; next_cursor: string | null }> {
  if (ask.entity_id !== undefined && ask.entity_type === undefined)
    throw new Problem('BAD_REQUEST', 'entity_id goes with entity_type')
  const limit = pageSize(ask.limit ?? 100)
  const { severity, detector, monitor, status, entity_type } = ask
  const fields = Object.fromEntries(
    Object.entries({ severity, detector, monitor, status, entity_type }).filter((pair) => pair[1] !== undefined),
  ) as Record<string, string>
  const filter: RecordFilter = {
    fields,
    ...(ask.since === undefined ? {} : { since: when(ask.since, clock.now()) }),
    ...(ask.until === undefined ? {} : { until: when(ask.until, clock.now()) }),
    ...(ask.entity_id === undefined ? {} : { entities: entitiesOf(ask, redactor) }),
    ...(ask.tenant_id === undefined ? {} : { tenant_id: ask.tenant_id }),
  }
  const after = ask.cursor === undefined ? undefined : readPlace(ask.cursor)
  const page: RecordPage = { order: 'ts', limit: limit + 1, ...(after && { after }) }
  const rows = await recordsOf(engine, 'finding', filter, page, ask)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(asFinding),
    next_cursor: rows.length > limit && last !== undefined ? writePlace(last) : null,
  }
}

/** The entity that is asked for, in every form in which it may be stored. */
function entitiesOf({ entity_type, entity_id = '', tenant_id }: FindingsAsk, redactor: FindingParts['redactor']) {
  const field = (ENTITY_FIELDS as Partial<Record<EntityType, string>>)[entity_type!]
  const ids = field === undefined ? [entity_id] : (redactor?.forms(field, entity_id, tenant_id) ?? [entity_id])
  return ids.map((id) => `${entity_type}:${id}`)
}

/** Whose findings somebody sees: of one tenant or of all, those about analysts with them or not. */
export interface FindingsSeen extends Insiders {
  tenant_id?: string
}

/** The finding of that id. Throws NOT_FOUND, also where it is none that is seen. */
export async function findingOf({ engine }: Pick<FindingParts, 'engine'>, id: string, seen: FindingsSeen = {}) {
  return asFinding(await recordOf(engine, id, seen))
}

/**
 * Changes status or note of a finding, and records the change for the feed, both or neither. A patch that changes
 * nothing leaves no trace. The note is redacted like any text that comes in.
 * Throws NOT_FOUND, BAD_REQUEST (no such status, nothing given, note too long), CONFLICT (others kept changing it).
 */
export async function patchFinding(
  { engine, clock, redactor }: Pick<FindingParts, 'engine' | 'clock'> & { redactor: Pick<Redactor, 'text'> },
  id: string,
  patch: { status?: FindingStatus; note?: string | null },
  seen: FindingsSeen = {},
): Promise<Finding> {
  if (patch.status === undefined && patch.note === undefined)
    throw new Problem('BAD_REQUEST', 'give a status, a note, or both')
  if (patch.status !== undefined && !FINDING_STATUSES.includes(patch.status))
    throw new Problem('BAD_REQUEST', `status must be one of ${FINDING_STATUSES.join(', ')}`)
  if ((patch.note?.length ?? 0) > NOTE_LENGTH)
    throw new Problem('BAD_REQUEST', `a note has at most ${NOTE_LENGTH} characters`)
  const note = patch.note === undefined || patch.note === null ? patch.note : redactor.text(patch.note)

  return await changeRecords(engine, 'the finding', async () => {
    const record = await recordOf(engine, id, seen)
    const before = asFinding(record)
    const status = patch.status ?? before.status
    if (status === before.status && (note === undefined || note === before.note)) return { writes: [], made: before }
    const at = formatTime(clock.now())
    const finding: Finding = { ...before, status, note: note === undefined ? before.note : note, updated_at: at }
    const closes = status !== before.status && (status === 'resolved' || status === 'false_positive')
    const kind = closes ? 'closed' : 'updated'
    // The version counts the writes of a finding, so no two changes of it can take one id.
    const change_id = `${id}.${record.version + 1}`
    const body = { finding, change: { kind, change_id, at } }
    const { version: _, rev: __, ...row } = record
    const changes = row.kind === INSIDER_RECORDS.finding ? INSIDER_RECORDS.change : 'change'
    const writes = [
      { record: { ...row, body: finding as unknown as Json }, expect: record.version },
      { record: { ...row, kind: changes, id: change_id, ts: clock.now(), body: body as unknown as Json }, expect: 0 },
    ]
    return { writes, made: finding }
  })
}

export interface FeedAsk {
  /** Default ocsf. */
  format?: FindingFormat['name']
  /** 1 to 10,000; default 1,000. */
  limit?: number
  /** Of the answer before; without one the feed begins with the oldest change. */
  cursor?: string
  tenant_id?: string
}

/** Records of a feed, one a line, and the cursor that goes on after them. */
export interface FeedAnswer {
  body: string
  mediaType: string
  cursor: string
}

interface FeedParts {
  engine: Pick<Engine, 'records'>
  /** What places in the feed are told under, 32 bytes. */
  cursorKey: Uint8Array
}

/**
 * Every change of a finding, in the order in which the changes were stored; of those about analysts none, whoever asks:
 * what leaves for another system is read by analysts there. A cursor is the place of the last one
 * handed out, so reading on loses and repeats nothing however many arrive meanwhile; it fits any format and limit.
 * Throws BAD_REQUEST for a format or cursor that is none.
 */
export async function siemFeed(parts: FeedParts, ask: FeedAsk): Promise<FeedAnswer> {
  const name = ask.format ?? 'ocsf'
  if (!Object.hasOwn(findingFormats, name))
    throw new Problem('BAD_REQUEST', `format must be one of ${Object.keys(findingFormats).join(', ')}`)
  const format = findingFormats[name]
  const { rows, cursor } = await follow(parts, 'change', ask)
  const lines = rows.map((row) => {
    const { finding, change } = row.body as unknown as { finding: Finding; change: Omit<FindingChange, 'product'> }
    return `${format.write(finding, { ...change, product: PRODUCT })}\n`
  })
  return { body: lines.join(''), mediaType: format.mediaType, cursor }
}

/** Records of a kind after a cursor, in the order written, and the cursor after them. */
async function follow({ engine, cursorKey }: FeedParts, kind: string, ask: FeedAsk) {
  const limit = pageSize(ask.limit ?? 1000, 10_000)
  const rev = ask.cursor === undefined ? 0 : readFeedCursor(cursorKey, ask.cursor)
  const page: RecordPage = { order: 'rev', limit, after: { ts: 0, rank: null, rev, id: '' } }
  const rows = await engine.records(kind, ask.tenant_id === undefined ? {} : { tenant_id: ask.tenant_id }, page)
  return { rows, cursor: writeFeedCursor(cursorKey, rows.at(-1)?.rev ?? rev) }
}

async function recordOf(engine: Pick<Engine, 'records'>, id: string, seen: FindingsSeen): Promise<StoredRecord> {
  const { tenant_id } = seen
  const filter = { ids: [id], ...(tenant_id === undefined ? {} : { tenant_id }) }
  const [record] = await recordsOf(engine, 'finding', filter, { order: 'ts', limit: 1 }, seen)
  if (record === undefined) throw new Problem('NOT_FOUND', 'there is no such finding')
  return record
}

const asFinding = (record: StoredRecord) => record.body as unknown as Finding

function when(text: string, now: Micros): Micros {
  const ts = parseWhen(text, now)
  if (ts === null) throw new Problem('BAD_REQUEST', 'since and until are ISO 8601 times, dates, or ages such as 7d')
  return ts
}
