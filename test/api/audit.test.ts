import Fastify from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { audit } from '../../src/api/plugins/audit.ts'
import { Problem } from '../../src/core/problem.ts'
import { MINUTE } from '../../src/core/window.ts'
import { type AnApi, anApi, said } from './an-api.ts'

let api: AnApi
beforeEach(async () => {
  api = await anApi({
    parts: {
      search: async () => ({
        items: ['e1', 'e2'].map((event_id) => ({
          event_id,
          timestamp: '2026-02-01T11:59:00Z',
          user_id: null,
          session_id: null,
          model: null,
          prompt: 'where is my parcel',
          response: 'on its way',
          status: null,
          score: 1,
          matched: 'keyword' as const,
          concepts: {},
          highlights: {},
        })),
        next_cursor: null,
        not_examined: 0,
        how: 'exact',
        complete: true,
      }),
    },
  })
  await api.call('POST', '/v1/events', { role: 'ingest', body: [said('e1'), said('e2')] })
})
afterEach(() => api.close())

const entries = async (query = '') => (await api.call('GET', `/v1/audit${query}`, { role: 'auditor' })).json.items

it('tells who read an event, from where and when', async () => {
  const { id, key } = await api.aKey({ role: 'analyst' })
  await api.call('GET', '/v1/events/e1', { key })
  expect(await entries()).toEqual([
    {
      entry_id: expect.any(String),
      seq: 2,
      at: '2026-02-01T12:00:00.000000Z',
      action: 'event.read',
      by: id,
      role: 'analyst',
      tenant_id: null,
      from: '127.0.0.1',
      event_ids: ['e1'],
      rows: 1,
    },
  ])
})

it('tells what was searched, redacted, and what was shown of it', async () => {
  const body = { q: 'mails to ann@shop.example', user_id: 'ann@shop.example', k: 5 }
  await api.call('POST', '/v1/search', { role: 'analyst', body })
  const [entry] = await entries()
  expect(entry).toMatchObject({ action: 'search', event_ids: ['e1', 'e2'], rows: 2, asked: { k: 5 } })
  expect(entry.asked.q).toMatch(/^mails to \[EMAIL:\w+\]$/)
  expect(entry.asked.user_id).toMatch(/^user:[0-9a-f]{16}$/)
  const plain = await api.call('GET', '/v1/search?q=a&user_id=u1&cursor=abc', { role: 'analyst' })
  expect(plain.status).toBe(200)
  const [second] = await entries()
  expect(second.asked).toEqual({ q: 'a', user_id: expect.stringMatching(/^user:/), further_page: true })
})

it('tells of a change before it is made, and of a read that found nothing nothing', async () => {
  await api.call('POST', '/v1/jobs/embed/run')
  expect((await api.call('POST', '/v1/jobs/ann@shop.example/run')).status).toBe(404)
  expect((await api.call('GET', '/v1/events/nobody', { role: 'analyst' })).status).toBe(404)
  expect((await api.call('PATCH', '/v1/findings/none', { role: 'analyst', body: { status: 'resolved' } })).status).toBe(
    404,
  )
  expect((await entries()).map(({ action, asked }: { action: string; asked: object }) => [action, asked])).toEqual([
    ['job.run', { name: 'embed' }],
  ])
})

it.each([
  ['GET', '/v1/events/e1', undefined],
  ['GET', '/v1/search?q=parcel', undefined],
  ['POST', '/v1/search', { q: 'parcel' }],
  ['POST', '/v1/search/export', { q: 'parcel' }],
  ['POST', '/v1/jobs/embed/run', undefined],
])('%s %s shows and does nothing where it cannot be written down', async (method, path, body) => {
  let ran = false
  const full = await anApi({
    parts: {
      record: async () => {
        throw new Problem('DISK_FULL', 'the disk is full')
      },
      search: async () => (await api.call('GET', '/v1/search')).json,
      jobs: {
        names: ['embed'],
        list: async () => [],
        run: async () => {
          ran = true
          return 'started'
        },
      },
    },
  })
  await full.call('POST', '/v1/events', { role: 'ingest', body: [said('e1')] })
  const answer = await full.call(method, path, { body })
  expect(answer.status).toBe(503)
  expect(answer.text).not.toContain('parcel')
  expect(ran).toBe(false)
  await full.close()
})

it('is listed by who, what and when, in pages that stand still while it grows', async () => {
  const { id, key } = await api.aKey({ role: 'analyst' })
  for (const path of ['/v1/events/e1', '/v1/search?q=x', '/v1/events/e2']) {
    await api.call('GET', path, { key })
    api.pass(MINUTE)
  }
  await api.call('GET', '/v1/events/e1', { role: 'admin' })
  const actions = async (query: string) => (await entries(query)).map(({ action }: { action: string }) => action)
  expect(await actions(`?by=${id}`)).toEqual(['event.read', 'search', 'event.read'])
  expect(await actions(`?action=search`)).toEqual(['search'])
  expect(await actions('?since=2026-02-01T12:02:00Z&until=2026-02-01T12:03:00Z')).toEqual(['event.read'])
  const first = (await api.call('GET', '/v1/audit?limit=3')).json
  expect(first.items).toHaveLength(3)
  await api.call('GET', '/v1/events/e2', { key })
  const rest = (await api.call('GET', `/v1/audit?limit=3&cursor=${first.next_cursor}`)).json
  expect(rest.items.map(({ seq }: { seq: number }) => seq)).toEqual([2])
  expect(rest.next_cursor).toBeNull()
  for (const bad of ['?cursor=x', '?since=soon', '?action=theft', '?limit=0'])
    expect((await api.call('GET', `/v1/audit${bad}`)).status, bad).toBe(400)
})

it('shows an auditor of a tenant what keys of that tenant did', async () => {
  const acme = await api.aKey({ role: 'analyst', tenant_id: 'acme' })
  const auditor = await api.aKey({ role: 'auditor', tenant_id: 'acme' })
  await api.call('GET', '/v1/search?q=a', { key: acme.key })
  await api.call('GET', '/v1/search?q=b', { role: 'analyst' })
  const { items } = (await api.call('GET', '/v1/audit', { key: auditor.key })).json
  expect(items.map(({ by }: { by: string }) => by)).toEqual([acme.id])
})

it('a route that does not say whether it is audited stops the start, and one that forgets to is not answered', async () => {
  const app = Fastify()
  audit(app)
  expect(() => app.get('/v1/secret', { config: { roles: 'any' } }, async () => 'text')).toThrow(
    'GET /v1/secret does not say what the audit tells of it',
  )
  app.get('/v1/forgot', { config: { roles: ['analyst'], audit: 'event.read' } }, async () => 'secret text')
  const answer = await app.inject('/v1/forgot')
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain('secret text')
})
