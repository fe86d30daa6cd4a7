import { type Finding, isOpen } from '../core/finding.ts'
import type { Clock, Engine, StoredRecord } from '../core/ports.ts'
import { type Evidence, severityOf } from '../core/score.ts'
import { DAY, formatTime, HOUR, type Micros, startOfDay } from '../core/window.ts'
import { DOUBT, type Doubt, type Side } from './doubted-hours.ts'
import { findingId } from './finding-id.ts'
import { writeFinding } from './raise.ts'
import { nameOf } from './watched.ts'

/** Detector of what only one of two witnesses has; kept for ever. */
export const TELEMETRY_MISMATCH = 'telemetry-mismatch'
/** Note of a finding whose hours agree now. */
export const AGREED = 'Resolved: both sides agree now.'
const TITLE = 'The record and a second witness differ'
/** Scores: one request too many or too few, and nothing in common. */
const LEAST = 25
const MOST = 89
/** Hours that a finding shows, the worst first. */
const SHOWN = 48

interface Parts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
}

/**
 * Brings findings to what is doubted: one for each key (or model, where keys are unknown) and UTC day of these doubts,
 * with every doubted hour of it as evidence. One whose hours all agree now is resolved.
 */
export async function tellMismatches(parts: Parts, scope: string, of: readonly Doubt[]): Promise<void> {
  const days = new Map<string, { type: 'api_key' | 'model'; id: string; day: Micros }>()
  for (const doubt of of) {
    const about = { ...entityOf(doubt), day: startOfDay(doubt.hour) }
    days.set(JSON.stringify(about), about)
  }
  for (const about of days.values()) {
    const doubts = (await doubtsOn(parts.engine, scope, about.day)).filter((doubt) => {
      const { type, id } = entityOf(doubt)
      return type === about.type && id === about.id
    })
    await tell(parts, scope, about, doubts)
  }
}

function entityOf({ model, api_key_id }: Pick<Doubt, 'model' | 'api_key_id'>): {
  type: 'api_key' | 'model'
  id: string
} {
  return api_key_id === null ? { type: 'model', id: model ?? 'all models' } : { type: 'api_key', id: api_key_id }
}

async function doubtsOn(engine: Pick<Engine, 'records'>, scope: string, day: Micros): Promise<Doubt[]> {
  const doubts: Doubt[] = []
  for (let after: StoredRecord | undefined; ; ) {
    const page = { order: 'ts', limit: 1000, ...(after === undefined ? {} : { after }) } as const
    const fields = { scope, state: 'standing' }
    const records = await engine.records(DOUBT, { since: day, until: day + DAY, fields }, page)
    doubts.push(...records.map(({ body }) => body as unknown as Doubt))
    after = records.at(-1)
    if (records.length < 1000) return doubts
  }
}

async function tell(
  { engine, clock }: Parts,
  scope: string,
  { type, id, day }: { type: 'api_key' | 'model'; id: string; day: Micros },
  doubts: readonly Doubt[],
): Promise<void> {
  const finding_id = findingId([TELEMETRY_MISMATCH, type, scope, id, day])
  const [record] = await engine.records('finding', { ids: [finding_id] }, { order: 'ts', limit: 1 })
  const stood = record?.body as unknown as Finding | undefined
  const now = formatTime(clock.now())
  if (doubts.length === 0) {
    if (record === undefined || stood === undefined || !isOpen(stood)) return
    const closed: Finding = { ...stood, status: 'resolved', note: AGREED, updated_at: now }
    await writeFinding(engine, record, closed, 'closed')
    return
  }
  const reopened = stood?.status === 'resolved' && stood.note === AGREED
  if (stood !== undefined && !reopened && (stood.status === 'resolved' || stood.status === 'false_positive')) return
  const hours = doubts.map(({ hour }) => hour)
  const score = scoreOf(doubts)
  const finding: Finding = {
    finding_id,
    detector: TELEMETRY_MISMATCH,
    entity_type: type,
    entity_id: id,
    tenant_id: scope === '' ? null : scope,
    severity: severityOf(score),
    score,
    status: stood === undefined || reopened ? 'new' : stood.status,
    title: TITLE,
    first_seen: formatTime(Math.min(...hours)),
    last_seen: formatTime(Math.max(...hours) + HOUR - 1),
    created_at: stood?.created_at ?? now,
    updated_at: now,
    evidence: evidenceOf(doubts),
    tags: { atlas: [], owasp: [] },
    note: stood === undefined || reopened ? null : stood.note,
  }
  if (stood !== undefined && JSON.stringify({ ...finding, updated_at: stood.updated_at }) === JSON.stringify(stood))
    return
  const ts = Math.max(...hours) + HOUR - 1
  const row = { kind: 'finding', id: finding_id, ts, entity: nameOf({ type, id }), tenant_id: finding.tenant_id }
  const news = reopened || stood?.severity !== finding.severity
  const kind = stood === undefined ? 'created' : news ? 'updated' : null
  await writeFinding(engine, { ...row, rank: score, version: record?.version ?? 0 }, finding, kind)
}

/** By the share of the traffic of the doubted hours that only one side has. */
function scoreOf(doubts: readonly Doubt[]): number {
  const total = doubts.reduce((sum, doubt) => sum + apart(doubt), 0)
  return Math.round(10 * (LEAST + (MOST - LEAST) * (total / doubts.length))) / 10
}

/** Largest share, over what both sides say, that only one side has: 0 to 1. */
function apart({ store, witness }: Doubt): number {
  const shares = (['requests', 'tokens_input', 'tokens_output'] as const).map((measure) => {
    const [ours, theirs] = [store[measure], witness[measure]]
    if (ours === null || theirs === null || Math.max(ours, theirs) === 0) return 0
    return Math.abs(ours - theirs) / Math.max(ours, theirs)
  })
  return Math.max(...shares)
}

function evidenceOf(doubts: readonly Doubt[]): Evidence[] {
  const worst = doubts.toSorted((a, b) => apart(b) - apart(a) || a.hour - b.hour).slice(0, SHOWN)
  return worst
    .toSorted((a, b) => a.hour - b.hour || ((a.model ?? '') < (b.model ?? '') ? -1 : 1))
    .map((doubt) => {
      const by = doubt.witness.requests === null ? 'tokens_output' : 'requests'
      const hour = formatTime(doubt.hour).slice(0, 16).replace('T', ' ')
      const of = doubt.model === null ? '' : ` of ${doubt.model}`
      return {
        detector: TELEMETRY_MISMATCH,
        weight: Math.round(1000 / worst.length) / 1000,
        observed: doubt.store[by] ?? 0,
        expected: doubt.witness[by] ?? 0,
        since: formatTime(doubt.hour),
        event_ids: [],
        text: `${hour} UTC${of}: the record holds ${said(doubt.store)}, the witness says ${said(doubt.witness)}`,
      }
    })
}

function said({ requests, tokens_input, tokens_output }: Side): string {
  const parts = [
    ...(requests === null ? [] : [`${requests} requests`]),
    ...(tokens_input === null ? [] : [`${Math.round(tokens_input)} tokens in`]),
    ...(tokens_output === null ? [] : [`${Math.round(tokens_output)} tokens out`]),
  ]
  return parts.length === 0 ? 'nothing' : parts.join(', ')
}
