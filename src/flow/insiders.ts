import type { Peers } from '../core/analyst.ts'
import type { Clock, Engine, Json, Log, RecordWrite, StateRow } from '../core/ports.ts'
import { DAY, HOUR, type Micros, startOfDay } from '../core/window.ts'
import { insiderDetectors } from '../detectors/index.ts'
import { type AnalystDaysParts, auditedDays, excuses, type Worked, workedOn } from './analyst-days.ts'
import { breath } from './breath.ts'
import { type Conduct, newConduct, scoreRow, tell } from './insider-findings.ts'

export interface InsiderParts extends AnalystDaysParts {
  engine: AnalystDaysParts['engine'] & Pick<Engine, 'states' | 'slot' | 'settle'>
  clock: Clock
  log?: Log
}

/** Name under which the state of every analyst is kept, and raise its version when that changes. */
const INSIDERS = 'insiders'
const VERSION = 1
/** Time after the end of a day in which entries of it may still be on their way to the ledger. */
const GRACE: Micros = HOUR
const LEASE_MS = 60_000

/** How far the audit was worked through. */
type Place = {
  /** Start of the last day, and place in the ledger of the last entry that was counted. */
  day: Micros
  seq: number
  /** Detectors and their versions. */
  code: string
}

/**
 * Works through every UTC day of the access audit that is over, oldest first: what each analyst read, exported and searched
 * for, against what is usual for him and what the others of his tenant do. Each day is one commit of states, findings,
 * scores and the place reached, so that a run may be killed anywhere, and what comes out hangs on the audit alone. A day
 * that was done is not done again.
 * @returns how many days it worked through
 */
export async function insiders(
  parts: InsiderParts,
  signal: AbortSignal,
  progress?: (done: number, total: number) => void,
): Promise<{ done: number }> {
  const { engine, clock } = parts
  const last = startOfDay(clock.now() - GRACE) - DAY
  const [record] = await engine.records('night', { ids: [INSIDERS] }, { order: 'ts', limit: 1 })
  const stored = record?.body as Place | undefined
  const place = stored?.code === CODE ? stored : null
  if (place !== null && place.day >= last) return { done: 0 }

  const { days, reached } = await auditedDays(
    engine,
    { after: place?.seq ?? -1, from: place === null ? null : place.day + DAY, last },
    signal,
  )
  const isExcused = await excuses(parts)
  const conducts = place === null ? new Map<string, Conduct>() : await loadStates(engine)
  let version = record?.version ?? 0
  let seq = place?.seq ?? -1
  let done = 0
  for (const day of [...days.keys()].sort((a, b) => a - b)) {
    if (signal.aborted) return { done }
    const worked = await workedOn(parts, day, days.get(day) ?? new Map(), isExcused)
    seq = Math.max(seq, reached.get(day) ?? seq)
    const told = await oneDay(parts, conducts, worked, day)
    const body: Place = { day, seq, code: CODE }
    if (!(await commit(engine, day, version, body, told))) return { done }
    version++
    done++
    progress?.(done, days.size)
    await breath()
  }
  // a day of rest is over as well, and need not be asked for again
  const body: Place = { day: last, seq: Math.max(seq, ...reached.values()), code: CODE }
  if (!signal.aborted) await commit(engine, last, version, body, { states: [], records: [] })
  if (done > 0) parts.log?.info({ days: done }, 'days of analysts worked through')
  return { done }
}

const CODE = [`${INSIDERS}@${VERSION}`, ...insiderDetectors.map(({ name, version }) => `${name}@${version}`)].join(' ')

interface DayTold {
  states: StateRow[]
  records: RecordWrite[]
}

/** One winner per place: a run that was overtaken writes nothing. */
async function commit(
  engine: InsiderParts['engine'],
  day: Micros,
  version: number,
  body: Place,
  { states, records }: DayTold,
): Promise<boolean> {
  const ticket = await engine.slot(INSIDERS, `after ${version}`, LEASE_MS)
  if (typeof ticket === 'string') return false
  const place = { kind: 'night', id: INSIDERS, ts: day, entity: null, tenant_id: null, rank: null, body: body as Json }
  const settled = await engine.settle(ticket, { states, records: [...records, { record: place, expect: null }] })
  return settled === 'settled'
}

async function oneDay(
  parts: InsiderParts,
  conducts: Map<string, Conduct>,
  worked: readonly Worked[],
  day: Micros,
): Promise<DayTold> {
  const states: StateRow[] = []
  const records: RecordWrite[] = []
  for (const team of byTenant(worked)) {
    const before = team.map(({ tenant, analyst }) => conducts.get(keyOf(tenant, analyst)) ?? newConduct(day))
    const after = before.map((conduct) => ({ ...conduct, last: day, states: { ...conduct.states } }))
    for (const detector of insiderDetectors) {
      const stateOf = (conduct: Conduct) => conduct.states[detector.name] ?? detector.empty(conduct.first)
      const figures = team.map((one, i) => detector.figures(stateOf(before[i] as Conduct), one.day))
      const peers = peersOf(figures)
      for (const [i, one] of team.entries()) {
        const conduct = after[i] as Conduct
        conduct.states[detector.name] = detector.observe(stateOf(conduct), one.day, peers(i))
      }
    }
    const told = await tell(
      parts,
      team.map((one, i) => ({ ...one, conduct: after[i] as Conduct })),
    )
    records.push(...told.records)
    for (const [i, { tenant, analyst }] of team.entries()) {
      const conduct = told.conducts[i] as Conduct
      conducts.set(keyOf(tenant, analyst), conduct)
      records.push({ record: scoreRow(tenant, analyst, conduct, day, parts.clock), expect: null })
      states.push({
        detector: INSIDERS,
        entity_type: 'analyst',
        entity_id: analyst,
        tenant_id: tenant,
        version: VERSION,
        day,
        state: conduct as unknown as Json,
      })
    }
  }
  return { states, records }
}

/** Analysts of one tenant are compared with each other alone: what others do is none of its business. */
function byTenant(worked: readonly Worked[]): Worked[][] {
  const teams = new Map<string, Worked[]>()
  for (const one of worked) teams.set(one.tenant, [...(teams.get(one.tenant) ?? []), one])
  return [...teams.values()]
}

/** For each of a team, what the others of it show in every figure. */
function peersOf(figures: readonly (readonly (number | null)[])[]): (self: number) => Peers[] {
  const columns = (figures[0] ?? []).map((_, at) => {
    const values = figures.flatMap((row) => (row[at] === null || row[at] === undefined ? [] : [row[at]]))
    return values.sort((a, b) => a - b)
  })
  return (self) =>
    columns.map((all, at) => {
      const own = figures[self]?.[at]
      const found = own === null || own === undefined ? -1 : all.indexOf(own)
      const n = found === -1 ? all.length : all.length - 1
      if (n === 0) return { n, median: null, high: null }
      const other = (i: number) => all[found === -1 || i < found ? i : i + 1] as number
      const median = (other(Math.floor((n - 1) / 2)) + other(Math.floor(n / 2))) / 2
      return { n, median, high: other(Math.ceil(0.95 * n) - 1) }
    })
}

async function loadStates(engine: Pick<Engine, 'states'>): Promise<Map<string, Conduct>> {
  const conducts = new Map<string, Conduct>()
  for (const { tenant_id, entity_id, version, state } of await engine.states(INSIDERS, 'analyst'))
    if (version === VERSION) conducts.set(keyOf(tenant_id, entity_id), state as unknown as Conduct)
  return conducts
}

const keyOf = (tenant: string, analyst: string) => JSON.stringify([tenant, analyst])
