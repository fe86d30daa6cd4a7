import { expect, it } from 'vitest'
import type { LogEvent, RedactionNote } from '../../src/core/event.ts'
import type { StoredEvent } from '../../src/core/ports.ts'
import { parseTime } from '../../src/core/window.ts'
import { rollupsOf } from '../../src/flow/rollup.ts'
import { countOf, decodeSketch } from '../../src/stats/sketch.ts'

const at = (event: Partial<LogEvent & { redaction: RedactionNote }>, i = 0): StoredEvent => {
  const redaction = { version: '2', rules: '', counts: {} }
  const whole = {
    event_id: `e${i}`,
    timestamp: '2026-01-15T10:33:00Z',
    event_type: 'llm.completion',
    redaction,
    ...event,
  }
  const ts = parseTime(whole.timestamp) ?? 0
  return { seq: i, ts, received: ts, event: whole as unknown as StoredEvent['event'] }
}
const of = (events: StoredEvent[], period: number, type: string, metric: string) =>
  rollupsOf(events).filter((row) => row.period === period && row.entity_type === type && row.metric === metric)

it('many events of an entity in an hour are one row with their sum and sketch', () => {
  const events = Array.from({ length: 500 }, (_, i) => at({ user_id: 'u', tokens_output: i + 1 }, i))
  const [row, ...more] = of(events, 3600, 'user', 'tokens_output')
  expect(more).toEqual([])
  expect(row).toMatchObject({
    n: 500,
    total: 125_250,
    entity_id: 'u',
    tenant_id: '',
    start: parseTime('2026-01-15T10:00:00Z'),
  })
  expect(countOf(decodeSketch(row?.sketch ?? new Uint8Array(0)))).toBe(500)
  expect(of(events, 3600, 'user', 'volume')).toMatchObject([{ n: 500, total: 500 }])
})

it('models and routes are also counted by five minutes, in latency, answer length and volume', () => {
  const events = [at({ model: 'm', route: '/r', latency_ms: 5, tokens_output: 7, tokens_input: 3 })]
  const fast = rollupsOf(events).filter(({ period }) => period === 300)
  expect(fast.map(({ entity_type, metric }) => `${entity_type} ${metric}`).sort()).toEqual([
    'model latency_ms',
    'model tokens_output',
    'model volume',
    'route latency_ms',
    'route tokens_output',
    'route volume',
  ])
  expect(fast[0]?.start).toBe(parseTime('2026-01-15T10:30:00Z'))
})

it('errors, refusals, blocks and failed logins are counted apart', () => {
  const events = [
    at({ user_id: 'u', status: 'error' }),
    at({ user_id: 'u', status: 'refused' }),
    at({ user_id: 'u', status: 'blocked' }),
    at({ user_id: 'u', event_type: 'auth.failure', ip_address: '192.0.2.1' }),
  ]
  for (const metric of ['errors', 'refusals', 'blocked', 'auth_failures'])
    expect(of(events, 3600, 'user', metric)).toMatchObject([{ n: 1 }])
  expect(of(events, 300, 'ip', 'auth_failures')).toMatchObject([{ n: 1, entity_id: '192.0.2.1' }])
})

it('a metric event is no request, and cannot pass for one of our own metrics', () => {
  const own = at({ event_type: 'metric', metric: 'gpu_util', value: 0.93, producer_id: 'gw' })
  const posing = at({ event_type: 'metric', metric: 'volume', value: 1e9, producer_id: 'gw' })
  expect(of([own], 3600, 'source', 'gpu_util')).toMatchObject([{ n: 1, total: 0.93 }])
  expect(rollupsOf([posing]).map(({ metric }) => metric)).toEqual(['beats'])
  expect(of([own], 3600, 'source', 'volume')).toEqual([])
})

it('names that hold separators stay apart', () => {
  const events = [at({ tenant_id: 'a', user_id: 'b c' }), at({ tenant_id: 'a b', user_id: 'c' })]
  expect(of(events, 3600, 'user', 'volume').map(({ tenant_id, entity_id }) => [tenant_id, entity_id])).toEqual([
    ['a', 'b c'],
    ['a b', 'c'],
  ])
})

it('redacted values are counted by type and user, and secrets apart for whom the event is about', () => {
  const redaction = {
    version: '2',
    rules: '',
    counts: { EMAIL: 3, API_KEY: 2, MEDICAL_RECORD: 1 },
    output: { API_KEY: 1 },
  }
  const events = [at({ user_id: 'u', session_id: 's', redaction }), at({ session_id: 's', redaction }, 1)]
  expect(of(events, 3600, 'user', 'redacted.EMAIL')).toMatchObject([{ n: 3, total: 3, entity_id: 'u' }])
  expect(of(events, 300, 'user', 'sensitive_output')).toMatchObject([{ n: 1, entity_id: 'u' }])
  expect(of(events, 300, 'user', 'sensitive_input')).toMatchObject([{ n: 2, entity_id: 'u' }])
  expect(of(events, 300, 'session', 'sensitive_output')).toMatchObject([{ n: 1, entity_id: 's' }])
})

it('a metric event cannot pass for a count of redacted values', () => {
  const posing = at({ event_type: 'metric', metric: 'redacted.API_KEY', value: 9, producer_id: 'gw' })
  expect(of([posing], 3600, 'source', 'redacted.API_KEY')).toEqual([])
})
