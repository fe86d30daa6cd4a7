import type { CanaryRow } from '../../core/canary.ts'
import { type Finding, OPEN_STATUSES } from '../../core/finding.ts'
import type { Clock, Engine, EventOutline, Filter } from '../../core/ports.ts'
import type { EntityType } from '../../core/score.ts'
import { DAY, formatTime, type Micros, startOfDate } from '../../core/window.ts'
import { breath } from '../breath.ts'
import { findingId } from '../finding-id.ts'
import { scoreOf } from '../monitors/episodes.ts'
import { folded, type Violations } from '../monitors/policy-findings.ts'
import { settleFinding } from '../raise.ts'
import { canaryRows, keyOf } from './rows.ts'

/** Name of the detector in findings of canaries. */
export const CANARY_DETECTOR = 'canary'
const SEVERITY = 'high'
/** Open findings of one canary: of more, it is the canary that is everywhere. */
export const MOST_OPEN = 200
const SHOWN = 10
/** Newest events among which those of nobody are looked for. */
const LOOKED_AT = 200
/** Canaries that are asked about together. */
const TOGETHER = 100

export interface CanaryFindingParts {
  engine: Pick<Engine, 'records' | 'putRecords' | 'tally' | 'outlines'>
  clock: Clock
}

/** How a canary came up, as findings tell it. */
const SIDES = {
  canary_output: {
    title: (name: string) => `The canary ${name} was given out`,
    text: (n: number) => `${n === 1 ? 'one answer holds' : `${n} answers hold`} it`,
  },
  canary_input: {
    title: (name: string) => `The canary ${name} was sent to a model`,
    text: (n: number) =>
      `${n === 1 ? 'one prompt holds' : `${n} prompts hold`} it: whoever sent it has read it somewhere`,
  },
} as const
type Side = keyof typeof SIDES

/** Whose events they are. */
interface Teller {
  tenant_id: string | null
  user_id: string | null
}

/**
 * Brings the findings of every canary that stands to the events that are marked with it: one for each user (those that
 * name none are the canary's own) and side, until two weeks are quiet. A finding grows and never shrinks. Nothing is
 * remembered between runs, so that one may be killed anywhere and run again with one outcome.
 * @returns how many findings are new or grew
 */
export async function settleCanaries(parts: CanaryFindingParts, signal: AbortSignal): Promise<{ done: number }> {
  const rows = await canaryRows(parts.engine)
  let done = 0
  for (const side of Object.keys(SIDES) as Side[])
    for (let at = 0; at < rows.length; at += TOGETHER) {
      const some = rows.slice(at, at + TOGETHER)
      const { items } = await parts.engine.outlines({ fields: { [side]: some.map(keyOf) } }, { limit: 1 })
      for (const row of items.length === 0 ? [] : some) done += await settleOne(parts, row, side, signal)
      signal.throwIfAborted()
      await breath()
    }
  return { done }
}

async function settleOne(parts: CanaryFindingParts, row: CanaryRow, side: Side, signal: AbortSignal): Promise<number> {
  const { engine } = parts
  const filter: Filter = { fields: { [side]: keyOf(row) } }
  const byTeller = new Map<string, Teller & { days: { day: Micros; n: number }[] }>()
  for (const { key, n } of await engine.tally(['tenant_id', 'user_id', 'day'], filter)) {
    const [tenant_id = null, user_id = null, date] = key
    const day = startOfDate(date ?? '')
    if (day === null) continue
    const name = JSON.stringify([tenant_id, user_id])
    const teller = byTeller.get(name) ?? { tenant_id, user_id, days: [] }
    teller.days.push({ day, n })
    byTeller.set(name, teller)
  }
  if (byTeller.size === 0) return 0
  let room = MOST_OPEN - (await openOf(engine, row))
  let done = 0
  for (const { days, ...teller } of byTeller.values()) {
    for (const told of folded(days)) {
      const id = findingId(['canary', keyOf(row), row.made_at, side, teller.tenant_id, teller.user_id, told.first])
      const [record] = await engine.records('finding', { ids: [id] }, { order: 'ts', limit: 1 })
      const stood = record?.body as unknown as Finding | undefined
      if (stood === undefined ? room <= 0 : observedIn(stood) >= told.n) continue
      if (stood === undefined) room--
      const fresh = await findingOf(parts, { row, side, filter, id }, teller, told)
      await settleFinding(engine, fresh, ({ created_at }) => ({ ...fresh, created_at }))
      done++
    }
    signal.throwIfAborted()
    await breath()
  }
  return done
}

const observedIn = ({ evidence }: Finding): number => evidence[0]?.observed ?? 0
const monitorOf = (row: CanaryRow) => `canary:${keyOf(row)}`

async function openOf(engine: Pick<Engine, 'records'>, row: CanaryRow): Promise<number> {
  const pages = OPEN_STATUSES.map((status) =>
    engine.records('finding', { fields: { monitor: monitorOf(row), status } }, { order: 'ts', limit: MOST_OPEN }),
  )
  return (await Promise.all(pages)).reduce((sum, { length }) => sum + length, 0)
}

interface Case {
  row: CanaryRow
  side: Side
  filter: Filter
  id: string
}

async function findingOf(
  parts: CanaryFindingParts,
  { row, side, filter, id }: Case,
  teller: Teller,
  told: Violations,
): Promise<Finding> {
  const events = await eventsOf(parts, filter, teller, told)
  const now = formatTime(parts.clock.now())
  const [entity_type, entity_id]: [EntityType, string] =
    teller.user_id === null ? ['source', monitorOf(row)] : ['user', teller.user_id]
  const since = formatTime(events.at(-1)?.ts ?? told.first)
  return {
    finding_id: id,
    detector: CANARY_DETECTOR,
    monitor: monitorOf(row),
    entity_type,
    entity_id,
    tenant_id: teller.tenant_id,
    severity: SEVERITY,
    score: scoreOf(SEVERITY),
    status: 'new',
    title: SIDES[side].title(row.name),
    first_seen: since,
    last_seen: formatTime(events[0]?.ts ?? told.last),
    created_at: now,
    updated_at: now,
    evidence: [
      {
        detector: CANARY_DETECTOR,
        weight: 1,
        observed: told.n,
        expected: 0,
        since,
        event_ids: events.map(({ event_id }) => event_id),
        text: SIDES[side].text(told.n),
      },
    ],
    tags: { atlas: ['AML.T0057'], owasp: ['LLM02:2025'] },
    note: null,
  }
}

async function eventsOf(
  { engine }: CanaryFindingParts,
  filter: Filter,
  { tenant_id, user_id }: Teller,
  { first, last }: Violations,
): Promise<EventOutline[]> {
  const own: Filter = {
    since: first,
    until: last + DAY,
    ...(tenant_id === null ? {} : { tenant_id }),
    fields: { ...filter.fields, ...(user_id === null ? {} : { user_id }) },
  }
  const { items } = await engine.outlines(own, { limit: user_id === null ? LOOKED_AT : SHOWN })
  return items.filter((one) => one.user_id === user_id).slice(0, SHOWN)
}
