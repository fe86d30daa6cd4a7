import type { MonitorCounts, MonitorRow } from '../../core/monitor.ts'
import type { Engine } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { DAY, formatTime, HOUR, type Micros, parseTime, startOfDay, startOfHour } from '../../core/window.ts'
import { LEAST_LEARNT } from '../../stats/count-alarms.ts'
import { allRecords } from '../all-records.ts'
import { breath } from '../breath.ts'
import type { ConceptSource } from '../concepts/source.ts'
import { type ConditionParts, type Conditions, conditionsOf } from './conditions.ts'
import { episodes } from './episodes.ts'
import { endHour, eventHours, firstHour, LOOKED_BACK, matchHours, REMEMBERED } from './history.ts'
import type { MatchParts } from './matches.ts'
import { settleViolations, violatorsOn } from './policy-findings.ts'
import { countsOf, countsWrite, monitorRows, type Stored } from './rows.ts'
import { settleSurges } from './surge-findings.ts'

export interface EvaluateParts extends ConditionParts, MatchParts {
  engine: ConditionParts['engine'] &
    MatchParts['engine'] &
    Pick<Engine, 'records' | 'putRecords' | 'head' | 'finished' | 'spaces'>
  concepts: Pick<ConceptSource, 'answering'>
}

/** What changed in the store since a place in the order of records. */
interface Changes {
  /** Starts of days whose events changed, each with the place of its last change. */
  touched: readonly { day: Micros; rev: number }[]
  /** Size of the ledger afterwards: every event that touched one of them lies below it. */
  size: number
  /** Place in the ledger below which every event had been read then. */
  finished: number
  /** The space that answers; null where nothing was read yet. */
  active: string | null
  now: Micros
  signal: AbortSignal
}

/**
 * Counts every monitor that stands up to now and brings its findings to that: days whose events changed are counted again,
 * whenever they were, and an episode is told at most four weeks later. What was counted is stored last, so that a run may be
 * killed anywhere and run again with one outcome. A monitor that cannot be counted says why, and does not stop the others.
 * @returns how many were counted
 */
export async function evaluateMonitors(
  parts: EvaluateParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => {},
): Promise<{ done: number }> {
  const rows = await monitorRows(parts.engine)
  const counted = await countsOf(
    parts.engine,
    rows.map(({ key }) => key),
  )
  const rev = Math.min(...rows.map(({ key }) => counted.get(key)?.body.rev ?? 0))
  const changes = { ...(await changesSince(parts, rev)), signal }
  let done = 0
  for (const [i, { key, body: row }] of rows.entries()) {
    if (signal.aborted) break
    await evaluate(parts, row, counted.get(key) ?? null, changes)
    done++
    progress(i + 1, rows.length)
    await breath()
  }
  return { done }
}

async function changesSince({ engine, clock }: EvaluateParts, rev: number): Promise<Omit<Changes, 'signal'>> {
  // of no monitor nothing is wanted
  const records = Number.isFinite(rev)
    ? await allRecords(engine, 'touched', {}, 'rev', { ts: 0, rank: null, rev, id: '' })
    : []
  const touched = records.map(({ ts: day, rev }) => ({ day, rev }))
  // asked behind the days: whatever touched one of them had come before
  const { size } = await engine.head()
  const finished = await engine.finished()
  const active = (await engine.spaces()).find(({ state }) => state === 'active')?.space ?? null
  return { touched, size, finished, active, now: clock.now() }
}

/** How far a count is to be trusted that has just been made. */
function progressed(
  { rev, next, level }: Pick<MonitorCounts, 'rev' | 'next' | 'level'>,
  { touched, size, finished, now }: Changes,
): Pick<MonitorCounts, 'rev' | 'next' | 'level'> {
  const last = touched.at(-1)?.rev ?? rev
  // nothing was ever summed: nobody has told of days
  if (last === 0) return { rev, next, level }
  if (finished >= size) return { rev: last, next: null, level: startOfHour(now) }
  const coming = { rev: last, size, at: now }
  if (next === null) return { rev, next: coming, level }
  if (finished < next.size) return { rev, next, level }
  return { rev: next.rev, next: coming, level: startOfHour(next.at) }
}

async function evaluate(
  parts: EvaluateParts,
  row: MonitorRow,
  stored: Stored<MonitorCounts> | null,
  changes: Changes,
): Promise<void> {
  const { now } = changes
  const before = stored?.body.revision === row.revision ? stored.body : null
  const blank = before ?? nothing(row, now)
  const after = await counted(parts, row, before, blank, changes).catch((error: unknown): MonitorCounts => {
    // what is wrong with one search is told by its state
    if (error instanceof Problem && TOLD.has(error.code)) return { ...blank, state: 'broken', reason: error.message }
    throw error
  })
  if (JSON.stringify(after) === JSON.stringify(stored?.body)) return
  // where somebody saved it anew meanwhile, the next run counts that
  await parts.engine.putRecords([countsWrite(row, after, stored?.written ?? 0, now)])
}

const TOLD: ReadonlySet<string> = new Set(['BAD_REQUEST', 'NOT_FOUND', 'UNPROCESSABLE'])

const ERASED = 'an erasure took away whom or what it names: save it anew, or delete it'

/** Whether an erasure struck out a name, or the last of several. */
const isErased = (search: MonitorRow['search']): boolean => /"\[erased\]"|\[\]/.test(JSON.stringify(search))

const nothing = ({ revision, watches_from }: MonitorRow, now: Micros): MonitorCounts => ({
  revision,
  by: '',
  first: startOfDay(now),
  counts: [],
  events: [],
  judged_from: startOfHour(parseTime(watches_from) ?? now),
  rev: 0,
  next: null,
  level: 0,
  state: 'counting',
  reason: null,
  held_back: 0,
})

async function counted(
  parts: EvaluateParts,
  row: MonitorRow,
  before: MonitorCounts | null,
  blank: MonitorCounts,
  changes: Changes,
): Promise<MonitorCounts> {
  const { now } = changes
  if (row.paused) return { ...blank, state: 'paused', reason: null }
  if (isErased(row.search)) return { ...nothing(row, now), state: 'broken', reason: ERASED }
  const bound = row.tenant_id ?? undefined
  const concepts = await parts.concepts.answering({ bound, asked: row.search.tenant_id })
  const conditions = await conditionsOf(parts, row, concepts, bound)
  const filling = conditions.space !== null && conditions.space !== changes.active
  if (conditions.pending || filling) {
    const late = filling ? 'the model' : 'a concept of it'
    return { ...blank, state: 'waiting', reason: `${late} is still being brought to stored events` }
  }

  const tenant = bound ?? row.search.tenant_id
  const { days: recounted, ...hours } = await hoursOf(parts, conditions, before, changes, tenant)
  const rebegun = before !== null && before.by !== '' && before.by !== conditions.by
  const watched = parseTime(row.watches_from) ?? 0
  const judged_from = rebegun ? startOfHour(now) : blank.judged_from
  const after: MonitorCounts = {
    ...blank,
    ...hours,
    by: conditions.by,
    judged_from,
    ...progressed(blank, changes),
    reason:
      judged_from > watched ? `its concept or the model changed: it judges from ${formatTime(judged_from)} on` : null,
    state: 'watching',
    held_back: 0,
  }
  if (row.action === 'each') {
    // whoever found no room is looked for again
    const looked = blank.held_back === 0 ? recounted : daysIn(after.first, endHour(now))
    const days = looked.filter((day) => day + DAY > judged_from && day >= startOfDay(now) - LOOKED_BACK)
    const violators = await violatorsOn(parts, conditions, days, Math.max(judged_from, watched))
    return { ...after, held_back: await settleViolations(parts, row, conditions, violators, changes.signal) }
  }
  const from = Math.max(judged_from, startOfDay(now) - LOOKED_BACK)
  const told = episodes(after, row, from, judged_from, after.level)
  await settleSurges(parts, row, conditions, told, from)
  return { ...after, state: hours.counts.length <= LEAST_LEARNT ? 'learning' : 'watching' }
}

interface Hours {
  first: Micros
  counts: number[]
  events: number[]
  /** Days that were counted in this run. */
  days: Micros[]
}

/** Counts by hour up to the present one: what was counted before, with the days in it that changed. */
async function hoursOf(
  parts: EvaluateParts,
  conditions: Conditions,
  before: MonitorCounts | null,
  { touched, now, signal }: Changes,
  tenant: string | undefined,
): Promise<Hours> {
  const there = await firstHour(parts.engine, now, tenant)
  // what was counted stays when events end by retention
  const first = before === null ? there : Math.min(there, Math.max(before.first, startOfDay(now - REMEMBERED)))
  const until = endHour(now)
  const changed = new Set(touched.filter(({ rev }) => rev > (before?.rev ?? 0)).map(({ day }) => day))
  const anew = before === null || before.by !== conditions.by || first < before.first || before.counts.length === 0
  if (anew) {
    const events = await eventHours(parts.engine, tenant, first, until, signal)
    const counts = await matchHours(parts, conditions, first, events, signal)
    return { first, counts, events, days: daysIn(first, until) }
  }
  const size = Math.ceil((until - first) / HOUR)
  const skip = Math.round((first - before.first) / HOUR)
  const resized = (hours: readonly number[]) => Array.from({ length: size }, (_, at) => hours[at + skip] ?? 0)
  const counts = resized(before.counts)
  const events = resized(before.events)
  // what came before its time lies behind where the former count ended
  const ended = startOfDay(before.first + (before.counts.length - 1) * HOUR)
  const days = daysIn(first, until).filter((day) => changed.has(day) || day >= ended)
  for (const day of days) {
    const at = (day - first) / HOUR
    const ofDay = await eventHours(parts.engine, tenant, day, Math.min(day + DAY, until), signal)
    events.splice(at, ofDay.length, ...ofDay)
    counts.splice(at, ofDay.length, ...(await matchHours(parts, conditions, day, ofDay, signal)))
  }
  return { first, counts, events, days }
}

function daysIn(first: Micros, until: Micros): Micros[] {
  const days: Micros[] = []
  for (let day = first; day < until; day += DAY) days.push(day)
  return days
}
