import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { embedJob } from '../../jobs/embed.ts'
import type { Encoder } from '../../src/core/ports.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { search } from '../../src/flow/search.ts'
import { type AnApi, anApi, said } from './an-api.ts'

/** Two tenants that say the same, so that their texts share a place in the space of vectors. */
const TEXTS = ['where is my parcel', 'my parcel has not come', 'reset my password', 'write a poem about the sea']

let api: AnApi
let encoder: Encoder
const keys = {} as Record<'acme' | 'globex' | 'siem', string>

beforeAll(async () => {
  encoder = await createEncoder({ modelsDir: join(import.meta.dirname, '../../models'), model: 'static-logs-en-256' })
  const parts = { search: async (ask: object) => await search({ ...api, encoder, concepts: [], redactor }, ask) }
  const redactor = { forms: (_: string, value: string): [string] => [value] }
  api = await anApi({ parts })
  for (const tenant_id of ['acme', 'globex'] as const)
    keys[tenant_id] = (await api.aKey({ role: 'analyst', tenant_id })).key
  keys.siem = (await api.aKey({ role: 'siem', tenant_id: 'acme' })).key
  const body = ['acme', 'globex'].flatMap((tenant_id) =>
    TEXTS.map((prompt, i) => said(`${tenant_id}-${i}`, { prompt, tenant_id, user_id: `${tenant_id}-user` })),
  )
  await api.call('POST', '/v1/events', { role: 'ingest', body })
  await embedJob({ ...api, encoder, concepts: [], contentKey: new Uint8Array(32) }, new AbortController().signal)
})
afterAll(async () => {
  await api?.close()
  await encoder?.close()
})

const as = (tenant: keyof typeof keys) => ({ key: keys[tenant] })

it('an id of another tenant is answered like one that does not exist, by every route that takes one', async () => {
  for (const path of [
    '/v1/events/ID',
    '/v1/ledger/proof?event_id=ID',
    '/v1/findings/ID',
    '/v1/scores/user/ID',
    '/v1/baselines?metric=volume&group=user&id=ID',
    '/v1/search?user_id=ID',
  ]) {
    const id = path.includes('user') ? 'globex-user' : 'globex-0'
    const [theirs, none] = await Promise.all(
      [id, 'nobody'].map(async (one) => await api.call('GET', path.replace('ID', one), as('acme'))),
    )
    const words = ({ json, status }: typeof theirs & object) => ({ ...json, instance: null, status })
    expect(words(theirs!), path).toEqual(words(none!))
  }
})

it('what is found and what is near is of one’s own, though others say the very same', async () => {
  for (const mode of ['semantic', 'keyword', 'hybrid']) {
    const { json } = await api.call('GET', `/v1/search?q=parcel&mode=${mode}&k=100`, as('acme'))
    expect(json.items.length, mode).toBeGreaterThan(0)
    for (const { event_id } of json.items) expect(event_id).toMatch(/^acme-/)
  }
  const { json } = await api.call('GET', '/v1/events/acme-0', as('acme'))
  expect(json.neighbours.length).toBe(3)
  for (const id of json.neighbours) expect(id).toMatch(/^acme-/)
  const like = await api.call('POST', '/v1/search', { ...as('acme'), body: { like: ['globex-0'] } })
  expect(like.status).toBe(400)
})

it('a cursor of another tenant opens nothing', async () => {
  const { json } = await api.call('GET', '/v1/search?q=parcel&mode=semantic&k=1', as('globex'))
  expect(json.next_cursor).toBeTypeOf('string')
  const path = `/v1/search?q=parcel&mode=semantic&k=1&cursor=${json.next_cursor}`
  expect((await api.call('GET', path, as('globex'))).status).toBe(200)
  expect((await api.call('GET', path, as('acme'))).status).toBe(400)
})

it('what waits to be examined is counted for one’s own events alone', async () => {
  const counted = async (tenant: 'acme' | 'globex') =>
    (await api.call('GET', '/v1/search?q=parcel', as(tenant))).json.not_examined
  const body = [1, 2, 3].map((i) => said(`late-${i}`, { tenant_id: 'globex' }))
  await api.call('POST', '/v1/events', { role: 'ingest', body })
  expect(await counted('acme')).toBe(0)
  expect(await counted('globex')).toBe(3)
})

it('an answer is the same, to the byte, whatever another tenant did meanwhile', async () => {
  const paths = ['/v1/events/acme-1', '/v1/findings', '/v1/scores', '/v1/digests', '/v1/digests/2026-02-01?format=json']
  const answers = async () =>
    await Promise.all(
      paths.map(async (path) => {
        const { text, headers } = await api.call('GET', path, as('acme'))
        return { text: text.replace(/"generated_at":"[^"]*"/g, ''), length: headers.get('content-length') }
      }),
    )
  const before = await answers()
  const body = TEXTS.map((prompt, i) => said(`more-${i}`, { prompt, tenant_id: 'globex' }))
  await api.call('POST', '/v1/events', { role: 'ingest', body })
  expect(await answers()).toEqual(before)
})

it('no answer carries a tag by which two of them could be compared', async () => {
  for (const path of ['/v1/events/acme-0', '/v1/search?q=parcel', '/v1/findings'])
    expect((await api.call('GET', path, as('acme'))).headers.get('etag')).toBeNull()
})

it('what tells of all tenants together is closed to whoever is bound to one', async () => {
  for (const path of ['/metrics', '/v1/jobs']) expect((await api.call('GET', path, as('acme'))).status).toBe(403)
  const bound = await api.aKey({ role: 'admin', tenant_id: 'acme' })
  expect((await api.call('GET', '/v1/jobs', { key: bound.key })).status).toBe(403)
})

it('a key that sees no texts gets none, and may not ask by words', async () => {
  const { key } = await api.aKey({ role: 'analyst', tenant_id: 'acme', read: 'metadata' })
  const found = await api.call('POST', '/v1/search', { key, body: { like: ['acme-0'] } })
  expect(found.json.items.length).toBe(3)
  const event = await api.call('GET', '/v1/events/acme-0', { key })
  expect(event.json).toMatchObject({ event_id: 'acme-0', user_id: 'acme-user' })
  for (const { text } of [found, event]) expect(text).not.toContain('parcel')
  expect((await api.call('GET', '/v1/search?q=parcel', { key })).status).toBe(403)
  expect((await api.call('GET', '/v1/ledger/proof?event_id=acme-0', { key })).json.salt).toBeNull()
  expect((await api.call('GET', '/v1/ledger/proof?event_id=acme-0', as('acme'))).json.salt).toBeTypeOf('string')
})
