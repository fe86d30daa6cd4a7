import type { Baseline } from '../core/baseline.ts'
import type { Engine, Rollup } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { EntityType } from '../core/score.ts'
import { formatTime, HOUR, hourOfWeek, type Micros, startOfDay } from '../core/window.ts'
import type { Redactor } from '../redactors/index.ts'
import { mad, median, quantiles, weightedMad, weightedMedian } from '../stats/robust.ts'
import {
  decodeSketch,
  emptySketch,
  mergeInto,
  quantileOf,
  quantilesOf,
  type Sketch,
  valuesOf,
} from '../stats/sketch.ts'
import { type Doubted, doubtedHours } from './doubted-hours.ts'
import { ENTITY_FIELDS } from './rollup.ts'

export interface BaselineParts {
  engine: Pick<Engine, 'rollups' | 'tally' | 'records'>
  /** Turns what somebody asks by into what is stored; without one, ids are taken as they stand. */
  redactor?: Pick<Redactor, 'forms'>
}

export interface BaselinesAsk {
  /** A measure (`latency_ms`, …), `volume`, `error_rate`, `refusal_rate`, `redacted.TYPE` (values that the redactor took out, of users and tenants), or the name of a `metric` event. */
  metric: string
  group: EntityType
  /** One entity; absent: all of the group, by id. */
  id?: string
  tenant_id?: string
  /** 1 to 200; default 50. Entities without the metric take a place on the page and are left out. */
  limit?: number
  cursor?: string
}

/** A baseline is ready after this many days, or events, whichever comes first. */
const READY_DAYS = 14
const READY_EVENTS = 40
const LARGEST_PAGE = 200
const HOUR_S = 3600
const AT = [0.05, 0.25, 0.75, 0.95, 0.99]

/** Shares of events, by the count that they are a share of. */
const RATES: ReadonlyMap<string, string> = new Map([
  ['error_rate', 'errors'],
  ['refusal_rate', 'refusals'],
])

/**
 * Robust profiles of a metric by entity, from the hourly roll-ups of all time, save the hours that a second witness
 * contradicts (flow/reconcile.ts).
 *
 * - A measure: of single events, each number within 1 %.
 * - A count (`volume`, `refusals`, `redacted.TYPE`): per hour, over the hours that had any.
 * - `error_rate`, `refusal_rate`: shares per day, over the days that had any event; by hour of week the pooled share.
 *
 * `n` counts events in each case. Without a tenant, entities of the same name in several tenants are one.
 * Throws BAD_REQUEST for a group without baselines, a limit out of bounds, a cursor that is none.
 */
export async function baselines(
  { engine, redactor }: BaselineParts,
  ask: BaselinesAsk,
): Promise<{ items: Baseline[]; next_cursor: string | null }> {
  const field = ENTITY_FIELDS[ask.group as keyof typeof ENTITY_FIELDS]
  if (field === undefined) throw new Problem('BAD_REQUEST', `there are no baselines of the group ${ask.group}`)
  const limit = ask.limit ?? 50
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE)
    throw new Problem('BAD_REQUEST', `limit is a whole number from 1 to ${LARGEST_PAGE}`)
  const ids =
    ask.id === undefined
      ? await idsAfter(engine, field, ask, limit + 1)
      : (redactor?.forms(field, ask.id, ask.tenant_id) ?? [ask.id])
  const doubted = await doubtedHours(engine, 0, Number.MAX_SAFE_INTEGER)
  const items: Baseline[] = []
  for (const id of ask.id === undefined ? ids.slice(0, limit) : ids) {
    const baseline = await baselineOf(engine, doubted, ask, id)
    if (baseline !== null) items.push(baseline)
  }
  const last = ids[limit - 1]
  return {
    items,
    next_cursor: ask.id === undefined && ids.length > limit && last !== undefined ? writePlace(last) : null,
  }
}

async function idsAfter(engine: Pick<Engine, 'tally'>, field: string, ask: BaselinesAsk, n: number): Promise<string[]> {
  const after = ask.cursor === undefined ? null : readPlace(ask.cursor)
  const rows = await engine.tally([field], ask.tenant_id === undefined ? {} : { tenant_id: ask.tenant_id })
  const ids = rows.flatMap(({ key: [id] }) => (id === null || id === undefined || id === '' ? [] : [id]))
  return [...new Set(ids)]
    .sort()
    .filter((id) => after === null || id > after)
    .slice(0, n)
}

async function baselineOf(engine: Pick<Engine, 'rollups'>, doubted: Doubted, ask: BaselinesAsk, entity_id: string) {
  const { group, tenant_id } = ask
  const read = async (metric: string) => {
    const tenant = tenant_id === undefined ? {} : { tenant_id }
    const rows = await engine.rollups({ period: HOUR_S, entity_type: group, entity_id, metric, ...tenant })
    return rows.filter((row) => !doubted.hour(row, row.start))
  }
  const counted = RATES.get(ask.metric)
  const rows = await read(counted === undefined ? ask.metric : 'volume')
  if (rows.length === 0) return null
  const shape =
    counted !== undefined
      ? ofShares(rows, await read(counted))
      : rows.every(({ sketch }) => sketch.length === 0)
        ? ofCounts(rows)
        : ofValues(rows)
  if (shape === null) return null
  const starts = rows.map(({ start }) => start)
  const since = starts.reduce((a, b) => Math.min(a, b))
  const until = starts.reduce((a, b) => Math.max(a, b)) + HOUR
  const days = new Set(starts.map(startOfDay)).size
  const n = rows.reduce((sum, row) => sum + row.n, 0)
  const baseline: Baseline = {
    metric: ask.metric,
    entity_type: group,
    entity_id,
    state: days >= READY_DAYS || n >= READY_EVENTS ? 'ready' : 'learning',
    n,
    days,
    ...shape,
    since: formatTime(since),
    until: formatTime(until),
  }
  return baseline
}

type Shape = Pick<Baseline, 'median' | 'mad' | 'quantiles' | 'hour_of_week'>

/** Of single events, from their sketches. */
function ofValues(rows: readonly Rollup[]): Shape | null {
  const whole = emptySketch()
  const hours: (Sketch | null)[] = Array(168).fill(null)
  const counts: number[] = Array(168).fill(0)
  for (const { start, sketch, n } of rows) {
    const part = decodeSketch(sketch)
    mergeInto(whole, part)
    const hour = hourOfWeek(start)
    hours[hour] = mergeInto(hours[hour] ?? emptySketch(), part)
    counts[hour] = (counts[hour] ?? 0) + n
  }
  const values = valuesOf(whole)
  const middle = weightedMedian(values)
  if (middle === null) return null
  return {
    median: middle,
    mad: weightedMad(values) ?? 0,
    quantiles: named(quantilesOf(whole, AT)),
    hour_of_week: hours.map((sketch, hour) =>
      sketch === null ? null : { n: counts[hour] ?? 0, median: quantileOf(sketch, 0.5) ?? 0 },
    ),
  }
}

/** Events per hour. Rows of several tenants for one hour are added. */
function ofCounts(rows: readonly Rollup[]): Shape | null {
  const hours = new Map<Micros, number>()
  for (const { start, n } of rows) hours.set(start, (hours.get(start) ?? 0) + n)
  const week: number[][] = Array.from({ length: 168 }, () => [])
  for (const [start, n] of hours) week[hourOfWeek(start)]?.push(n)
  return {
    ...ofNumbers([...hours.values()]),
    hour_of_week: week.map((counts) =>
      counts.length === 0 ? null : { n: counts.reduce((a, b) => a + b, 0), median: median(counts) ?? 0 },
    ),
  }
}

/** Shares per day, and pooled by hour of week. */
function ofShares(all: readonly Rollup[], some: readonly Rollup[]): Shape {
  const days = new Map<Micros, { all: number; some: number }>()
  const week = Array.from({ length: 168 }, () => ({ all: 0, some: 0 }))
  for (const [rows, of] of [
    [all, 'all'],
    [some, 'some'],
  ] as const)
    for (const { start, n } of rows) {
      const day = days.get(startOfDay(start)) ?? { all: 0, some: 0 }
      day[of] += n
      days.set(startOfDay(start), day)
      const hour = week[hourOfWeek(start)]
      if (hour !== undefined) hour[of] += n
    }
  const share = (part: { all: number; some: number }) => (part.all === 0 ? 0 : part.some / part.all)
  return {
    ...ofNumbers([...days.values()].map(share)),
    hour_of_week: week.map((hour) => (hour.all === 0 ? null : { n: hour.all, median: share(hour) })),
  }
}

function ofNumbers(values: readonly number[]): Omit<Shape, 'hour_of_week'> {
  return { median: median(values) ?? 0, mad: mad(values) ?? 0, quantiles: named(quantiles(values, AT)) }
}

function named(values: readonly number[] | null): Baseline['quantiles'] {
  const [p05 = 0, p25 = 0, p75 = 0, p95 = 0, p99 = 0] = values ?? []
  return { p05, p25, p75, p95, p99 }
}

const writePlace = (id: string) => Buffer.from(JSON.stringify(['baselines', id])).toString('base64url')

function readPlace(cursor: string): string {
  try {
    const [tag, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (tag === 'baselines' && typeof id === 'string') return id
  } catch {
    // falls through to the one answer there is for a bad cursor
  }
  throw new Problem('BAD_REQUEST', 'the cursor is none of ours; begin without one')
}
