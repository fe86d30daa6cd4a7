import { INSIDER_RECORDS, type InsiderDetector } from '../core/analyst.ts'
import type { Finding } from '../core/finding.ts'
import type { Clock, Json, RecordRow, RecordWrite } from '../core/ports.ts'
import { type Evidence, severityOf } from '../core/score.ts'
import { DAY, dateOf, formatTime, type Micros, parseTime, startOfDay } from '../core/window.ts'
import { insiderDetectors } from '../detectors/index.ts'
import { type AnalystDaysParts, usersShown, type Worked } from './analyst-days.ts'
import { findingId } from './finding-id.ts'
import { asOf } from './raise.ts'
import { nameOf, scoreId } from './watched.ts'

/** What is remembered of an analyst between days; plain JSON of bounded size. */
export type Conduct = {
  /** Starts of the first and the last day with an entry in the audit. */
  first: Micros
  last: Micros
  states: { [detector: string]: Json }
  incidents: { [detector: string]: Incident }
  /** Day and score, oldest first, from the first score above 0 on. */
  history: [Micros, number][]
}

type Incident = {
  finding_id: string
  /** The day that raised it, the last that still showed it, and the worst: its score, and what was said of it. */
  raised: Micros
  last: Micros
  score: number
  evidence: Evidence
}

/** Somebody at work on a day, with what is known of him after it. */
export type Seen = Worked & { conduct: Conduct }

/** Of an analyst first seen on a day. */
export const newConduct = (day: Micros): Conduct => ({ first: day, last: day, states: {}, incidents: {}, history: [] })

/** Score from which something is told. */
const RAISE_AT = 40
/** One detector alone, however sure, stays below this share of 100. */
const MOST_OF_ONE = 0.95
/** Days without a sign after which a new one is a new finding. */
const QUIET_DAYS = 14
/** New findings of one detector on one day and in one tenant, the strongest first: where more stand out, it is the day that does. */
const ROOM = 3
const HISTORY_DAYS = 120

/** Days after its last sign in which something that found no room is still begun. */
const STILL_NEWS = 3

/**
 * What a day says of those who were at work on it: findings to write, and what is remembered. A finding that somebody
 * closed stays as he left it, and a further sign within two weeks begins no other; of one that he judged false, what the
 * detector knows of the analyst begins anew, so that the new habit becomes the usual one.
 */
export async function tell(
  parts: AnalystDaysParts & { clock: Clock },
  team: readonly Seen[],
): Promise<{ conducts: Conduct[]; records: RecordWrite[] }> {
  const conducts = team.map(({ conduct }) => conduct)
  const records: RecordWrite[] = []
  for (const detector of insiderDetectors) {
    let room = ROOM
    for (const { i, score, ...seen } of standing(detector, team)) {
      const conduct = conducts[i] as Conduct
      const { at } = seen.day
      const { last } = reasonOf(detector, conduct, null)
      const open = openAt(conduct, detector, at)
      if (open === null ? room === 0 || at - last > STILL_NEWS * DAY : last !== at) continue
      const finding_id = open?.finding_id ?? idOf(parts, detector, seen)
      const record = (await parts.engine.records(INSIDER_RECORDS.finding, { ids: [finding_id] }, ONE))[0]
      const stood = record?.body as unknown as Finding | undefined
      if (stood?.status === 'false_positive') {
        conducts[i] = forgotten(conduct, detector, at)
        continue
      }
      const isClosed = stood?.status === 'resolved'
      if (isClosed && open !== null) continue
      const incident = await incidentOf(parts, detector, seen, score, open)
      conducts[i] = { ...conduct, incidents: { ...conduct.incidents, [detector.name]: incident } }
      if (isClosed) continue
      if (open === null) room--
      records.push(...writesOf(parts.clock, detector, seen, incident, stood, record?.version ?? 0))
    }
  }
  return { conducts: conducts.map((conduct, i) => noted(conduct, (team[i] as Seen).day.at)), records }
}

const ONE = { order: 'ts', limit: 1 } as const

function standing(detector: InsiderDetector, team: readonly Seen[]) {
  return team
    .map((seen, i) => ({ ...seen, i, score: scoreOf(detector, seen.conduct, seen.day.at) }))
    .filter(({ score }) => score >= RAISE_AT)
    .sort((a, b) => b.score - a.score || (a.analyst < b.analyst ? -1 : 1))
}

const stateOf = (detector: InsiderDetector, { states, first }: Conduct) =>
  states[detector.name] ?? detector.empty(first)

/** What one detector says of an analyst on a day, 0 to 95. */
const scoreOf = (detector: InsiderDetector, conduct: Conduct, at: Micros) =>
  100 * MOST_OF_ONE * detector.score(stateOf(detector, conduct), at)

const reasonOf = (detector: InsiderDetector, conduct: Conduct, users: number | null) =>
  detector.explain(stateOf(detector, conduct), users)

function openAt({ incidents }: Conduct, { name }: InsiderDetector, at: Micros): Incident | null {
  const open = incidents[name]
  return open !== undefined && at - open.last <= QUIET_DAYS * DAY ? open : null
}

function forgotten(conduct: Conduct, { name, empty }: InsiderDetector, at: Micros): Conduct {
  const { [name]: _, ...incidents } = conduct.incidents
  return { ...conduct, incidents, states: { ...conduct.states, [name]: empty(at) } }
}

async function incidentOf(
  parts: AnalystDaysParts,
  detector: InsiderDetector,
  seen: Seen,
  score: number,
  open: Incident | null,
): Promise<Incident> {
  const { at } = seen.day
  if (open !== null && score <= open.score) return { ...open, last: at }
  const { since } = reasonOf(detector, seen.conduct, null)
  const users = await usersShown(parts, seen.analyst, seen.tenant, since)
  return {
    finding_id: open?.finding_id ?? idOf(parts, detector, seen),
    raised: open?.raised ?? at,
    last: at,
    score,
    evidence: evidenceOf(detector, seen.analyst, seen.conduct, users, 1),
  }
}

/**
 * The same for ever: detector, analyst and the day that raised it name a finding. Under the key of pseudonyms, for an
 * auditor reads in the audit which finding an admin changed, and is not to work out about whom.
 */
const idOf = ({ pseudonym }: AnalystDaysParts, { name }: InsiderDetector, { analyst, tenant, day }: Seen) =>
  findingId([pseudonym('user_id', JSON.stringify([name, 'analyst', tenant, analyst, day.at]))])

function evidenceOf(
  detector: InsiderDetector,
  analyst: string,
  conduct: Conduct,
  users: number | null,
  weight: number,
): Evidence {
  const { summary, observed, expected, since } = reasonOf(detector, conduct, users)
  // the events are in the audit, by the same analyst and day: thousands, none of which says more than the others
  const text = `${analyst} ${summary}`
  return { detector: detector.name, weight, observed, expected, since: formatTime(since), event_ids: [], text }
}

/** The finding and, where it is new or its severity changed, the change of it. Nothing where all is as it stood. */
function writesOf(
  clock: Clock,
  detector: InsiderDetector,
  { analyst, tenant }: Seen,
  { finding_id, raised, last, score, evidence }: Incident,
  stood: Finding | undefined,
  version: number,
): RecordWrite[] {
  const last_seen = formatTime(asOf(last, clock))
  const rank = Math.round(score * 10) / 10
  const finding: Finding = {
    finding_id,
    detector: detector.name,
    entity_type: 'analyst',
    entity_id: analyst,
    tenant_id: tenant === '' ? null : tenant,
    severity: severityOf(rank),
    score: rank,
    status: stood?.status ?? 'new',
    title: detector.title,
    first_seen: evidence.since,
    last_seen,
    created_at: stood?.created_at ?? formatTime(asOf(raised, clock)),
    updated_at: last_seen,
    evidence: [evidence],
    tags: detector.tags,
    note: stood?.note ?? null,
  }
  if (JSON.stringify(finding) === JSON.stringify(stood)) return []
  const entity = nameOf({ type: 'analyst', id: analyst })
  const row = { ts: parseTime(last_seen) ?? 0, entity, tenant_id: finding.tenant_id, rank }
  const body = finding as unknown as Json
  const writes = [{ record: { ...row, kind: INSIDER_RECORDS.finding, id: finding_id, body }, expect: version }]
  if (stood?.severity === finding.severity) return writes
  const change_id = `${finding_id}.${version + 1}`
  const change = { kind: stood === undefined ? 'created' : 'updated', change_id, at: last_seen }
  const told = { finding, change } as unknown as Json
  return [...writes, { record: { ...row, kind: INSIDER_RECORDS.change, id: change_id, body: told }, expect: 0 }]
}

/** Notes the score of a day; history begins with the first above 0. */
function noted(conduct: Conduct, at: Micros): Conduct {
  const score = riskOf(conduct, at)
  if (score === 0 && conduct.history.length === 0) return conduct
  return { ...conduct, history: [...conduct.history, [at, score] as [Micros, number]].slice(-HISTORY_DAYS) }
}

/** 100 · (1 - Π (1 - x)) over the detectors: independent reasons add up without ever passing 100. Below 1 it is 0. */
function riskOf(conduct: Conduct, at: Micros): number {
  const calm = insiderDetectors.reduce((left, detector) => left * (1 - scoreOf(detector, conduct, at) / 100), 1)
  const score = Math.round(1000 * (1 - calm)) / 10
  return score < 1 ? 0 : score
}

/** The score record of an analyst as it stands after a day: reasons, and what is still being learnt until when. */
export function scoreRow(tenant: string, analyst: string, conduct: Conduct, day: Micros, clock: Clock): RecordRow {
  const score = conduct.history.at(-1)?.[1] ?? 0
  const strong = insiderDetectors.flatMap((detector) => {
    const x = scoreOf(detector, conduct, day) / 100
    return x < 0.01 ? [] : [{ detector, weight: -Math.log(1 - x) }]
  })
  const sum = strong.reduce((total, { weight }) => total + weight, 0)
  const reasons = strong
    .sort((a, b) => b.weight - a.weight)
    .map(({ detector, weight }) =>
      evidenceOf(detector, analyst, conduct, null, Math.round((1000 * weight) / sum) / 1000),
    )
  const tenant_id = tenant === '' ? null : tenant
  const body = {
    entity_type: 'analyst',
    entity_id: analyst,
    tenant_id,
    score,
    severity: severityOf(score),
    first_seen: formatTime(conduct.first),
    last_seen: formatTime(asOf(startOfDay(conduct.last), clock)),
    evidence: [...(score === 0 ? [] : reasons), ...learning(conduct, day)],
    history: conduct.history.map(([at, then]) => ({ at: formatTime(asOf(at, clock)), score: then })),
  }
  return {
    kind: INSIDER_RECORDS.score,
    id: scoreId(tenant, 'analyst', analyst),
    ts: asOf(day, clock),
    entity: nameOf({ type: 'analyst', id: analyst }),
    tenant_id,
    rank: conduct.history.length === 0 ? null : score,
    body: body as unknown as Json,
  }
}

function learning(conduct: Conduct, day: Micros): Evidence[] {
  return insiderDetectors.flatMap((detector) => {
    const ready = detector.ready(stateOf(detector, conduct))
    if (ready <= day) return []
    const text = `what is usual is learnt until ${dateOf(ready)}; nothing is raised before`
    const since = formatTime(conduct.first)
    return [{ detector: detector.name, weight: 0, observed: 0, expected: 0, since, event_ids: [], text }]
  })
}
