import { type Finding, isOpen } from '../../core/finding.ts'
import { type MonitorRow, monitorKey } from '../../core/monitor.ts'
import type { Clock, Engine } from '../../core/ports.ts'
import { DAY, dateOf, formatTime, type Micros, parseTime } from '../../core/window.ts'
import { allRecords } from '../all-records.ts'
import { findingId } from '../finding-id.ts'
import { settleFinding, withdrawFinding } from '../raise.ts'
import type { Conditions } from './conditions.ts'
import type { Episode } from './episodes.ts'
import { type MatchParts, newestMatches } from './matches.ts'

export const SURGE = 'monitor-surge'
export const SILENCE = 'monitor-silence'
const DETECTORS = { surge: SURGE, silence: SILENCE } as const
/** Events that are named as evidence. */
const SHOWN = 10

export interface SurgeParts extends MatchParts {
  engine: MatchParts['engine'] & Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
}

/**
 * Brings the findings of a monitor to its episodes: new ones begin, those that go on grow, and those that late events took
 * the ground from are withdrawn. Running it again changes nothing.
 * @param from start of the first hour in which one of the episodes may have begun
 */
export async function settleSurges(
  parts: SurgeParts,
  row: MonitorRow,
  conditions: Conditions,
  told: readonly Episode[],
  from: Micros,
): Promise<void> {
  const entity_id = `monitor:${row.name}`
  const standing = new Set<string>()
  for (const episode of told) {
    const fresh = await findingOf(parts, row, entity_id, conditions, episode)
    standing.add(fresh.finding_id)
    await settleFinding(parts.engine, fresh, ({ created_at }) => ({ ...fresh, created_at }))
  }
  const own = await allRecords(parts.engine, 'finding', {
    entities: [`source:${entity_id}`],
    fields: { monitor: monitorKey(row.name, row.tenant_id) },
  })
  const begun = parseTime(row.watches_from) ?? 0
  for (const record of own) {
    const finding = record.body as unknown as Finding
    // of a former search, or of before what was looked at
    const raised = parseTime(finding.created_at) ?? 0
    const began = parseTime(finding.evidence[0]?.since ?? '') ?? 0
    if (isOpen(finding) && !standing.has(record.id) && raised >= begun && began >= from + DAY)
      await withdrawFinding(parts, record)
  }
}

async function findingOf(
  parts: SurgeParts,
  row: MonitorRow,
  entity_id: string,
  conditions: Conditions,
  { kind, since, began, until, hours, observed, expected, of, score, severity }: Episode,
): Promise<Finding> {
  const detector = DETECTORS[kind]
  const events = kind === 'silence' ? [] : await newestMatches(parts, conditions, since, until, SHOWN)
  const now = formatTime(parts.clock.now())
  const last = events[0]?.ts ?? until - 1
  const all = of === undefined ? '' : ` of ${of} events`
  const many = kind === 'surge' ? `${observed}${all} came` : `only ${observed}${all} came`
  const usual = `${expected}${of === undefined ? '' : ' of so many'} are usual`
  return {
    finding_id: findingId(['monitor', row.name, row.tenant_id, row.revision, row.made_at, kind, dateOf(began)]),
    detector,
    monitor: monitorKey(row.name, row.tenant_id),
    entity_type: 'source',
    entity_id,
    tenant_id: row.tenant_id ?? row.search.tenant_id ?? null,
    severity,
    score,
    status: 'new',
    title: kind === 'surge' ? `A surge of what ${row.name} looks for` : `What ${row.name} looks for has ceased`,
    first_seen: formatTime(since),
    last_seen: formatTime(last),
    created_at: now,
    updated_at: now,
    evidence: [
      {
        detector,
        weight: 1,
        observed,
        expected,
        since: formatTime(since),
        event_ids: events.map(({ event_id }) => event_id),
        text: `${many} within ${hours === 1 ? 'an hour' : `${hours} hours`}, where ${usual} at that time of the week`,
      },
    ],
    tags: { atlas: [], owasp: [] },
    note: null,
  }
}
