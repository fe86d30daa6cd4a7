import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MonitorAnswer } from '../../src/core/monitor.ts'
import { said } from '../contracts/engine/said.ts'
import { anApi } from './an-api.ts'

const concepts = ['refusal', 'medical'].map((name) => ({
  ...{ name, version: 1, threshold: 0.5, reads: 'response' },
  fitted: { name, aliases: [] },
}))
const REFUSALS = { search: { concept: 'refusal' } }
let api: Awaited<ReturnType<typeof anApi>>

beforeAll(async () => {
  api = await anApi({ parts: { concepts: { answering: async () => concepts } as never } })
  await api.engine.append(
    Array.from({ length: 60 }, (_, i) =>
      said(`a${i}`, {
        user_id: `u${i % 3}`,
        tenant_id: i % 2 === 0 ? 'acme' : 'other',
        timestamp: new Date(Date.UTC(2026, 0, 10 + (i % 20), i % 24)).toISOString(),
      }),
    ),
  )
  await api.engine.putSpace({ space: 's', model: 'm', revision: 'r', dtype: 'q8', dims: 4, state: 'active' })
  const ticket = (await api.engine.claim('embed:s', 100, 1000))!
  const marks = ticket.events.flatMap(({ seq }) =>
    concepts.map(({ name }) => ({ seq, concept: name, version: 1, p: seq % 4 === 0 ? 0.9 : 0.1 })),
  )
  await api.engine.settle(ticket, { marks })
})
afterAll(async () => await api.close())

const put = async (name: string, body: unknown, call = {}) =>
  await api.call('PUT', `/v1/monitors/${name}`, { role: 'analyst', body, ...call })

it('back-tests before it saves, and shows, lists and removes what was saved', async () => {
  const dry = await api.call('POST', '/v1/monitors/backtest', {
    role: 'analyst',
    body: { ...REFUSALS, action: 'each' },
  })
  expect(dry.json).toMatchObject({ matches: 15, findings: 3, per_week: expect.any(Number), notes: [] })
  expect((await api.call('GET', '/v1/monitors')).json.items).toEqual([])
  const saved = await put('all-refusals', REFUSALS)
  expect(saved.status).toBe(200)
  expect(saved.json as MonitorAnswer).toMatchObject({
    name: 'all-refusals',
    tenant_id: null,
    state: 'counting',
    sensitivity: 'medium',
    least: 3,
    watches_from: '2026-02-01T12:00:00.000000Z',
    backtest: { matches: 15, findings: 0 },
  })
  expect((await api.call('GET', '/v1/monitors', { role: 'siem' })).json.items).toHaveLength(1)
  expect((await api.call('GET', '/v1/monitors/all-refusals', { role: 'siem' })).json).toMatchObject(REFUSALS)
  expect((await put('all-refusals', REFUSALS, { role: 'siem' })).status).toBe(403)
  expect((await api.call('DELETE', '/v1/monitors/all-refusals', { role: 'analyst' })).status).toBe(204)
  expect((await api.call('GET', '/v1/monitors/all-refusals')).status).toBe(404)
  const told = (await api.call('GET', '/v1/audit', { role: 'auditor' })).json.items.map(
    ({ action, asked }: { action: string; asked: object }) => [action, asked],
  )
  expect(told.slice(0, 3)).toEqual([
    ['monitor.delete', { monitor: 'all-refusals' }],
    ['monitor.put', { concept: 'refusal', action: 'surge', monitor: 'all-refusals' }],
    ['monitor.backtest', { concept: 'refusal', action: 'each' }],
  ])
})

it('says what cannot stand, by its path', async () => {
  const faults = [
    [{ search: { concept: 'nothing' } }, '/search/concept'],
    [{ search: { any_of: ['medical', 'nothing'] } }, '/search/any_of'],
    [{ search: {} }, '/search'],
    [{ search: { q: 'errors since Monday', mode: 'hybrid' } }, '/search/q'],
    [{ search: { q: 'user:bob refusals' } }, '/search/q'],
    [{ search: { q: 'mail of ann.smith@example.com' } }, '/search/q'],
    [{ search: { q: '???', mode: 'keyword' } }, '/search'],
    [{ search: { status: 'error', min_similarity: 0.7 } }, '/search/min_similarity'],
    [{ ...REFUSALS, action: 'each', silence: true }, '/silence'],
    [{ search: { status: 'error', min_probability: 0.5 } }, '/search/min_probability'],
  ] as const
  for (const [body, path] of faults) {
    const { status, json } = await put('broken', body)
    expect([body, status, json.errors?.[0]?.path]).toEqual([body, 400, path])
  }
  for (const name of ['backtest', 'starters', 'A', '9'])
    expect([name, (await put(name, REFUSALS)).status]).toEqual([name, 400])
  expect((await put('broken', { search: { concept: 'refusal', since: '7d' } })).status).toBe(400)
})

it('keeps tenants apart: monitors, matches and names', async () => {
  const acme = (await api.aKey({ role: 'analyst', tenant_id: 'acme' })).key
  const other = (await api.aKey({ role: 'analyst', tenant_id: 'other' })).key
  const mine = await put('mine', { ...REFUSALS, action: 'each' }, { key: acme })
  expect(mine.json).toMatchObject({ tenant_id: 'acme', backtest: { matches: 15 } })
  expect((await put('mine', { ...REFUSALS, action: 'each' }, { key: other })).json.backtest.matches).toBe(0)
  await put('of-the-house', REFUSALS)
  const names = async (key: string) =>
    (await api.call('GET', '/v1/monitors', { key })).json.items.map((one: MonitorAnswer) => [one.name, one.tenant_id])
  expect(await names(acme)).toEqual([['mine', 'acme']])
  expect(await names(api.keys.analyst)).toEqual([
    ['mine', 'acme'],
    ['mine', 'other'],
    ['of-the-house', null],
  ])
  expect((await api.call('GET', '/v1/monitors/of-the-house', { key: acme })).status).toBe(404)
  expect((await put('mine', { search: { concept: 'refusal', tenant_id: 'other' } }, { key: acme })).status).toBe(403)
})

it('lets a key that sees no texts save by concept and id, never by words', async () => {
  const { key } = await api.aKey({ role: 'analyst', read: 'metadata' })
  expect((await put('blind', { search: { q: 'password' } }, { key })).status).toBe(403)
  expect((await put('blind', REFUSALS, { key })).status).toBe(200)
})

it('offers policies to begin with where the concepts that they are built on are there', async () => {
  const { items } = (await api.call('GET', '/v1/monitors/starters', { role: 'analyst' })).json
  const by = new Map(items.map((one: { name: string }) => [one.name, one]))
  expect(by.get('refusals')).toMatchObject({ offered: true, missing: [] })
  expect(by.get('regulated-advice')).toMatchObject({ offered: false, missing: ['legal', 'financial'] })
})

it('judges counts, or shares of all events where that is asked for, and a policy neither', async () => {
  const body = { ...REFUSALS, measure: 'share' }
  expect((await put('shares', body)).json).toMatchObject({ measure: 'share', backtest: { matches: 15 } })
  expect((await put('counts', REFUSALS)).json).toMatchObject({ measure: 'count' })
  const { status, json } = await put('policy', { ...body, action: 'each' })
  expect([status, json.errors[0].path]).toEqual([400, '/measure'])
})
