import type { RedactedEvent } from '../core/event.ts'
import type { Engine, Filter, StoredEvent } from '../core/ports.ts'
import type { Evidence } from '../core/score.ts'
import { sensitiveIn } from '../core/sensitive.ts'
import { DAY, formatTime, type Micros, startOfDay } from '../core/window.ts'
import { detectors } from '../detectors/index.ts'
import { ENTITY_FIELDS, FAST_S } from './rollup.ts'
import type { Entity, Reason } from './watched.ts'

/** Events that a reader is shown, and that they are chosen from. */
const SHOWN = 10
const CHOSEN_FROM = 200
/** Pages of so many events that are gone through for those that a rare count is of. */
const MOST_PAGES = 25

/**
 * The reasons of a score with the events to read first: those that weigh most in the detector's metric, or where it
 * counts events, the newest. `until` is the end of what the reasons speak of.
 */
export async function evidenceOf(
  engine: Pick<Engine, 'events'>,
  entity: Entity,
  reasons: readonly Reason[],
  until: Micros,
): Promise<Evidence[]> {
  const evidence: Evidence[] = []
  for (const { since, detector, ...reason } of reasons)
    evidence.push({
      detector,
      ...reason,
      since: formatTime(since),
      event_ids: await eventsBehind(engine, entity, detector, since, until),
    })
  return evidence
}

async function eventsBehind(
  engine: Pick<Engine, 'events'>,
  { type, tenant, id }: Entity,
  name: string,
  since: Micros,
  until: Micros,
): Promise<string[]> {
  const detector = detectors.find((one) => one.name === name)
  if (detector === undefined) return []
  const field = ENTITY_FIELDS[type as keyof typeof ENTITY_FIELDS]
  const fast = detector.period === FAST_S
  const fields = {
    ...(type === 'tenant' ? {} : { [field]: id }),
    ...(detector.metric === 'auth_failures' ? { event_type: 'auth.failure' } : {}),
  }
  // a rule of minutes speaks of the hour that it began in; failures may have begun in the window before
  const span = fast ? { since: since - FAST_S * 1_000_000, until: since + 3_600_000_000 } : { since, until }
  // a loud day speaks of itself, a drip of all days since
  const upTo = name === 'volume' || name === 'token-surge' ? startOfDay(since) + DAY : span.until
  const filter = { since: span.since, until: upTo, tenant_id: tenant, fields }
  const count = RARE[detector.metric]
  if (count !== undefined) return await theRare(engine, filter, count)
  const { items } = await engine.events(filter, { limit: CHOSEN_FROM })
  const weight = weigher(detector.metric)
  const ranked = weight === null ? items : items.toSorted((a, b) => weight(b.event) - weight(a.event))
  return ranked.slice(0, SHOWN).map(({ event }) => event.event_id)
}

/** Counts that are nought in most events: these prove nothing, and may be many before the first that does. */
const RARE: Readonly<Record<string, (event: RedactedEvent) => number>> = {
  sensitive_output: (event) => sensitiveIn(event).output,
  sensitive_input: (event) => sensitiveIn(event).input,
}

/** Of the newest events that count at all, those that count most. */
async function theRare(
  engine: Pick<Engine, 'events'>,
  filter: Filter,
  count: (event: RedactedEvent) => number,
): Promise<string[]> {
  const found: StoredEvent[] = []
  let page = await engine.events(filter, { limit: CHOSEN_FROM })
  for (let pages = 1; ; pages++) {
    for (const item of page.items) if (count(item.event) > 0) found.push(item)
    if (page.next === null || found.length >= SHOWN || pages === MOST_PAGES) break
    page = await engine.events(filter, { limit: CHOSEN_FROM, after: page.next })
  }
  return found
    .toSorted((a, b) => count(b.event) - count(a.event))
    .slice(0, SHOWN)
    .map(({ event }) => event.event_id)
}

function weigher(metric: string): ((event: RedactedEvent) => number) | null {
  if (metric !== 'tokens_output' && metric !== 'tokens_input' && metric !== 'latency_ms') return null
  return (event) => event[metric] ?? 0
}
