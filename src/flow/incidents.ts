import type { Detector } from '../core/detector.ts'
import type { Engine } from '../core/ports.ts'
import { ENTITY_TYPES } from '../core/score.ts'
import { DAY, type Micros, startOfDay } from '../core/window.ts'
import { dailyDetectors } from './daily.ts'
import { findingId } from './finding-id.ts'
import { reasonOf } from './risk.ts'
import { ENTITY_FIELDS } from './rollup.ts'
import type { Entity, Incident, Reason } from './watched.ts'

/** Score from which an entity is worth a finding. */
export const RAISE_AT = 40
/** Nights below that line after which a new rise is a new incident. */
const QUIET_DAYS = 14
/** A rule that speaks again after a whole day's pause tells of something new. */
const FAST_QUIET_DAYS = 1
/** Events by which an incident of a key, agent or tenant is compared with those of its users. */
const SAMPLE = 50

const isDaily = new Set(dailyDetectors.map(({ name }) => name))

/** An incident as it stood after a night, and whose it is. */
export interface Told {
  entity: Entity
  incident: Incident
}

/**
 * Adds a night to the incidents that are open, and raises new ones: the highest scores of 40 or more, as many as the
 * budget allows. What found no room is looked at again the next night. A key, agent or tenant most of whose events come
 * from users with an open incident is the same story, and takes no room.
 */
export async function tellRisks(
  engine: Pick<Engine, 'events'>,
  entities: readonly Entity[],
  day: Micros,
  budget: number,
): Promise<Told[]> {
  const told: Told[] = []
  const waiting: Entity[] = []
  for (const entity of entities) {
    const { score, reasons, incidents } = entity.watch
    const leading = reasons[0]
    if (score < RAISE_AT || leading === undefined || !isDaily.has(leading.detector)) continue
    const open = incidents.risk
    if (open === undefined || day - open.last > QUIET_DAYS * DAY) waiting.push(entity)
    else told.push(goOn(entity, 'risk', open, day, score, reasons))
  }
  const order = (a: Entity, b: Entity) =>
    b.watch.score - a.watch.score ||
    ENTITY_TYPES.indexOf(a.type) - ENTITY_TYPES.indexOf(b.type) ||
    compare(a.tenant, b.tenant) ||
    compare(a.id, b.id)
  // users first: whether another entity only mirrors them can then be told
  const users = waiting.filter(({ type }) => type === 'user').sort(order)
  const others = waiting.filter(({ type }) => type !== 'user').sort(order)
  const suspects = new Set(
    entities.flatMap(({ type, tenant, id, watch }) => {
      const open = watch.incidents.risk
      return type === 'user' && open !== undefined && day - open.last <= QUIET_DAYS * DAY ? [mark(tenant, id)] : []
    }),
  )
  for (const { tenant, id } of users) suspects.add(mark(tenant, id))
  let room = budget
  for (const entity of [...users, ...others]) {
    if (room === 0) break
    if (entity.type !== 'user' && (await mirrors(engine, entity, day, suspects))) continue
    room--
    const { score, reasons } = entity.watch
    told.push(begin(entity, 'risk', (reasons[0] as Reason).detector, day, score, reasons))
  }
  return told
}

/** Whether an incident of a fast rule is open that a further alarm goes on with. */
export function isOpen({ watch }: Entity, { name }: Detector, day: Micros): boolean {
  const open = watch.incidents[name]
  return open !== undefined && day - open.last <= FAST_QUIET_DAYS * DAY
}

/** Raises or goes on with what a fast rule found; outside the budget, because it cannot wait. */
export function tellAlarm(entity: Entity, detector: Detector, day: Micros): Told {
  const state = entity.watch.states[detector.name] ?? detector.empty()
  const score = Math.round(1000 * detector.score(state)) / 10
  const reasons = [reasonOf(entity, detector, 1)]
  const open = entity.watch.incidents[detector.name]
  return open !== undefined && isOpen(entity, detector, day)
    ? goOn(entity, detector.name, open, day, score, reasons)
    : begin(entity, detector.name, detector.name, day, score, reasons)
}

function begin(entity: Entity, key: string, detector: string, day: Micros, score: number, reasons: Reason[]): Told {
  const first = startOfDay(reasons[0]?.since ?? day)
  const finding_id = idOf(detector, entity, first)
  return put(entity, key, { finding_id, detector, first, raised: day, last: day, worst: day, score, reasons })
}

function goOn(entity: Entity, key: string, open: Incident, day: Micros, score: number, reasons: Reason[]): Told {
  const worse = score > open.score ? { worst: day, score, reasons } : {}
  return put(entity, key, { ...open, last: day, ...worse })
}

function put(entity: Entity, key: string, incident: Incident): Told {
  entity.watch = { ...entity.watch, incidents: { ...entity.watch.incidents, [key]: incident } }
  return { entity, incident }
}

/** The same for ever, whatever order events came in: detector, entity and first day name a finding. */
function idOf(detector: string, { type, tenant, id }: Entity, first: Micros): string {
  return findingId([detector, type, tenant, id, first])
}

/** Whether most events of an entity on a day (those with the given fields) come from suspected users, see `mark`. */
export async function mirrors(
  engine: Pick<Engine, 'events'>,
  { type, tenant, id }: Entity,
  day: Micros,
  suspects: ReadonlySet<string>,
  only: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  if (suspects.size === 0) return false
  const field = ENTITY_FIELDS[type as keyof typeof ENTITY_FIELDS]
  const fields = { ...only, ...(type === 'tenant' ? {} : { [field]: id }) }
  const { items } = await engine.events({ since: day, until: day + DAY, tenant_id: tenant, fields }, { limit: SAMPLE })
  const theirs = items.filter(({ event }) => event.user_id !== undefined && suspects.has(mark(tenant, event.user_id)))
  return theirs.length * 2 >= Math.max(items.length, 1)
}

/** A user among suspects. */
export const mark = (tenant: string, id: string) => JSON.stringify([tenant, id])
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
