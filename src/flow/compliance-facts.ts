import { ARCHIVE, type ArchiveManifest } from '../core/archive.ts'
import { CONTROL_NAMES, type ControlName } from '../core/compliance.ts'
import { ERASURE } from '../core/erasure.ts'
import type { Finding } from '../core/finding.ts'
import type { Hold } from '../core/hold.ts'
import type { JobRun } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Clock, Engine, OtherSum } from '../core/ports.ts'
import { type Micros, parseTime } from '../core/window.ts'
import { logGap } from '../detectors/log-gap.ts'
import { allRecords } from './all-records.ts'
import type { HouseFacts } from './compliance-house.ts'
import { NOTED, type Noted } from './compliance-noted.ts'
import { copyStates } from './copy-cursor.ts'
import { listHolds } from './holds.ts'
import { policyTimes } from './integrity.ts'
import { keyCopies, type OpenKeyCopy } from './key-copies.ts'
import { listKeys } from './keys.ts'
import { openFindings } from './open-findings.ts'
import { producersOf } from './producers.ts'
import { LEDGER_VERIFY } from './verify-finding.ts'
import { fullAt } from './verify-progress.ts'

export interface FactParts {
  engine: Pick<Engine, 'head' | 'sealed' | 'records' | 'others' | 'otherSums'>
  clock: Clock
}

/** Everything that a report is made of, read once. Times are epoch microseconds. */
export interface Facts {
  now: Micros
  /** Start of the period of the evidence; null for all time. */
  since: Micros | null
  house: HouseFacts
  ledger: { entries: number; root: Uint8Array }
  /** Time of the first entry of the ledger; null before it. */
  begun: Micros | null
  /** Audit entries by action, of all time, and of the period. */
  audits: ReadonlyMap<string, OtherSum>
  period: ReadonlyMap<string, OtherSum>
  keys: readonly Key[]
  /** The last review of access; null before the first. */
  review: { at: Micros; asked: Record<string, unknown> } | null
  holds: readonly Hold[]
  /** Receipts of the period by rule of retention; those of erasures have none. */
  receipts: readonly OtherSum[]
  erasures: number
  /** When a pass over all entries last began that found nothing. */
  verified: Micros | null
  /** Open findings of the verification, and of logs that have gaps. */
  alarms: readonly Finding[]
  gaps: readonly Finding[]
  producers: number
  checkpoint: { size: number; at: Micros } | null
  copies: Awaited<ReturnType<typeof copyStates>>
  keyCopies: readonly OpenKeyCopy[]
  jobs: ReadonlyMap<string, JobRun>
  /** When policy was put down first, and its parts that changed since. */
  policy: Awaited<ReturnType<typeof policyTimes>>
  /** Files of the archive, also those that ended. */
  archives: readonly ArchiveManifest[]
  noted: ReadonlyMap<ControlName, Noted>
}

/** Jobs that are read at most: there are no more. */
const JOBS = 200

/** Reads what the store says. Throws as the engine does. */
export async function factsOf({ engine, clock }: FactParts, house: HouseFacts, since: Micros | null): Promise<Facts> {
  const from = since === null ? {} : { since }
  const byAction = async (filter: { since?: Micros }) =>
    new Map(
      (await engine.otherSums('audit', { by: 'action', sum: 'rows' }, filter)).map((one) => [one.value ?? '', one]),
    )
  const audits = await byAction({})
  const head = await engine.head()
  const [first] = await engine.sealed(0, 1)
  return {
    now: clock.now(),
    since,
    house,
    ledger: { entries: head.size, root: head.root },
    begun: first?.received ?? first?.ts ?? null,
    audits,
    period: since === null ? audits : await byAction(from),
    keys: await listKeys({ engine }),
    review: audits.has('access.review') ? await lastReview(engine) : null,
    holds: await listHolds({ engine }),
    receipts: await engine.otherSums('receipt', { by: 'rule.name', sum: 'counts.events' }, from),
    erasures: (await allRecords(engine, ERASURE, from)).length,
    verified: parseTime((await fullAt(engine)) ?? ''),
    alarms: await openOf(engine, LEDGER_VERIFY),
    gaps: await openOf(engine, logGap.name),
    producers: await producersHeard(engine),
    checkpoint: await lastCheckpoint(engine),
    copies: await copyStates(engine),
    keyCopies: await keyCopies(engine),
    jobs: await jobRuns(engine),
    policy: await policyTimes(engine),
    archives: (await allRecords(engine, ARCHIVE)).map(({ body }) => body as unknown as ArchiveManifest),
    noted: await notedOf(engine),
  }
}

/** What the last run of the job wrote down of each control. */
export async function notedOf(engine: Pick<Engine, 'records'>): Promise<Map<ControlName, Noted>> {
  const records = await engine.records(NOTED, { ids: CONTROL_NAMES }, { order: 'ts', limit: CONTROL_NAMES.length })
  return new Map(records.map(({ id, body }) => [id as ControlName, body as unknown as Noted]))
}

async function lastReview(engine: Pick<Engine, 'others'>): Promise<Facts['review']> {
  const [last] = await engine.others('audit', { fields: { action: 'access.review' } }, { limit: 1 })
  return last === undefined ? null : { at: last.ts, asked: (last.body.asked ?? {}) as Record<string, unknown> }
}

async function openOf(engine: Pick<Engine, 'records'>, detector: string): Promise<Finding[]> {
  return (await openFindings(engine, { detector })).map(({ body }) => body as unknown as Finding)
}

async function producersHeard(engine: Pick<Engine, 'records'>): Promise<number> {
  let n = 0
  for await (const page of producersOf(engine)) n += page.length
  return n
}

/** As it is stored: whether its signature holds is for the verification to say. */
async function lastCheckpoint(engine: Pick<Engine, 'records'>): Promise<Facts['checkpoint']> {
  const [record] = await engine.records('checkpoint', {}, { order: 'rank', limit: 1 })
  return record === undefined ? null : { size: record.rank ?? 0, at: record.ts }
}

async function jobRuns(engine: Pick<Engine, 'records'>): Promise<Map<string, JobRun>> {
  const records = await engine.records('job', {}, { order: 'ts', limit: JOBS })
  return new Map(
    records.flatMap(({ id, body }) => {
      const { last_run } = body as unknown as { last_run: JobRun | null }
      return last_run === null ? [] : [[id, last_run] as const]
    }),
  )
}
