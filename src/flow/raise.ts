import { type Finding, isOpen } from '../core/finding.ts'
import type { Clock, Engine, Json, RecordRow, RecordWrite, StoredRecord } from '../core/ports.ts'
import { severityOf } from '../core/score.ts'
import { DAY, formatTime, type Micros, parseTime, startOfDay } from '../core/window.ts'
import { detectors } from '../detectors/index.ts'
import { changeRecords } from './change-records.ts'
import { evidenceOf } from './evidence.ts'
import type { Told } from './incidents.ts'
import { nameOf } from './watched.ts'

export interface RaiseParts {
  engine: Pick<Engine, 'events' | 'records' | 'putRecords'>
  clock: Clock
}

/** Note of a finding that late events took the ground from. */
export const WITHDRAWN = 'Withdrawn: late events changed what is usual, and the signs are gone.'
const PAGE = 200

const detectorOf = new Map(detectors.map((detector) => [detector.name, detector]))

/** The moment that a night speaks for: the end of its UTC day, or now where it is not over. */
export function asOf(day: Micros, clock: Clock): Micros {
  return Math.min(day + DAY - 1, Math.max(clock.now(), day))
}

/**
 * Brings the stored findings to what the nights from `from` on told: new ones are created, others updated where
 * something changed, and those that the nights no longer tell are withdrawn. The feed hears of a creation, of a change
 * of severity and of an end, once each; running it again changes nothing. What a person closed stays as he left it.
 * @param told every incident that those nights began or went on with, as it stands now
 */
export async function raise(parts: RaiseParts, told: readonly Told[], from: Micros): Promise<void> {
  for (const one of told) await settle(parts, one)
  const standing = new Set(told.map(({ incident }) => incident.finding_id))
  for await (const record of findingsSince(parts.engine, from)) {
    const finding = record.body as unknown as Finding
    const raised = parseTime(finding.created_at) ?? 0
    if (!isOpen(finding) || standing.has(finding.finding_id) || raised < from || !detectorOf.has(finding.detector))
      continue
    await withdrawFinding(parts, record)
  }
}

async function settle({ engine, clock }: RaiseParts, told: Told): Promise<void> {
  const fresh = await findingOf({ engine, clock }, told)
  await settleFinding(engine, fresh, (stood) => {
    const sameNight = startOfDay(parseTime(stood.created_at) ?? 0) === told.incident.raised
    return sameNight ? { ...fresh, created_at: stood.created_at } : fresh
  })
}

/**
 * Brings a stored finding to how it stands now; the feed hears where it is new, back or of another severity. What a person
 * closed stays as he left it. Throws CONFLICT where others kept changing it.
 * @param kept what becomes of the new one where another stands; status and note are that one's
 */
export async function settleFinding(
  engine: Pick<Engine, 'records' | 'putRecords'>,
  fresh: Finding,
  kept: (stood: Finding) => Finding,
): Promise<void> {
  await changeRecords(engine, 'the finding', async () => {
    const [record] = await engine.records('finding', { ids: [fresh.finding_id] }, { order: 'ts', limit: 1 })
    const made = null
    if (record === undefined) return { writes: findingWrites({ ...rowOf(fresh), version: 0 }, fresh, 'created'), made }
    const stood = record.body as unknown as Finding
    const withdrawn = stood.status === 'resolved' && stood.note === WITHDRAWN
    if (!withdrawn && !isOpen(stood)) return { writes: [], made }
    const finding: Finding = {
      ...kept(stood),
      status: withdrawn ? 'new' : stood.status,
      note: withdrawn ? null : stood.note,
    }
    if (JSON.stringify({ ...finding, updated_at: '' }) === JSON.stringify({ ...stood, updated_at: '' }))
      return { writes: [], made }
    const news = withdrawn || stood.severity !== finding.severity
    const row = { ...rowOf(finding), version: record.version }
    return { writes: findingWrites(row, finding, news ? 'updated' : null), made }
  })
}

async function findingOf({ engine, clock }: RaiseParts, { entity, incident }: Told): Promise<Finding> {
  const detector = detectorOf.get(incident.detector)
  const last = asOf(incident.last, clock)
  return {
    finding_id: incident.finding_id,
    detector: incident.detector,
    entity_type: entity.type,
    entity_id: entity.id,
    tenant_id: entity.tenant === '' ? null : entity.tenant,
    severity: severityOf(incident.score),
    score: incident.score,
    status: 'new',
    title: detector?.title ?? incident.detector,
    first_seen: formatTime(Math.min(...incident.reasons.map(({ since }) => since), last)),
    last_seen: formatTime(Math.min(last, entity.watch.last)),
    created_at: formatTime(asOf(incident.raised, clock)),
    updated_at: formatTime(asOf(incident.last, clock)),
    evidence: await evidenceOf(engine, entity, incident.reasons, incident.worst + DAY),
    tags: detector?.tags ?? { atlas: [], owasp: [] },
    note: null,
  }
}

function rowOf(finding: Finding): Omit<RecordRow, 'body'> {
  const { entity_type: type, entity_id: id } = finding
  return {
    kind: 'finding',
    id: finding.finding_id,
    ts: parseTime(finding.last_seen) ?? 0,
    entity: nameOf({ type, id }),
    tenant_id: finding.tenant_id,
    rank: finding.score,
  }
}

/** Closes a finding that nothing supports any more. */
export async function withdrawFinding(
  { engine, clock }: Pick<RaiseParts, 'clock'> & { engine: Pick<Engine, 'putRecords'> },
  record: StoredRecord,
): Promise<void> {
  const finding: Finding = {
    ...(record.body as unknown as Finding),
    status: 'resolved',
    note: WITHDRAWN,
    updated_at: formatTime(clock.now()),
  }
  await writeFinding(engine, record, finding, 'closed')
}

/** Where a finding is written, and over which version. */
type Place = Omit<RecordRow, 'body'> & Pick<StoredRecord, 'version'>
/** What the feed hears of it; null for nothing. */
type News = 'created' | 'updated' | 'closed' | null

/** Writes a finding and, where the feed should hear of it, the change, both or neither. False where somebody else wrote it meanwhile. */
export const writeFinding = async (
  engine: Pick<Engine, 'putRecords'>,
  place: Place,
  finding: Finding,
  news: News,
): Promise<boolean> => (await engine.putRecords(findingWrites(place, finding, news))) === 'stored'

function findingWrites(
  { id, ts, entity, tenant_id, rank, version }: Place,
  finding: Finding,
  news: News,
): RecordWrite[] {
  const row = { id, ts, entity, tenant_id, rank }
  const writes: RecordWrite[] = [
    { record: { ...row, kind: 'finding', body: finding as unknown as Json }, expect: version },
  ]
  if (news !== null) {
    // the version counts the writes of a finding, so no two changes of it can take one id
    const change_id = `${id}.${version + 1}`
    const body = { finding, change: { kind: news, change_id, at: finding.updated_at } } as unknown as Json
    writes.push({ record: { ...row, id: change_id, kind: 'change', body }, expect: 0 })
  }
  return writes
}

/** Findings last seen since a time, newest first. */
async function* findingsSince(engine: Pick<Engine, 'records'>, since: Micros): AsyncGenerator<StoredRecord> {
  let after: StoredRecord | undefined
  while (true) {
    const page = { order: 'ts', limit: PAGE, ...(after === undefined ? {} : { after }) } as const
    const records = await engine.records('finding', { since }, page)
    yield* records
    after = records.at(-1)
    if (records.length < PAGE) return
  }
}
