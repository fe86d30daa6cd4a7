import type { Detector } from '../core/detector.ts'
import type { Engine, Json, Rollup } from '../core/ports.ts'
import type { EntityType } from '../core/score.ts'
import { HOUR, hourOfWeek, type Micros, startOfHour } from '../core/window.ts'
import { detectors } from '../detectors/index.ts'
import { emptyHourProfile, usualAt, withHour } from '../stats/hour-profile.ts'
import { decodeSketch, emptySketch, mergeInto, quantileOf } from '../stats/sketch.ts'
import { type Doubted, NOTHING_DOUBTED } from './doubted-hours.ts'
import { ENTITY_FIELDS, FAST_S } from './rollup.ts'
import { type Entity, keyOf, type Population } from './watched.ts'

const FAST_US = FAST_S * 1_000_000
/** Failed logins that are read one by one to find five that straddle two windows. */
const FEW = 50
/** Failed logins in five minutes that may be a burst at all. */
const LEAST_FAILURES = 5

/** Metrics that are told by their number alone. */
const COUNTS: ReadonlySet<string> = new Set(['sensitive_output', 'sensitive_input'])

export const fastDetectors = detectors.filter(({ period }) => period === FAST_S)

/** Entity types and metrics that the fast rules read. */
export const FAST_READS: readonly { type: EntityType; metric: string }[] = fastDetectors.flatMap(
  ({ entities, metric }) => entities.map((type) => ({ type, metric })),
)

/**
 * Shows the five-minute roll-ups of one metric of one day to the rules that read it, in order of time.
 * @returns the entities about which a rule had something new to say, with its name
 */
export async function observeFast(
  engine: Pick<Engine, 'events'>,
  population: Population,
  metric: string,
  day: Micros,
  rows: readonly Rollup[],
  doubted: Doubted = NOTHING_DOUBTED,
): Promise<{ entity: Entity; detector: Detector }[]> {
  const alarms: { entity: Entity; detector: Detector }[] = []
  const watching = fastDetectors.filter((d) => d.metric === metric && d.entities.includes(population.type))
  for (const own of byEntity(rows)) {
    const entity = population.meet(
      own[0] as Rollup,
      (own[0] as Rollup).start,
      (own.at(-1) as Rollup).start + FAST_US - 1,
    )
    const windows =
      metric === 'auth_failures'
        ? await failures(engine, entity, own, day)
        : COUNTS.has(metric)
          ? own.map(({ start, n }) => ({ at: start, observed: n, usual: null, n }))
          : againstHours(entity, metric, own, doubted)
    for (const detector of watching) {
      const before = entity.watch.states[detector.name] ?? detector.empty()
      const after = windows.reduce<Json>((state, window) => detector.observe(state, window), before)
      const { watch } = entity
      entity.watch = {
        ...watch,
        states: { ...watch.states, [detector.name]: after },
        // a rule that looked and saw nothing does not keep old evidence alive
        seen: isNews(detector, before, after) ? { ...watch.seen, [detector.name]: day } : watch.seen,
      }
      if (isNews(detector, before, after)) alarms.push({ entity, detector })
    }
  }
  return alarms
}

function isNews(detector: Detector, before: Json, after: Json): boolean {
  const score = detector.score(after)
  if (score === 0) return false
  return detector.score(before) !== score || detector.explain(before).since !== detector.explain(after).since
}

/** Rows of each entity, in order of time. */
function byEntity(rows: readonly Rollup[]): Rollup[][] {
  const groups = new Map<string, Rollup[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  for (const group of groups.values()) group.sort((a, b) => a.start - b.start)
  return [...groups.values()]
}

/** Each window against its hour of week; the entity's hours are learnt as they end, save doubted ones. Latency by median, the rest by mean. */
function againstHours(entity: Entity, metric: string, rows: readonly Rollup[], doubted: Doubted) {
  let profile = entity.watch.hours[metric] ?? emptyHourProfile()
  const windows = []
  for (let i = 0; i < rows.length; ) {
    const hour = startOfHour((rows[i] as Rollup).start)
    const usual = usualAt(profile, hourOfWeek(hour))
    const whole = emptySketch()
    let n = 0
    let total = 0
    for (; i < rows.length && (rows[i] as Rollup).start < hour + HOUR; i++) {
      const row = rows[i] as Rollup
      const sketch = decodeSketch(row.sketch)
      const observed = metric === 'latency_ms' ? (quantileOf(sketch, 0.5) ?? 0) : row.total / row.n
      const against = usual === null || usual <= 0 ? null : { median: usual, spread: 0.25, doubt: 0 }
      windows.push({ at: row.start, observed, usual: against, n: row.n })
      mergeInto(whole, sketch)
      n += row.n
      total += row.total
    }
    const value = metric === 'latency_ms' ? (quantileOf(whole, 0.5) ?? 0) : total / n
    if (value > 0 && !doubted.hour(rows[0] as Rollup, hour)) profile = withHour(profile, hourOfWeek(hour), value)
  }
  entity.watch = { ...entity.watch, hours: { ...entity.watch.hours, [metric]: profile } }
  return windows
}

/** Most failed logins within any five minutes that end in each window: of the window, or across its start where both sides are few. */
async function failures(engine: Pick<Engine, 'events'>, entity: Entity, rows: readonly Rollup[], day: Micros) {
  const windows = []
  for (const [i, { start, n }] of rows.entries()) {
    const before = rows[i - 1]
    // what lies before midnight is in another day's rows
    const beside = start === day ? LEAST_FAILURES : before?.start === start - FAST_US ? before.n : 0
    const few = beside > 0 && beside + n >= LEAST_FAILURES && beside + n <= FEW
    const across = few ? mostWithin(await failureTimes(engine, entity, start), FAST_US, start) : 0
    windows.push({ at: start, observed: Math.max(n, across), usual: null, n })
  }
  return windows
}

async function failureTimes(engine: Pick<Engine, 'events'>, entity: Entity, start: Micros): Promise<Micros[]> {
  const field = ENTITY_FIELDS[entity.type as keyof typeof ENTITY_FIELDS]
  const { items } = await engine.events(
    {
      since: start - FAST_US,
      until: start + FAST_US,
      tenant_id: entity.tenant,
      fields: { event_type: 'auth.failure', [field]: entity.id },
    },
    { limit: 2 * FEW },
  )
  return items.map(({ ts }) => ts).sort((a, b) => a - b)
}

/** Most of the ascending times within any span of a length that ends at or after `from`. */
function mostWithin(times: readonly Micros[], span: Micros, from: Micros): number {
  let most = 0
  let first = 0
  for (const [i, time] of times.entries()) {
    while (time - (times[first] as Micros) > span) first++
    if (time >= from) most = Math.max(most, i - first + 1)
  }
  return most
}
