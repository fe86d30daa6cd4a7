import { type Finding, observedIn } from '../../core/finding.ts'
import { type MonitorRow, monitorKey } from '../../core/monitor.ts'
import type { Clock, Engine } from '../../core/ports.ts'
import type { EntityType } from '../../core/score.ts'
import { DAY, formatTime, type Micros, parseTime, startOfDate } from '../../core/window.ts'
import { breath } from '../breath.ts'
import { findingId } from '../finding-id.ts'
import { openFindings } from '../open-findings.ts'
import { settleFinding } from '../raise.ts'
import type { Conditions } from './conditions.ts'
import { scoreOf } from './episodes.ts'
import { countMatches, type MatchParts, newestMatches, ofOne } from './matches.ts'

/** Name of the detector in findings of policies. */
export const VIOLATION = 'policy-violation'
/** Days without a violation after which a further one is another finding. */
const QUIET_DAYS = 14
/** Open findings of one policy: of more, it is the policy that is to be looked at. */
export const MOST_OPEN = 200
const SHOWN = 10
/** Newest matches among which those of nobody are looked for. */
const LOOKED_AT = 200

export interface PolicyParts extends MatchParts {
  engine: MatchParts['engine'] & Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
}

/** Whose matches are folded into one finding. */
export interface Violator {
  tenant_id: string | null
  /** Null of events that name no user: they are the policy's own. */
  user_id: string | null
}

/** Violations of one user, one after the other without a long pause. */
export interface Violations {
  /** Starts of the first and the last day with one. */
  first: Micros
  last: Micros
  n: number
}

/** Users with a match in one of some days. */
export async function violatorsOn(
  parts: MatchParts,
  conditions: Conditions,
  days: readonly Micros[],
  from: Micros,
): Promise<Violator[]> {
  const found = new Map<string, Violator>()
  for (const day of days) {
    if (day + DAY <= from) continue
    const rows = await countMatches(parts, conditions, ['tenant_id', 'user_id'], Math.max(day, from), day + DAY)
    for (const { key } of rows) {
      const [tenant_id = null, user_id = null] = key
      found.set(JSON.stringify(key), { tenant_id, user_id })
    }
  }
  return [...found.values()]
}

/** Violations by day, as findings fold them. */
export function folded(days: readonly { day: Micros; n: number }[]): Violations[] {
  const told: Violations[] = []
  for (const { day, n } of days.toSorted((a, b) => a.day - b.day)) {
    const open = told.at(-1)
    if (open === undefined || day - open.last > QUIET_DAYS * DAY) told.push({ first: day, last: day, n })
    else {
      open.last = day
      open.n += n
    }
  }
  return told
}

/**
 * Brings the findings of some users to what they did since a policy stands. A finding grows, and never shrinks: events end
 * by retention, what they proved does not. Running it again changes nothing.
 * @returns how many findings found no room
 */
export async function settleViolations(
  parts: PolicyParts,
  row: MonitorRow,
  conditions: Conditions,
  violators: readonly Violator[],
  signal: AbortSignal,
): Promise<number> {
  let room = MOST_OPEN - (await openOf(parts.engine, row))
  let heldBack = 0
  const from = parseTime(row.watches_from) ?? 0
  for (const violator of violators) {
    const own = ofOne(conditions, {
      ...(violator.tenant_id === null ? {} : { tenant_id: violator.tenant_id }),
      ...(violator.user_id === null ? {} : { user_id: violator.user_id }),
    })
    const until = parts.clock.now() + DAY
    const by = violator.user_id === null ? ['day', 'user_id'] : ['day']
    const rows = (await countMatches(parts, own, by, from, until)).filter(({ key }) => (key[1] ?? null) === null)
    const days = rows.flatMap(({ key, n }) => {
      const day = startOfDate(key[0] ?? '')
      return day === null ? [] : [{ day, n }]
    })
    for (const violations of folded(days)) {
      const id = idOf(row, violator, violations)
      const [record] = await parts.engine.records('finding', { ids: [id] }, { order: 'ts', limit: 1 })
      const stood = record?.body as unknown as Finding | undefined
      if (stood === undefined && room <= 0) heldBack++
      else if (stood === undefined || stood.severity !== severityOf(row) || observedIn(stood) < violations.n) {
        if (stood === undefined) room--
        const fresh = await findingOf(parts, row, own, violator, violations, from)
        await settleFinding(parts.engine, fresh, (before) => grown(before, fresh))
      }
    }
    signal.throwIfAborted()
    await breath()
  }
  return heldBack
}

/** How many findings of a policy somebody has still to see to; counted no further than there is room. */
export async function openOf(
  engine: Pick<Engine, 'records'>,
  { name, tenant_id }: Pick<MonitorRow, 'name' | 'tenant_id'>,
) {
  const monitor = monitorKey(name, tenant_id)
  return (await openFindings(engine, { monitor }, { limit: MOST_OPEN })).length
}

function grown(before: Finding, fresh: Finding): Finding {
  return observedIn(fresh) >= observedIn(before)
    ? { ...fresh, created_at: before.created_at }
    : { ...before, severity: fresh.severity, score: fresh.score }
}

const severityOf = ({ severity }: MonitorRow) => severity ?? 'medium'

/** The same for ever: the policy as it was saved, whose violations, and the first day of them. */
const idOf = (
  { name, tenant_id: of, made_at, revision }: MonitorRow,
  { tenant_id, user_id }: Violator,
  { first }: Violations,
): string => findingId(['policy', name, of, made_at, revision, tenant_id, user_id, first])

async function findingOf(
  parts: PolicyParts,
  row: MonitorRow,
  own: Conditions,
  violator: Violator,
  violations: Violations,
  from: Micros,
): Promise<Finding> {
  const { tenant_id, user_id } = violator
  const { first, last, n } = violations
  const limit = user_id === null ? LOOKED_AT : SHOWN
  const matches = await newestMatches(parts, own, Math.max(first, from), last + DAY, limit)
  const events = user_id === null ? matches.filter((one) => one.user_id === null).slice(0, SHOWN) : matches
  const now = formatTime(parts.clock.now())
  const severity = severityOf(row)
  const [entity_type, entity_id]: [EntityType, string] =
    user_id === null ? ['source', `monitor:${row.name}`] : ['user', user_id]
  return {
    finding_id: idOf(row, violator, violations),
    detector: VIOLATION,
    monitor: monitorKey(row.name, row.tenant_id),
    entity_type,
    entity_id,
    tenant_id,
    severity,
    score: scoreOf(severity),
    status: 'new',
    title: `Violations of the policy ${row.name}`,
    first_seen: formatTime(Math.max(first, from)),
    last_seen: formatTime(events[0]?.ts ?? last),
    created_at: now,
    updated_at: now,
    evidence: [
      {
        detector: VIOLATION,
        weight: 1,
        observed: n,
        expected: 0,
        since: formatTime(Math.max(first, from)),
        event_ids: events.map(({ event_id }) => event_id),
        text: `${n === 1 ? 'one event is' : `${n} events are`} what the policy ${row.name} forbids`,
      },
    ],
    tags: { atlas: [], owasp: [] },
    note: null,
  }
}
