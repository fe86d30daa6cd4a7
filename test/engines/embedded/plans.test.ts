import Database from 'better-sqlite3-multiple-ciphers'
import { beforeAll, expect, it, vi } from 'vitest'
import { classRows, TEXTS } from '../../../src/engines/embedded/class-rows.ts'
import { eventReader } from '../../../src/engines/embedded/events.ts'
import { expiryReader } from '../../../src/engines/embedded/expiry.ts'
import { markRows } from '../../../src/engines/embedded/mark-rows.ts'
import { markReader } from '../../../src/engines/embedded/marks.ts'
import { labelledSeqs, passing, passingSeqs } from '../../../src/engines/embedded/passing.ts'
import { recordStore } from '../../../src/engines/embedded/records.ts'
import { rollupReader } from '../../../src/engines/embedded/rollup-rows.ts'
import { migrated } from './migrated.ts'

let db: Database.Database
beforeAll(() => {
  db = new Database(':memory:')
  migrated(db)
})

/** How SQLite would answer the last statement that `ask` prepares. */
function planOf(ask: () => unknown): string {
  const prepare = vi.spyOn(db, 'prepare')
  ask()
  const sql = prepare.mock.calls.at(-1)![0]
  prepare.mockRestore()
  const holes = Array.from(sql.matchAll(/\?/g), () => null)
  return db
    .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
    .all(...holes)
    .map(({ detail }) => detail)
    .join('; ')
}

/** How many columns of rows of `events` a statement would read. */
function rowColumns(sql: string): number {
  const holes = Array.from(sql.matchAll(/\?/g), () => null)
  const steps = db.prepare<unknown[], { opcode: string; p1: number; p3: number }>(`explain ${sql}`).all(...holes)
  const rows = new Set(steps.flatMap(({ opcode, p3 }) => (opcode === 'DeferredSeek' ? [p3] : [])))
  return steps.filter(({ opcode, p1 }) => opcode === 'Column' && rows.has(p1)).length
}

const page = { limit: 20 }

it.each([
  ['the newest of all', {}, 'events_ts'],
  ['of a span of time', { since: 0, until: 1 }, 'events_ts'],
  ['of a tenant', { tenant_id: 't' }, 'events_tenant'],
  ['of a later page of a tenant', { tenant_id: 't', before_seq: 9 }, 'events_tenant'],
  ['of a tenant in a span of time', { tenant_id: 't', since: 0 }, 'events_tenant (tenant=? AND ts>?)'],
  ['of a user', { fields: { user_id: 'u' } }, 'events_user'],
  [
    'of a user of a tenant',
    { tenant_id: 't', fields: { user_id: 'u' } },
    'events_tenant_user (tenant=? AND user_id=?)',
  ],
  ['of a session of a tenant', { tenant_id: 't', fields: { session_id: 's' } }, 'events_session'],
  ['of a trace of a tenant', { tenant_id: 't', fields: { trace_id: 's' } }, 'events_trace'],
  ['of a user under two names', { fields: { user_id: ['u', 'v'] } }, 'events_user'],
])('events %s are read by an index', (_, filter, index) => {
  expect(
    planOf(() => eventReader(db, { textOf: () => null, together: (work) => work() }).events(filter, page)),
  ).toContain(index)
})

it.each([
  ['by id', { event_ids: ['a'] }],
  ['by id of a tenant', { event_ids: ['a'], tenant_id: 't' }],
  ['by id in a span of time', { event_ids: ['a'], since: 0, until: 1 }],
])('events %s are found and not looked for', (_, filter) => {
  const plan = planOf(() => eventReader(db, { textOf: () => null, together: (work) => work() }).events(filter, page))
  expect(plan).not.toMatch(/SCAN e\b|events_ts|events_tenant/)
})

it.each(['rank', 'ts', 'rev'] as const)('a page of records by %s is no sort of all of them', (order) => {
  for (const filter of [{}, { tenant_id: 't' }, { min_rank: 10 }, { fields: { entity_type: 'user' } }])
    expect(planOf(() => recordStore(db).list('score', filter, { order, ...page }))).not.toContain('TEMP B-TREE')
})

it.each(['rank', 'ts', 'rev'] as const)(
  'records of an entity, and by id, are found whatever the order: %s',
  (order) => {
    const list = recordStore(db).list
    for (const entities of [['user:u'], ['user:u', 'user:v']])
      expect(planOf(() => list('score', { entities }, { order, ...page }))).toContain(
        'records_entity (kind=? AND entity=?)',
      )
    expect(planOf(() => list('score', { ids: ['a'] }, { order, ...page }))).toContain('PRIMARY KEY (kind=? AND id=?)')
  },
)

it('a concept is counted without opening every event, and within a filter without reading every mark', () => {
  markRows(db).put([{ seq: 0, concept: 'refusal', version: 1, p: 1 }])
  const marked = (filter: object) => planOf(() => markReader(db).marked('refusal', 1, 0.5, filter, page))
  expect(marked({ before_seq: 9 })).toMatch(
    /^SEARCH m USING PRIMARY KEY \(cid=\? AND p>\?\); SEARCH e USING INTEGER PRIMARY KEY/,
  )
  for (const [filter, index] of [
    [{ fields: { user_id: 'u' } }, 'COVERING INDEX events_user'],
    [{ since: 0, until: 1 }, 'COVERING INDEX events_ts'],
    [{ tenant_id: 't', before_seq: 9 }, 'events_tenant'],
  ] as const)
    expect(marked(filter)).toMatch(new RegExp(`${index}.*SEARCH m USING INTEGER PRIMARY KEY \\(rowid=\\?\\)`))
})

it.each([{}, { tenant_id: 't' }, { metric: 'volume' }, { metric: 'volume', tenant_id: 't', since: 0 }])(
  'roll-ups of an entity are found: %o',
  (more) => {
    const filter = { period: 3600, entity_type: 'user', entity_id: 'u', ...more } as const
    expect(planOf(() => rollupReader(db).rollups(filter))).toContain('rollups_entity (entity_id=?')
  },
)

it.each([
  [{}, 'SCAN e USING INDEX events_columns'],
  [{ fields: { model: 'm' } }, 'SCAN e USING INDEX events_columns'],
  [{ fields: { service: 's' }, tenant_id: 't', since: 0 }, 'INDEX events_columns (tenant=? AND ts>?)'],
  [{ fields: { service: 's' }, tenant_id: '' }, 'INDEX events_columns (tenant=?)'],
  [{ fields: { service: 's' }, since: 0, until: 1 }, 'INDEX events_columns (tenant=? AND ts>? AND ts<?)'],
  [{ fields: { environment: ['a', 'b'], tool: 'search' } }, 'SEARCH labels USING PRIMARY KEY (name=? AND value=?)'],
  [{ fields: { route: 'r' }, without: { fields: { user_id: ['u'] } } }, 'COVERING INDEX events_user (user_id=?)'],
  [{ fields: { purpose: 'p', finish_reason: 'stop', action: 'a', metric: 'm' }, before_seq: 9 }, 'events_columns'],
  [{ fields: { app_version: '1', model_version: '2', producer_id: 'p' }, without: { time: { since: 0 } } }, ''],
  [{ without: { fields: { status: ['error'], tool: ['a'], cluster: ['c1'], memorised: ['m'], trace_id: ['t'] } } }, ''],
  [{ numbers: { latency_ms: { min: 1 }, tokens_total: { above: 2 }, cost_usd: { max: 3 } } }, ''],
  [{ numbers: { time_to_first_token_ms: { min: 1 }, tokens_cached: { max: 2 }, tokens_reasoning: { below: 3 } } }, ''],
  [{ without: { fields: { span_id: ['a'] } } }, 'INDEX events_span_id (<expr>=?)'],
])('what passes a filter that many events share is read without their rows: %o', (filter, index) => {
  const { sql } = passing(filter)
  for (const what of ['e.seq', 'count(*)']) {
    const plan = planOf(() => db.prepare(`select ${what} ${sql}`))
    expect(plan).toContain('INDEX events_columns')
    expect(plan).toContain(index)
    expect(rowColumns(`select ${what} ${sql}`)).toBe(0)
  }
})

it.each([
  [{ fields: { user_id: 'u' } }, 'COVERING INDEX events_user (user_id=?)'],
  [{ fields: { user_id: 'u' }, since: 0, until: 1 }, 'COVERING INDEX events_user (user_id=? AND ts>? AND ts<?)'],
  [{ fields: { user_id: ['u', 'v'] }, tenant_id: 't' }, 'COVERING INDEX events_tenant_user (tenant=? AND user_id=?)'],
  [{ fields: { session_id: 's' } }, 'COVERING INDEX events_session (session_id=?)'],
])('places of what has words are read from an index of whose they are: %o', (filter, index) => {
  expect(planOf(() => db.prepare(passingSeqs(filter).sql))).toContain(index)
})

it('what no index has is read from rows', () => {
  const { sql } = passing({ fields: { service: 's', region_of_ours: 'x' } })
  expect(planOf(() => db.prepare(`select e.seq ${sql}`))).toBe('SCAN e')
})

it.each(['span_id', 'parent_span_id', 'parent_event_id'])('events are found by %s', (id) => {
  const { sql } = passing({ fields: { [id]: 'a' }, tenant_id: 't', since: 0 })
  expect(planOf(() => db.prepare(`select e.seq ${sql}`))).toMatch(`USING INDEX events_${id} (<expr>=?)`)
})

it('what has labels is read without a row of an event', () => {
  const { sql } = labelledSeqs({ fields: { tool: 'search', template: ['a', 'b'] }, tenant_id: 't' })!
  const plan = planOf(() => db.prepare(sql))
  expect(plan).toContain('SEARCH labels USING PRIMARY KEY (name=? AND value=? AND tenant=?)')
  expect(plan).not.toMatch(/\be\b|events/)
})

it('what a rule of retention ends is found by class and age', () => {
  const rule = { name: 'r', hash: '', event_types: null, tenants: null, from: 'receipt', keep: null } as const
  const rules = [
    {
      ...rule,
      tags: { service: ['a'] },
      after: { delete: 1, anonymise: null, archive: null },
      beats_minimum: false,
      keep_vectors: false,
    },
  ]
  const after = { tenant: 't', event_type: 'e', anonymised: 0, received: 1, seq: 1 } as const
  const expiry = expiryReader(db, { standing: () => [] })
  for (const texts of Object.values(TEXTS))
    expect(planOf(() => classRows(db, texts))).toBe(
      `SEARCH events USING INDEX ${texts.index} ((tenant,event_type,anonymised)>(?,?,?))`,
    )
  expect(planOf(() => expiry.rows({ rules, at: 0, action: 'delete', now: 9, limit: 9, after }))).toContain(
    'SEARCH e USING INDEX events_class (tenant=? AND event_type=? AND anonymised=? AND received',
  )
})
