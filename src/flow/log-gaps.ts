import { type Finding, OPEN_STATUSES } from '../core/finding.ts'
import type { Clock, Engine, Log, StoredRecord } from '../core/ports.ts'
import { severityOf } from '../core/score.ts'
import { DAY, formatTime, HOUR, type Micros, parseTime, startOfDay, startOfHour } from '../core/window.ts'
import { GAP_TITLES, type GapTold, logGap } from '../detectors/log-gap.ts'
import { HISTORY_HOURS, LOOKED_HOURS, silences } from '../detectors/silence.ts'
import { median } from '../stats/robust.ts'
import { allRecords } from './all-records.ts'
import { breath } from './breath.ts'
import { findingId } from './finding-id.ts'
import { heardUntil, type KnownProducer, producersOf } from './producers.ts'
import { writeFinding } from './raise.ts'
import { keyOf, nameOf } from './watched.ts'

export interface LogGapParts {
  engine: Pick<Engine, 'records' | 'putRecords' | 'rollups' | 'events' | 'waiting'>
  clock: Clock
  log?: Log
}

/** Note of a finding whose missing records came in the end. */
export const FILLED = 'Resolved: the missing records came later.'
/** New findings for one day of event time: whoever may send events could name producers without end. The strongest first. */
const ROOM = 50
/** Days after which a finding stays as it was told. */
const TOLD_DAYS = 31
const SHOWN = 10
const PAGE = 200

/**
 * Tells what producers lost: missing, repeated and senseless numbers once the grace for late arrival is over, and
 * silences of producers that were regular. A finding whose records came after all is resolved. Running it again changes
 * nothing, and what a person closed stays as he left it.
 */
export async function logGaps(parts: LogGapParts, signal: AbortSignal): Promise<void> {
  const { engine, clock } = parts
  const until = await heardUntil(engine, clock.now())
  const open = await openFindings(engine, clock.now() - TOLD_DAYS * DAY)
  const hours = await hoursOf(engine, until)
  const told: Told[] = []
  const known = new Map<string, Micros>()
  for await (const page of producersOf(engine)) {
    for (const producer of page) {
      const heard = hours.of(producer)
      const own = open.get(producerKey(producer)) ?? []
      known.set(producerKey(producer), logGap.knownSince(producer.state))
      for (const gap of tell(producer, heard, until, hours.start)) told.push(named(producer, gap, own))
      if (signal.aborted) return
    }
    await breath()
  }
  const standing = new Set(told.map(({ id }) => id))
  await raiseAll(parts, told)
  for (const [key, records] of open)
    for (const record of records)
      if (!standing.has(record.id) && isFilled(record, known.get(key), hours.byKey.get(key) ?? [], hours.start))
        await resolve(parts, record)
}

interface Told extends GapTold {
  /** Of the finding. */
  id: string
  producer: KnownProducer
}

function tell({ state }: KnownProducer, counts: readonly number[], until: Micros, start: Micros): GapTold[] {
  const usual = median(counts.filter((n) => n > 0)) ?? 0
  // what comes late as a rule is not missed before its time
  const over = Math.max(0, Math.floor((until - logGap.lagOf(state) - start) / HOUR))
  const quiet = silences(start, counts.slice(0, over))
  return [...logGap.tellNumbers(state, usual, until), ...quiet.map(logGap.tellSilence)]
}

/** A silence that late events shorten, and that goes on, is the one that was told before. */
function named(producer: KnownProducer, gap: GapTold, open: readonly StoredRecord[]): Told {
  const before = open.find(({ body }) => {
    const { title, first_seen, last_seen } = body as unknown as Finding
    const overlaps = formatTime(gap.first) <= last_seen && first_seen <= formatTime(gap.last)
    return gap.kind === 'silence' && title === GAP_TITLES.silence && overlaps
  })
  return { ...gap, producer, id: before?.id ?? idOf(producer, gap.key) }
}

function idOf({ tenant, id }: KnownProducer, key: string): string {
  return findingId([logGap.name, 'source', tenant, id, key])
}

async function raiseAll(parts: LogGapParts, told: readonly Told[]): Promise<void> {
  const stored = new Map<string, StoredRecord>()
  for (let i = 0; i < told.length; i += PAGE) {
    const ids = told.slice(i, i + PAGE).map(({ id }) => id)
    for (const record of await parts.engine.records('finding', { ids }, { order: 'ts', limit: PAGE }))
      stored.set(record.id, record)
  }
  const perDay = new Map<Micros, number>()
  for (const { id, last } of told)
    if (stored.has(id)) perDay.set(startOfDay(last), (perDay.get(startOfDay(last)) ?? 0) + 1)
  let unsaid = 0
  for (const one of told.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))) {
    const record = stored.get(one.id)
    const day = startOfDay(one.last)
    const n = perDay.get(day) ?? 0
    if (record === undefined && n >= ROOM) {
      unsaid++
      continue
    }
    if (record === undefined) perDay.set(day, n + 1)
    await raiseOne(parts, one, record)
  }
  if (unsaid > 0) parts.log?.warn({ unsaid, room: ROOM }, 'more gaps of logs in a day than findings have room for')
}

/** Written by somebody else meanwhile: the next run sees to it. */
async function raiseOne(parts: LogGapParts, told: Told, record: StoredRecord | undefined): Promise<void> {
  const stood = record?.body as unknown as Finding | undefined
  const refilled = stood?.status === 'resolved' && stood.note === FILLED
  if (stood !== undefined && !refilled && (stood.status === 'resolved' || stood.status === 'false_positive')) return
  const finding = await findingOf(parts, told, stood)
  if (stood !== undefined && JSON.stringify({ ...finding, updated_at: stood.updated_at }) === JSON.stringify(stood))
    return
  const news = refilled || stood?.severity !== finding.severity
  const row = { ...rowOf(told, finding), version: record?.version ?? 0 }
  await writeFinding(parts.engine, row, finding, stood === undefined ? 'created' : news ? 'updated' : null)
}

async function findingOf(parts: LogGapParts, told: Told, stood: Finding | undefined): Promise<Finding> {
  const { engine, clock } = parts
  const { id, producer, kind, score, first, last, observed, expected, text } = told
  const now = formatTime(clock.now())
  const reopened = stood?.status === 'resolved'
  const before = stood?.evidence[0]
  const event_ids = before?.text === text ? before.event_ids : await eventsBeside(engine, told)
  const since = formatTime(first)
  return {
    finding_id: id,
    detector: logGap.name,
    entity_type: 'source',
    entity_id: producer.id,
    tenant_id: producer.tenant === '' ? null : producer.tenant,
    severity: severityOf(score),
    score,
    status: stood === undefined || reopened ? 'new' : stood.status,
    title: GAP_TITLES[kind],
    first_seen: since,
    last_seen: formatTime(last),
    created_at: stood?.created_at ?? now,
    updated_at: now,
    evidence: [{ detector: logGap.name, weight: 1, observed, expected, since, event_ids, text }],
    tags: { atlas: [...logGap.tags.atlas], owasp: [...logGap.tags.owasp] },
    note: stood === undefined || reopened ? null : stood.note,
  }
}

/** The events on both sides of what is missing, and all that share a number. */
async function eventsBeside(engine: Pick<Engine, 'events'>, { producer, numbers, first, last }: Told) {
  if (numbers.length === 0) return []
  const fields = { producer_id: producer.id, sequence: numbers.map(String) }
  const { items } = await engine.events(
    { since: startOfDay(first), until: last + 1, tenant_id: producer.tenant, fields },
    { limit: SHOWN },
  )
  return items.map(({ event }) => event.event_id).toReversed()
}

function rowOf({ id, producer, score }: Told, finding: Finding) {
  const ts = parseTime(finding.last_seen) ?? 0
  const entity = nameOf({ type: 'source', id: producer.id })
  return { kind: 'finding', id, ts, entity, tenant_id: finding.tenant_id, rank: score }
}

/** Open findings of gaps last seen since a time, by producer. */
async function openFindings(engine: Pick<Engine, 'records'>, since: Micros): Promise<Map<string, StoredRecord[]>> {
  const open = new Map<string, StoredRecord[]>()
  for (const status of OPEN_STATUSES)
    for (const record of await allRecords(engine, 'finding', { since, fields: { detector: logGap.name, status } })) {
      const { entity_id } = record.body as unknown as Finding
      const key = keyOf({ tenant_id: record.tenant_id ?? '', entity_id })
      open.set(key, [...(open.get(key) ?? []), record])
    }
  return open
}

/**
 * Whether what was told to be missing has come: numbers that are followed since before are no longer missed; silent
 * hours have events.
 */
function isFilled(
  { body }: StoredRecord,
  known: Micros | undefined,
  counts: readonly number[],
  start: Micros,
): boolean {
  const { title, first_seen, last_seen, created_at } = body as unknown as Finding
  if (title === GAP_TITLES.missing) return known !== undefined && formatTime(known) <= created_at
  if (title !== GAP_TITLES.silence) return false
  const hour = (text: string) => Math.max(0, Math.floor(((parseTime(text) ?? 0) - start) / HOUR))
  return counts.slice(hour(first_seen), hour(last_seen) + 1).some((n) => n > 0)
}

async function resolve({ engine, clock }: LogGapParts, record: StoredRecord): Promise<void> {
  const stood = record.body as unknown as Finding
  const [evidence] = stood.evidence
  const came = { ...evidence, text: `${evidence?.text ?? ''}; they came later` } as Finding['evidence'][number]
  const finding: Finding = {
    ...stood,
    status: 'resolved',
    note: FILLED,
    evidence: evidence === undefined ? [] : [came],
    updated_at: formatTime(clock.now()),
  }
  await writeFinding(engine, record, finding, 'closed')
}

/** Events by hour of every producer, over the days that silences are judged by. */
async function hoursOf(engine: Pick<Engine, 'rollups'>, until: Micros) {
  const end = startOfHour(until) + HOUR
  const start = startOfDay(until) - Math.ceil((HISTORY_HOURS + LOOKED_HOURS) / 24) * DAY
  const byKey = new Map<string, number[]>()
  for (let day = start; day < end; day += DAY) {
    const span = { since: day, until: Math.min(day + DAY, end) }
    for (const metric of ['volume', 'beats'])
      for (const row of await engine.rollups({ period: 3600, entity_type: 'source', metric, ...span })) {
        const key = keyOf(row)
        const counts = byKey.get(key) ?? new Array<number>((end - start) / HOUR).fill(0)
        const hour = (row.start - start) / HOUR
        counts[hour] = (counts[hour] ?? 0) + row.n
        byKey.set(key, counts)
      }
    await breath()
  }
  return { start, byKey, of: (producer: KnownProducer) => byKey.get(producerKey(producer)) ?? [] }
}

const producerKey = ({ tenant, id }: KnownProducer) => keyOf({ tenant_id: tenant, entity_id: id })
