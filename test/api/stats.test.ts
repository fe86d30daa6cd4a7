import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StatsAnswer } from '../../src/core/stats.ts'
import { said } from '../contracts/engine/said.ts'
import { anApi } from './an-api.ts'

const concepts = ['refusal', 'harmful-request', 'lazy'].map((name) => ({ name, version: 1, threshold: 0.5 }))
let api: Awaited<ReturnType<typeof anApi>>
const get = async (query: string, role: 'siem' | 'analyst' | 'ingest' = 'siem') =>
  await api.call('GET', `/v1/stats${query}`, { role })
const stats = async (query: string) => (await get(query)).json as StatsAnswer

beforeAll(async () => {
  api = await anApi({ parts: { concepts: { answering: async () => concepts } as never } })
  await api.engine.append([
    ...Array.from({ length: 20 }, (_, i) =>
      said(`a${i}`, { model: 'small', user_id: `u${i % 2}`, latency_ms: 100 + i, tokens_input: 10, cost_usd: 0.01 }),
    ),
    said('b0', { model: '=large', status: 'error', user_id: 'u0', timestamp: '2026-01-07T00:00:00Z' }),
  ])
  await api.engine.putSpace({ space: 's', model: 'm', revision: 'r', dtype: 'q8', dims: 4, state: 'active' })
  const ticket = (await api.engine.claim('embed:s', 100, 1000))!
  const mark = (concept: string, p: (i: number) => number) =>
    Array.from({ length: 20 }, (_, i) => ({ seq: ticket.events[i]!.seq, concept, version: 1, p: p(i) }))
  const marks = [
    ...mark('refusal', (i) => (i < 5 ? 0.9 : 0.1)),
    ...mark('harmful-request', (i) => (i < 2 || i === 19 ? 0.9 : 0.1)),
    ...mark('lazy', (i) => (i === 7 ? 0.9 : 0.1)),
  ]
  await api.engine.settle(ticket, { marks })
})
afterAll(async () => await api.close())

it('counts and sums what passes a filter, and says how answers turned out', async () => {
  const { total, items, groups } = await stats('?model=small')
  expect([items, groups]).toEqual([[], 0])
  expect(total).toMatchObject({
    count: 20,
    errors: 0,
    error_rate: 0,
    examined: 20,
    refused: 5,
    refused_rate: 0.25,
    over_refused: 3,
    justified: 2,
    missed: 1,
    lazy: 1,
    lazy_rate: 0.05,
    tokens_input: { count: 20, sum: 200, mean: 10 },
  })
  expect(total.cost_usd.sum).toBeCloseTo(0.2)
  expect(Math.abs(total.latency_ms.p50! / 109 - 1)).toBeLessThan(0.02)
})

it('groups by fields, periods and concepts, the largest group first and periods in their order', async () => {
  const byModel = await stats('?by=model')
  expect(
    byModel.items.map(({ key, count, error_rate, refused_rate }) => [key.model, count, error_rate, refused_rate]),
  ).toEqual([
    ['small', 20, 0, 0.25],
    ['=large', 1, 1, null],
  ])
  expect(byModel).toMatchObject({ by: ['model'], groups: 2, total: { count: 21, errors: 1, refused: 5 } })
  const byDay = await stats('?by=user_id,day&limit=2')
  expect(byDay.items.map(({ key, count }) => [key.day, key.user_id, count])).toEqual([
    ['2026-01-05', 'u0', 10],
    ['2026-01-05', 'u1', 10],
  ])
  expect(byDay.groups).toBe(3)
  const byConcept = await stats('?by=concept')
  expect(byConcept.items.map(({ key, count }) => [key.concept, count])).toEqual([
    ['refusal', 5],
    ['harmful-request', 3],
    ['lazy', 1],
  ])
  expect((await stats('?by=user_id,concept')).items.filter(({ key }) => key.concept === 'refusal')).toMatchObject([
    { key: { user_id: 'u0' }, count: 3, refused: 3 },
    { key: { user_id: 'u1' }, count: 2, refused: 2 },
  ])
  expect((await stats('?concept=refusal&by=user_id')).total).toMatchObject({ count: 5, refused: 5 })
})

it('leaves as CSV in which no value acts as a formula', async () => {
  const { text, headers } = await get('?by=model&format=csv')
  expect(headers.get('content-type')).toMatch(/^text\/csv/)
  const [head, small, large] = parse(text) as string[][]
  expect(head!.slice(0, 4)).toEqual(['model', 'count', 'errors', 'error_rate'])
  expect([small!.slice(0, 2), large!.slice(0, 2)]).toEqual([
    ['small', '20'],
    ["'=large", '1'],
  ])
  expect(small![head!.indexOf('latency_ms_sum')]).toBe('2190')
})

it('says what it cannot group by, and is open to whoever sees no texts', async () => {
  expect((await get('?by=prompt')).json).toMatchObject({ status: 400, errors: [{ path: '/by' }] })
  expect((await get('?by=day,model,user_id,route')).status).toBe(400)
  expect((await get('?by=day,day')).status).toBe(400)
  expect((await get('?concept=nothing')).json).toMatchObject({ errors: [{ path: '/concept' }] })
  expect((await get('', 'ingest')).status).toBe(403)
})
