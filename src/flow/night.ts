import type { Clock, Engine, Json, Log, StateRow } from '../core/ports.ts'
import { ENTITY_TYPES, type EntityType } from '../core/score.ts'
import { DAY, type Micros, startOfDay } from '../core/window.ts'
import { breath } from './breath.ts'
import { planNights } from './calendar.ts'
import { DAILY_METRICS, dailyDetectors, dayRows, observeDay } from './daily.ts'
import { doubtedHours } from './doubted-hours.ts'
import { FAST_READS, observeFast } from './fast.ts'
import { isOpen, mark, mirrors, type Told, tellAlarm, tellRisks } from './incidents.ts'
import { raise } from './raise.ts'
import { calibrate, note, riskOf } from './risk.ts'
import { FAST_S } from './rollup.ts'
import { writeScores } from './score-records.ts'
import { type Entity, keyOf, Population, WATCH_VERSION, type Watch } from './watched.ts'

export interface NightParts {
  engine: Pick<Engine, 'rollups' | 'states' | 'events' | 'records' | 'putRecords' | 'slot' | 'settle'>
  clock: Clock
  log?: Log
  /** Incidents of entity risk that a night may raise; default 5. Fast rules are apart. */
  budget?: number
}

const BUDGET = 5
/** Name under which the state of every entity is kept. */
const NIGHT = 'night'
/** Entities between two breaths, so that whoever shares the thread waits some milliseconds at most. */
const TURN = 200
const LEASE_MS = 10_000
const DAILY_TYPES = [...new Set(dailyDetectors.flatMap(({ entities }) => entities))]

/**
 * Works through every UTC day that has events, in order of event time, from the roll-ups alone. What comes out depends
 * on the events and not on when they came in or how often a run was killed: days that late events touched are worked
 * through again, from stored states where these are older than that, else from the first day on. Nothing of a run is
 * stored before its last day is done, the findings first, the place last.
 * @returns how many days it worked through; 0 where nothing has changed
 */
export async function nights(
  parts: NightParts,
  signal: AbortSignal,
  progress?: (done: number, total: number) => void,
): Promise<{ done: number }> {
  const { engine, clock } = parts
  const plan = await planNights(engine, startOfDay(clock.now()))
  if (plan === null) return { done: 0 }

  const populations = new Map(ENTITY_TYPES.map((type) => [type, new Population(type)]))
  if (plan.resume) await loadStates(engine, populations)
  const run: Run = { parts, populations, evaluated: new Set(), told: new Map() }
  let states: StateRow[] | null = null
  let done = 0
  for (const day of plan.days) {
    if (signal.aborted) return { done: 0 }
    await oneNight(run, day)
    if (day === plan.snapshot) states = statesOf(run.evaluated, day)
    done += 1
    progress?.(done, plan.days.length)
  }

  await raise(parts, [...run.told.values()], plan.days[0] as Micros)
  await writeScores(engine, clock, run.evaluated, plan.days.at(-1) as Micros)
  if (signal.aborted) return { done: 0 }
  // one winner per place: a run that was overtaken stores no older states
  const ticket = await engine.slot('detect', `after ${plan.version}`, LEASE_MS)
  if (typeof ticket === 'string') return { done: 0 }
  const settled = await engine.settle(ticket, {
    ...(states === null ? {} : { states }),
    records: [{ record: plan.reached, expect: null }],
  })
  parts.log?.info({ days: plan.days.length, incidents: run.told.size, settled }, 'nights worked through')
  return { done: settled === 'settled' ? plan.days.length : 0 }
}

interface Run {
  parts: NightParts
  populations: ReadonlyMap<EntityType, Population>
  /** Every entity that some night of this run looked at. */
  evaluated: Set<Entity>
  /** Findings that some night of this run began or went on with. */
  told: Map<string, Told>
}

async function oneNight(run: Run, day: Micros): Promise<void> {
  const { engine, budget } = run.parts
  const span = { since: day, until: day + DAY }
  const doubted = await doubtedHours(engine, day, day + DAY)
  const alarms: Parameters<typeof tellAlarm>[] = []
  for (const { type: entity_type, metric } of FAST_READS) {
    const rows = await engine.rollups({ period: FAST_S, entity_type, metric, ...span })
    const population = populationOf(run, entity_type)
    for (const { entity, detector } of await observeFast(engine, population, metric, day, rows, doubted))
      alarms.push([entity, detector, day])
    for (const row of rows) {
      const entity = population.members.get(keyOf(row))
      if (entity !== undefined) run.evaluated.add(entity)
    }
    await breath()
  }

  const atRisk: Entity[] = []
  for (const [type, population] of run.populations) {
    const active = new Set<Entity>()
    for (const metric of DAILY_TYPES.includes(type) ? DAILY_METRICS : []) {
      const rows = await engine.rollups({ period: 3600, entity_type: type, metric, ...span })
      for (const entity of await observeDay(population, metric, day, await dayRows(rows), doubted)) active.add(entity)
    }
    const calibration = calibrate([...active], day)
    let n = 0
    for (const entity of population.members.values()) {
      const { watch } = entity
      const alarmed = Object.values(watch.seen).includes(day)
      if (watch.score === 0 && !alarmed && !active.has(entity)) continue
      note(entity, day, riskOf(entity, calibration, day))
      run.evaluated.add(entity)
      if (entity.watch.score > 0) atRisk.push(entity)
      if (++n % TURN === 0) await breath()
    }
  }

  for (const told of [
    ...(await tellAlarms(engine, alarms)),
    ...(await tellRisks(engine, atRisk, day, budget ?? BUDGET)),
  ])
    run.told.set(told.incident.finding_id, told)
}

/** What the fast rules found, as far as each has room. Failures of an address or key that only mirror one user's are told of the user. */
async function tellAlarms(engine: NightParts['engine'], alarms: Parameters<typeof tellAlarm>[]): Promise<Told[]> {
  const told: Told[] = []
  const users = new Set(alarms.flatMap(([{ type, tenant, id }]) => (type === 'user' ? [mark(tenant, id)] : [])))
  const strength = ([{ watch }, detector]: (typeof alarms)[number]) =>
    detector.score(watch.states[detector.name] ?? null)
  const begun = new Map<string, number>()
  for (const [entity, detector, day] of alarms.toSorted((a, b) => strength(b) - strength(a))) {
    if (!isOpen(entity, detector, day)) {
      const n = begun.get(detector.name) ?? 0
      if (n >= (detector.room ?? Infinity)) continue
      begun.set(detector.name, n + 1)
    }
    const only = { event_type: 'auth.failure' }
    const login = detector.metric === 'auth_failures' && entity.type !== 'user'
    if (login && (await mirrors(engine, entity, day, users, only))) continue
    told.push(tellAlarm(entity, detector, day))
  }
  return told
}

async function loadStates(engine: Pick<Engine, 'states'>, populations: Run['populations']): Promise<void> {
  for (const [type, population] of populations) {
    for (const row of await engine.states(NIGHT, type)) {
      const watch = row.state as unknown as Watch
      population.meet(row, watch.first, watch.last).watch = watch
    }
    await breath()
  }
}

function statesOf(entities: ReadonlySet<Entity>, day: Micros): StateRow[] {
  return Array.from(entities, ({ type, id, tenant, watch }) => ({
    detector: NIGHT,
    entity_type: type,
    entity_id: id,
    tenant_id: tenant,
    version: WATCH_VERSION,
    day,
    state: watch as unknown as Json,
  }))
}

function populationOf(run: Run, type: EntityType): Population {
  return run.populations.get(type) as Population
}
