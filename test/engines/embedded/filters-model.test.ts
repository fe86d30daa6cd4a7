import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Engine, Filter } from '../../../src/core/ports.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { archiveUser } from '../../contracts/engine/archiving.ts'
import { handClock } from '../../contracts/engine/contract.ts'
import { eraseUser } from '../../contracts/engine/erasing.ts'
import { said } from '../../contracts/engine/said.ts'
import { storeKey } from '../../store-key.ts'

/** Every event has some of these fields, each with one of few values. */
const FIELDS = [
  ...['model', 'status', 'event_type', 'user_id', 'session_id', 'trace_id', 'span_id', 'parent_event_id'],
  ...['environment', 'service', 'route', 'app_version', 'model_version', 'finish_reason', 'purpose', 'action'],
  ...['producer_id', 'metric', 'api_key_id', 'request_id', 'of_our_own'],
] as const
const TOOLS = ['search', 'mail']
const VALUES = ['a', 'b', 'ä "c"']
const TENANTS = [undefined, 't1', 't2']
const EVENTS = 120
const START = Date.UTC(2026, 0, 5) * 1_000
const SECOND = 1_000_000
/** Of the users, one is erased and one archived. */
const [ERASED, ARCHIVED] = ['a', 'b']

interface One {
  id: string
  ts: number
  fields: Record<string, string>
  tenant: string | undefined
  tool: string | undefined
  latency: number
}

/** The same numbers at every run. */
const digit = (n: number, of: number) => Math.floor(Math.abs(Math.sin(n * 12.9898) * 43_758.5453) % of)

const list: One[] = Array.from({ length: EVENTS }, (_, i) => ({
  id: `e${i}`,
  ts: START + i * SECOND,
  fields: Object.fromEntries(
    FIELDS.flatMap((field, f) => {
      const value = VALUES[digit(i * 31 + f, VALUES.length + 1)]
      return value === undefined && field !== 'event_type' ? [] : [[field, value ?? 'd']]
    }),
  ),
  tenant: TENANTS[digit(i + 7_000, TENANTS.length)],
  tool: TOOLS[digit(i + 9_000, TOOLS.length + 1)],
  latency: digit(i + 5_000, 10),
}))

let engine: Engine
let held: One[]
beforeAll(async () => {
  const clock = handClock()
  engine = await openEmbedded({ key: storeKey, dataDir: mkdtempSync(join(tmpdir(), 'uc-filters-')), clock })
  await engine.append(
    list.map(({ id, fields, tenant, tool, latency }) =>
      said(id, {
        ...fields,
        prompt: 'every one says this',
        latency_ms: latency,
        ...(tenant === undefined ? {} : { tenant_id: tenant }),
        ...(tool === undefined ? {} : { tools_called: [{ name: tool }] }),
      }),
    ),
  )
  await engine.putSpace({ space: 's1', model: 'm', revision: '1', dtype: 'fp32', dims: 2, state: 'active' })
  const ticket = (await engine.claim('embed:s1', EVENTS, 1_000))!
  await engine.settle(ticket, {
    vectors: ticket.events.map(({ seq, event }) => ({
      ...{ seq, part: 'prompt', space: 's1', tenant_id: event.tenant_id ?? null },
      ...{ content: Buffer.from(event.event_id), vector: Float32Array.of(0.6, 0.8) },
    })),
  })
  expect(await eraseUser(engine, ERASED!)).toBeGreaterThan(9)
  expect(await archiveUser(engine, ARCHIVED!, clock.now())).toBeGreaterThan(9)
  while ((await engine.tend(1_000)) > 0);
  held = list.filter(({ fields }) => fields.user_id !== ERASED && fields.user_id !== ARCHIVED)
}, 60_000)
afterAll(() => engine.close())

const fieldsOf = (most: number) =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom(...FIELDS, 'tool'),
        fc.uniqueArray(fc.constantFrom(...VALUES, ...TOOLS, 'none'), { minLength: 1 }),
      ),
      { maxLength: most },
    )
    .map((pairs) => Object.fromEntries(pairs))
const time = fc.record(
  { since: fc.integer({ min: 0, max: EVENTS }), until: fc.integer({ min: 0, max: EVENTS }) },
  { requiredKeys: [] },
)
const at = (n: number | undefined, name: string) => (n === undefined ? {} : { [name]: START + n * SECOND })
const timeOf = ({ since, until }: { since?: number; until?: number }) => ({
  ...at(since, 'since'),
  ...at(until, 'until'),
})

const filters: fc.Arbitrary<Filter> = fc
  .record({
    fields: fieldsOf(3),
    tenant: fc.constantFrom(undefined, undefined, 't1', ''),
    time,
    least: fc.option(fc.nat(9), { nil: undefined, freq: 3 }),
    not: fieldsOf(2),
    before: fc.option(fc.nat(EVENTS), { nil: undefined, freq: 4 }),
  })
  .map(({ fields, tenant, time, least, not, before }) => ({
    fields,
    ...timeOf(time),
    ...(tenant === undefined ? {} : { tenant_id: tenant }),
    ...(least === undefined ? {} : { numbers: { latency_ms: { min: least } } }),
    ...(before === undefined ? {} : { before_seq: before }),
    without: { fields: not },
  }))

function passes(one: One, { fields = {}, since, until, tenant_id, numbers, before_seq, without }: Filter): boolean {
  const has = ([field, any]: [string, string | readonly string[]]) => {
    const value = field === 'tool' ? one.tool : one.fields[field]
    return value !== undefined && any.includes(value)
  }
  return (
    Object.entries(fields).every(has) &&
    !Object.entries(without?.fields ?? {}).some(has) &&
    one.ts >= (since ?? 0) &&
    one.ts < (until ?? Number.POSITIVE_INFINITY) &&
    (tenant_id === undefined || (one.tenant ?? '') === tenant_id) &&
    one.latency >= (numbers?.latency_ms?.min ?? 0) &&
    Number(one.id.slice(1)) < (before_seq ?? EVENTS)
  )
}

it('finds under any filter, by meaning and by word, what a plain list has that is neither erased nor archived', async () => {
  const ids = (items: readonly { event_id: string }[]) => items.map(({ event_id }) => event_id).sort()
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const plain = ids(held.filter((one) => passes(one, filter)).map(({ id }) => ({ event_id: id })))
      const near = await engine.nearest(Float32Array.of(1, 0), 's1', EVENTS, filter)
      expect(ids(near.hits)).toEqual(plain)
      const said = await engine.match({ all: ['every'] }, filter, { order: 'newest', limit: EVENTS })
      expect(ids(said.items)).toEqual(plain)
      expect(said.total).toBe(plain.length)
      expect(await engine.count(filter)).toBe(plain.length)
      expect(ids((await engine.events(filter, { limit: EVENTS })).items.map(({ event }) => event))).toEqual(plain)
    }),
    { numRuns: 150 },
  )
})
