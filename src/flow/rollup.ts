import type { LogEvent, RedactedEvent } from '../core/event.ts'
import type { Rollup, StoredEvent } from '../core/ports.ts'
import type { EntityType } from '../core/score.ts'
import { sensitiveIn } from '../core/sensitive.ts'
import { startOfHour } from '../core/window.ts'
import { addTo, emptySketch, encodeSketch, type Sketch } from '../stats/sketch.ts'

/** Field of the event that names an entity of a type; types that no field names have no roll-ups. */
export const ENTITY_FIELDS = {
  user: 'user_id',
  api_key: 'api_key_id',
  tenant: 'tenant_id',
  agent: 'agent_id',
  model: 'model',
  route: 'route',
  source: 'producer_id',
  ip: 'ip_address',
  session: 'session_id',
} as const satisfies Partial<Record<EntityType, keyof LogEvent>>

/** Numbers of an event that have quantiles. */
export const MEASURES = ['tokens_input', 'tokens_output', 'latency_ms', 'time_to_first_token_ms', 'cost_usd'] as const

const HOURLY = ['user', 'model', 'tenant', 'agent', 'api_key', 'source', 'route'] as const
/** What the five-minute rules look at. */
const FAST = ['model', 'route'] as const
const FAST_MEASURES: ReadonlySet<string> = new Set(['latency_ms', 'tokens_output'])
/** Whose failed logins are counted by five minutes. */
const FAILING = ['user', 'ip', 'api_key'] as const

/** Whose redacted values are counted by type. */
const COUNTED = ['user', 'tenant'] as const
/** About whom an event with sensitive values is: the first that it names, so that one event is one entity's. */
const ACTORS = ['user', 'api_key', 'agent', 'session', 'ip', 'model'] as const
/** Begins the metrics of redacted values by type: `redacted.EMAIL`. */
const REDACTED = 'redacted.'

const HOUR_S = 3600
export const FAST_S = 300
const FAST_US = FAST_S * 1_000_000

interface Sum {
  row: Rollup
  sketch: Sketch | null
}

/**
 * Sums of events by entity, metric and period: hourly for every entity that an event names, by five minutes for the
 * latency, answer length and volume of models and routes, for failed logins of users, addresses and keys, and for
 * secrets and health data of whoever an event is about. Metrics: `volume` (events but `metric` and `heartbeat` ones,
 * which sources have as `beats`), the measures,
 * `errors` (status error, or event_type error), `refusals` and `blocked` (by status), `auth_failures`, what the
 * redactor replaced as `redacted.TYPE`, `sensitive_output` and `sensitive_input`, and each `metric` event's own name.
 * Counts have no sketch.
 * Rows come in the order in which they were first touched; each key once.
 */
export function rollupsOf(events: readonly StoredEvent[]): Rollup[] {
  const sums = new Map<string, Sum>()
  for (const { event, ts } of events) {
    const hour = startOfHour(ts)
    const window = Math.floor(ts / FAST_US) * FAST_US
    const counts = countsOf(event)
    const values = valuesOf(event)
    for (const type of HOURLY) {
      const id = event[ENTITY_FIELDS[type]]
      if (id === undefined) continue
      for (const metric of counts) add(sums, HOUR_S, hour, type, id, event.tenant_id ?? '', metric, null)
      for (const [metric, value] of values) add(sums, HOUR_S, hour, type, id, event.tenant_id ?? '', metric, value)
      if (type === 'source' && counts.length === 0)
        add(sums, HOUR_S, hour, type, id, event.tenant_id ?? '', 'beats', null)
    }
    for (const type of FAST) {
      const id = event[ENTITY_FIELDS[type]]
      if (id === undefined) continue
      if (counts.includes('volume')) add(sums, FAST_S, window, type, id, event.tenant_id ?? '', 'volume', null)
      for (const [metric, value] of values)
        if (FAST_MEASURES.has(metric)) add(sums, FAST_S, window, type, id, event.tenant_id ?? '', metric, value)
    }
    addRedacted(sums, event, hour, window)
    if (event.event_type !== 'auth.failure') continue
    for (const type of FAILING) {
      const id = event[ENTITY_FIELDS[type]]
      if (id !== undefined) add(sums, FAST_S, window, type, id, event.tenant_id ?? '', 'auth_failures', null)
    }
  }
  return Array.from(sums.values(), ({ row, sketch }) =>
    sketch === null ? row : { ...row, sketch: encodeSketch(sketch) },
  )
}

/** What the redactor took out: by type for whom it is counted, and what is sensitive for whom the event is about. */
function addRedacted(sums: Map<string, Sum>, event: RedactedEvent, hour: number, window: number): void {
  const tenant = event.tenant_id ?? ''
  for (const type of COUNTED) {
    const id = event[ENTITY_FIELDS[type]]
    if (id === undefined) continue
    for (const [kind, n] of Object.entries(event.redaction.counts))
      add(sums, HOUR_S, hour, type, id, tenant, REDACTED + kind, null, n)
  }
  const actor = ACTORS.find((type) => event[ENTITY_FIELDS[type]] !== undefined)
  if (actor === undefined) return
  const id = event[ENTITY_FIELDS[actor]] as string
  const { output, input } = sensitiveIn(event)
  if (output > 0) add(sums, FAST_S, window, actor, id, tenant, 'sensitive_output', null, output)
  if (input > 0) add(sums, FAST_S, window, actor, id, tenant, 'sensitive_input', null, input)
}

function countsOf(event: LogEvent): string[] {
  if (event.event_type === 'metric' || event.event_type === 'heartbeat') return []
  const counts = ['volume']
  if (event.status === 'error' || event.event_type === 'error') counts.push('errors')
  if (event.status === 'refused') counts.push('refusals')
  if (event.status === 'blocked') counts.push('blocked')
  if (event.event_type === 'auth.failure') counts.push('auth_failures')
  return counts
}

function valuesOf(event: LogEvent): [string, number][] {
  const values: [string, number][] = []
  for (const metric of MEASURES) {
    const value = event[metric]
    if (value !== undefined) values.push([metric, value])
  }
  if (event.event_type === 'metric' && event.metric !== undefined && event.value !== undefined) {
    // a producer's metric of the same name as one of ours would be added to it
    if (!OURS.has(event.metric) && !event.metric.startsWith(REDACTED)) values.push([event.metric, event.value])
  }
  return values
}

const OURS: ReadonlySet<string> = new Set([
  ...MEASURES,
  'volume',
  'beats',
  'errors',
  'refusals',
  'blocked',
  'auth_failures',
  'sensitive_output',
  'sensitive_input',
  'error_rate',
  'refusal_rate',
])

function add(
  sums: Map<string, Sum>,
  period: number,
  start: number,
  type: EntityType,
  id: string,
  tenant: string,
  metric: string,
  value: number | null,
  times = 1,
): void {
  // the length keeps ids that hold the separator apart
  const key = `${period} ${start} ${type} ${metric} ${tenant.length} ${tenant} ${id}`
  let sum = sums.get(key)
  if (sum === undefined) {
    sum = {
      row: {
        period,
        start,
        entity_type: type,
        entity_id: id,
        tenant_id: tenant,
        metric,
        n: 0,
        total: 0,
        sketch: NOTHING,
      },
      sketch: value === null ? null : emptySketch(),
    }
    sums.set(key, sum)
  }
  sum.row.n += times
  sum.row.total += value ?? times
  if (sum.sketch !== null && value !== null) addTo(sum.sketch, value)
}

const NOTHING = new Uint8Array(0)
