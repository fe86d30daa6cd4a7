import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { baselineJob } from '../jobs/baseline.ts'
import { detectJob } from '../jobs/detect.ts'
import type { LogEvent } from '../src/core/event.ts'
import type { Finding } from '../src/core/finding.ts'
import type { Engine, StoredRecord } from '../src/core/ports.ts'
import { DAY, HOUR, type Micros, parseTime } from '../src/core/window.ts'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { createRedactor } from '../src/redactors/index.ts'
import { ATTACKS, type AttackKind, type Scenario, scenarioOf } from '../src/simulator/scenario.ts'
import { simulateWithTruth } from '../src/simulator/simulate.ts'
import type { Truth } from '../src/simulator/truth.ts'
import { alertsOf, type Distance, dailyZ, diaryOf, ewma, LINE } from './detection-peers.ts'
import { tableOf } from './detection-table.ts'
import { type Share, shareOf } from './share.ts'
import { storeKey } from './store-key.ts'

/** Incidents that a night may raise, for everyone who is measured. */
const BUDGET = 5
/** A Monday; which one makes no difference. */
const START = parseTime('2026-01-05T00:00:00Z') as Micros
/** Seeds of a run of about a minute. */
export const DEFAULT_SEEDS = [1, 2, 3, 4, 5]

/**
 * The two charts come twice: with the alarm line that they usually have, and with the lowest line at which they are no
 * louder towards harmless users than Undercurrent on the same seeds (found on those seeds, which flatters them).
 */
export const METHODS = ['undercurrent', 'daily z-score', 'EWMA', 'z-score as calm', 'EWMA as calm'] as const
export type Method = (typeof METHODS)[number]
type By<T> = Record<Method, T>

/** Somebody was told of a user. */
interface Alert {
  user: string
  at: Micros
}

export interface Caught {
  /** Share of attackers told of within so many days of the first attack (those who could be watched for so long), and by the end. */
  within14: Share
  within28: Share
  byEnd: Share
}

export interface DetectionReport {
  scenario: string
  seeds: number[]
  nights: number
  budget: number
  events: number
  recall: Partial<Record<AttackKind, By<Caught>>>
  /** Mean over kinds of attack that could be watched. */
  macro: By<{ within14: number; byEnd: number }>
  /** Users told of who attack nobody, or not yet. */
  falseAlerts: By<{ perNight: number; nightsWithAny: Share; users: Share }>
  /** Findings of Undercurrent about anything but users: planted incidents told of, and findings without one, by detector. */
  others: { incidents: Share; unfounded: Record<string, number> }
  seconds: number
}

/**
 * Simulates one period per seed, stores it as the product does, runs its jobs and compares what was raised with what
 * was planted, beside two control charts on the same numbers with the same budget. Prints a
 * table, unless `json` says that the answer is printed by the caller. Throws Problem for an unknown scenario.
 */
export async function evalDetection(opts: { seeds: number[]; scenario?: string; json: boolean }): Promise<object> {
  const name = opts.scenario ?? 'demo'
  const scenario = scenarioOf(name)
  const started = process.hrtime.bigint()
  const watched: Watched[] = []
  for (const seed of opts.seeds) {
    watched.push(await watch(scenario, seed))
    process.stderr.write(`detection: seed ${seed} of ${name} done\n`)
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  const report = reportOf(name, scenario, opts.seeds, toldOf(watched), seconds)
  if (!opts.json) process.stdout.write(`${tableOf(report)}\n`)
  return report
}

/** One seed, watched. */
interface Watched {
  truth: Truth
  events: number
  users: number
  findings: Finding[]
  /** Addresses that attacks came from. */
  addresses: Set<string>
  distances: { z: Distance[]; ewma: Distance[] }
}

type Run = Watched & { alerts: By<Alert[]> }

async function watch(scenario: Scenario, seed: number): Promise<Watched> {
  const dataDir = await mkdtemp(join(tmpdir(), 'undercurrent-eval-'))
  const end = START + scenario.days * DAY
  // the jobs run on the morning after
  const clock = { now: () => end + 6 * HOUR }
  const engine = await openEmbedded({ key: storeKey, dataDir, clock })
  try {
    const { events, truth } = eventsOf(scenario, seed)
    await store(engine, events)
    const signal = new AbortController().signal
    await baselineJob({ engine }, signal)
    await detectJob({ engine, clock, budget: BUDGET }, signal)
    const findings = await findingsOf(engine)
    const diary = diaryOf(events)
    const attacks = new Set(truth.attackers.flatMap(({ event_ids }) => event_ids))
    return {
      truth,
      events: events.length,
      users: diary.size,
      findings,
      addresses: new Set(
        events.flatMap(({ event_id, ip_address }) =>
          ip_address !== undefined && attacks.has(event_id) ? [ip_address] : [],
        ),
      ),
      distances: { z: dailyZ(diary), ewma: ewma(diary) },
    }
  } finally {
    await engine.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function eventsOf(scenario: Scenario, seed: number): { events: LogEvent[]; truth: Truth } {
  const events: LogEvent[] = []
  const run = simulateWithTruth(scenario, seed, START)
  for (;;) {
    const next = run.next()
    if (next.done === true) return { events, truth: next.value }
    events.push(next.value)
  }
}

/** As ingest does: redacted, then sealed and stored in batches. */
async function store(engine: Engine, events: readonly LogEvent[]): Promise<void> {
  const redactor = createRedactor({ key: new Uint8Array(32).fill(7) })
  for (let at = 0; at < events.length; at += 1000)
    await engine.append(
      events.slice(at, at + 1000).map((event) => ({
        kind: 'event',
        event_id: event.event_id,
        ts: parseTime(event.timestamp) as Micros,
        body: redactor.event(event),
      })),
    )
}

async function findingsOf(engine: Engine): Promise<Finding[]> {
  const out: Finding[] = []
  for (let after: StoredRecord | undefined; ; ) {
    const page = await engine.records(
      'finding',
      {},
      { order: 'rev', limit: 500, ...(after === undefined ? {} : { after }) },
    )
    out.push(...page.map(({ body }) => body as unknown as Finding))
    after = page.at(-1)
    if (after === undefined) return out
  }
}

/** What each way of watching tells of, once all seeds are known. */
function toldOf(watched: readonly Watched[]): Run[] {
  const ours = watched.map(({ findings }) =>
    findings
      .filter(({ entity_type }) => entity_type === 'user')
      .map(({ entity_id, created_at }) => ({ user: entity_id, at: parseTime(created_at) as Micros })),
  )
  const wrong = (alerts: readonly Alert[][]) =>
    watched.reduce((n, { truth }, i) => n + wrongOf(alerts[i] ?? [], truth).length, 0)
  const allowed = wrong(ours)
  const chart = (which: 'z' | 'ewma', line: number) =>
    watched.map(({ distances }) => alertsOf(distances[which], BUDGET, line))
  const calm = (which: 'z' | 'ewma') => {
    let [low, high] = [LINE, 64]
    for (let i = 0; i < 20; i++) {
      const middle = (low + high) / 2
      if (wrong(chart(which, middle)) <= allowed) high = middle
      else low = middle
    }
    return chart(which, high)
  }
  const told: By<Alert[][]> = {
    undercurrent: ours,
    'daily z-score': chart('z', LINE),
    EWMA: chart('ewma', LINE),
    'z-score as calm': calm('z'),
    'EWMA as calm': calm('ewma'),
  }
  return watched.map((one, i) => ({ ...one, alerts: each((method) => told[method][i] ?? []) }))
}

/** Alerts about users who attack nobody, or not yet. */
function wrongOf(alerts: readonly Alert[], truth: Truth): Alert[] {
  const first = new Map(truth.attackers.map((a) => [a.user_id, parseTime(a.first_attack) as Micros]))
  return alerts.filter(({ user, at }) => at < (first.get(user) ?? Number.POSITIVE_INFINITY))
}

function reportOf(
  scenario: string,
  { days }: Scenario,
  seeds: number[],
  runs: readonly Run[],
  seconds: number,
): DetectionReport {
  const recall: DetectionReport['recall'] = {}
  for (const kind of ATTACKS)
    if (runs.some(({ truth }) => truth.attackers.some((a) => a.kind === kind)))
      recall[kind] = each((method) => caught(kind, method, runs, days))
  const meanOver = (method: Method, which: keyof Caught) => {
    const shares = Object.values(recall).flatMap((by) => (by[method][which].n === 0 ? [] : [by[method][which].share]))
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(shares.length, 1)
  }
  return {
    scenario,
    seeds,
    nights: runs.length * days,
    budget: BUDGET,
    events: runs.reduce((sum, { events }) => sum + events, 0),
    recall,
    macro: each((method) => ({
      within14: meanOver(method, 'within14'),
      byEnd: meanOver(method, 'byEnd'),
    })),
    falseAlerts: each((method) => falseAlerts(method, runs, days)),
    others: others(runs),
    seconds,
  }
}

function each<T>(of: (method: Method) => T): By<T> {
  return Object.fromEntries(METHODS.map((method) => [method, of(method)])) as By<T>
}

function caught(kind: AttackKind, method: Method, runs: readonly Run[], days: number): Caught {
  const delays = runs.flatMap(({ truth, alerts }) =>
    truth.attackers
      .filter((attacker) => attacker.kind === kind)
      .map(({ user_id, first_attack }) => {
        const first = parseTime(first_attack) as Micros
        const told = alerts[method].filter(({ user, at }) => user === user_id && at >= first).map(({ at }) => at)
        return {
          delay: told.length === 0 ? Number.POSITIVE_INFINITY : (Math.min(...told) - first) / DAY,
          left: (START + days * DAY - first) / DAY,
        }
      }),
  )
  const within = (limit: number) => {
    // an attack that began too late to be watched for so long says nothing
    const watched = delays.filter(({ left }) => left >= limit - 1)
    return shareOf(watched.filter(({ delay }) => delay <= limit).length, watched.length)
  }
  return {
    within14: within(14),
    within28: within(28),
    byEnd: shareOf(delays.filter(({ delay }) => Number.isFinite(delay)).length, delays.length),
  }
}

function falseAlerts(method: Method, runs: readonly Run[], days: number) {
  let alerts = 0
  let nights = 0
  let users = 0
  let harmless = 0
  for (const { truth, alerts: told, users: all } of runs) {
    const wrong = wrongOf(told[method], truth)
    const attackers = new Set(truth.attackers.map(({ user_id }) => user_id))
    alerts += wrong.length
    nights += new Set(wrong.map(({ at }) => Math.floor(at / DAY))).size
    users += new Set(wrong.map(({ user }) => user).filter((user) => !attackers.has(user))).size
    harmless += all - attackers.size
  }
  return {
    perNight: alerts / (runs.length * days),
    nightsWithAny: shareOf(nights, runs.length * days),
    users: shareOf(users, harmless),
  }
}

function others(runs: readonly Run[]): DetectionReport['others'] {
  let planted = 0
  let seen = 0
  const unfounded: Record<string, number> = {}
  for (const { truth, findings, addresses } of runs) {
    const about = (finding: Finding) =>
      truth.incidents.find(({ from, until }) => finding.first_seen <= until && finding.last_seen >= from)
    const told = findings.filter(({ entity_type }) => entity_type !== 'user')
    planted += truth.incidents.length
    seen += truth.incidents.filter((incident) =>
      told.some((finding) => finding.entity_id === incident.model && about(finding) === incident),
    ).length
    for (const finding of told) {
      const { entity_type, entity_id, detector } = finding
      // a slow model is slow on its routes too
      const founded =
        entity_type === 'model' || entity_type === 'route' ? about(finding) !== undefined : addresses.has(entity_id)
      if (!founded) unfounded[`${detector} (${entity_type})`] = (unfounded[`${detector} (${entity_type})`] ?? 0) + 1
    }
  }
  return { incidents: shareOf(seen, planted), unfounded }
}
