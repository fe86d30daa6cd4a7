import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { baselineJob } from '../../jobs/baseline.ts'
import { embedJob } from '../../jobs/embed.ts'
import type { Encoder, RecordRow } from '../../src/core/ports.ts'
import { parseTime } from '../../src/core/window.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { search } from '../../src/flow/search/search.ts'
import { aFinding } from '../formats/a-finding.ts'
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

/** Ids of one's own tenant begin with its name, and whatever is of the other holds the other's name. */
const foreign = (text: string) => text.includes('globex')

describe('what was noticed of the same user of both', () => {
  const AT = parseTime('2026-01-31T12:00:00Z')!
  const noticed = (tenant_id: string, n: number) => {
    const finding = aFinding({
      finding_id: `${tenant_id}-f${n}`,
      tenant_id,
      entity_id: 'shared',
      title: `of ${tenant_id}`,
    })
    const change = { kind: 'created', change_id: `${tenant_id}-f${n}.1`, at: finding.created_at }
    const score = {
      entity_type: 'user',
      entity_id: 'shared',
      score: 50 + n,
      severity: 'medium',
      tenant_id,
      evidence: [],
    }
    const row = { ts: AT + n, entity: 'user:shared', tenant_id, rank: 50 + n }
    const digest = {
      date: `2026-01-1${n}`,
      closed: true,
      generated_at: '2026-01-31T00:00:00Z',
      headline: `of ${tenant_id}`,
    }
    return [
      { ...row, kind: 'finding', id: finding.finding_id, body: finding },
      { ...row, kind: 'change', id: change.change_id, body: { finding, change } },
      { ...row, kind: 'score', id: `${tenant_id}/user/shared-${n}`, body: { ...score, entity_id: `shared-${n}` } },
      {
        ...row,
        kind: 'digest',
        id: `${digest.date}/${tenant_id}`,
        ts: parseTime(`${digest.date}T00:00:00Z`)!,
        body: digest,
      },
    ].map((record) => ({ record: record as unknown as RecordRow, expect: 0 }))
  }
  const admins = {} as Record<'acme' | 'globex', string>
  beforeAll(async () => {
    for (const tenant_id of ['acme', 'globex'] as const) {
      admins[tenant_id] = (await api.aKey({ role: 'admin', tenant_id })).key
      for (let n = 1; n <= 5; n++) await api.engine.putRecords(noticed(tenant_id, n))
    }
  })
  const get = async (path: string, tenant: 'acme' | 'globex' = 'acme', headers = {}) =>
    await api.call('GET', path, { key: admins[tenant], headers })

  it.each(['/v1/findings', '/v1/scores', '/v1/digests', '/v1/audit'])(
    '%s lists one’s own, also by the cursor that another was given',
    async (path) => {
      await get('/v1/search?q=parcel', 'globex')
      await get('/v1/search?q=parcel', 'globex')
      const theirs = await get(`${path}?limit=1`, 'globex')
      expect(theirs.json.next_cursor).toBeTypeOf('string')
      for (const query of ['?limit=100', `?limit=100&cursor=${theirs.json.next_cursor}`]) {
        const own = await get(path + query)
        expect(own.status).toBe(200)
        expect(foreign(own.text), query).toBe(false)
      }
    },
  )

  it('the feed goes on with one’s own from a place that another was given, and its places tell no numbers', async () => {
    const theirs = await get('/v1/siem/findings?format=native&limit=2', 'globex')
    expect(theirs.text).toContain('globex')
    const cursor = theirs.headers.get('undercurrent-cursor')!
    const own = await get(`/v1/siem/findings?format=native&cursor=${cursor}`)
    expect([own.status, foreign(own.text)]).toEqual([200, false])
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toMatch(/feed|\d{2}/)
  })

  it('a cursor that was made up or changed shows nothing of another', async () => {
    const own = await get('/v1/search?q=parcel&mode=semantic&k=1')
    const told = JSON.parse(Buffer.from(own.json.next_cursor, 'base64url').toString())
    const theirs = { after: { ts: AT * 2, score: 1, event_id: 'globex-0' }, offset: 0, size: 1e9, window: 1_000 }
    for (const over of [{}, { size: 1e9 }, { window: 1_000 }, { offset: 0 }, { after: theirs.after }, theirs]) {
      const text = Buffer.from(JSON.stringify({ ...told, ...over })).toString('base64url')
      const answer = await get(`/v1/search?q=parcel&mode=semantic&k=1&cursor=${text}`)
      expect([200, 400]).toContain(answer.status)
      expect(foreign(answer.text), JSON.stringify(over)).toBe(false)
    }
    const made = Buffer.from(JSON.stringify(['list', AT * 2, 'globex-f1'])).toString('base64url')
    expect(foreign((await get(`/v1/findings?cursor=${made}`)).text)).toBe(false)
  })

  it('a finding of another can be neither seen nor changed, and both are refused as if there were none', async () => {
    for (const method of ['GET', 'PATCH']) {
      const [theirs, none] = await Promise.all(
        ['globex-f1', 'nobody'].map(async (id) => {
          const body = method === 'PATCH' ? { body: { status: 'resolved' } } : {}
          const { text, status, headers } = await api.call(method, `/v1/findings/${id}`, { key: admins.acme, ...body })
          const names = [...headers.keys()].sort()
          return { status, text: text.replace(/urn:uuid:[0-9a-f-]+/, ''), names, length: headers.get('content-length') }
        }),
      )
      expect(theirs).toEqual(none)
      expect(theirs!.status).toBe(404)
    }
    expect((await get('/v1/findings/globex-f1', 'globex')).json.status).toBe('new')
  })

  it('a tag that is sent along opens no way to compare', async () => {
    for (const path of ['/v1/findings', '/v1/events/acme-0', '/v1/digests/2026-01-11?format=json'])
      for (const tag of ['*', '"x"', 'W/"1"']) {
        const answer = await get(path, 'acme', {
          'if-none-match': tag,
          'if-modified-since': 'Sat, 31 Jan 2026 12:00:00 GMT',
        })
        expect([200, 404], path).toContain(answer.status)
        expect([answer.headers.get('etag'), answer.headers.get('last-modified')]).toEqual([null, null])
      }
  })

  it('sums and baselines of a user that both have are those of one', async () => {
    const body = ['acme', 'globex'].flatMap((tenant_id) =>
      Array.from({ length: tenant_id === 'acme' ? 3 : 40 }, (_, i) =>
        said(`${tenant_id}-b${i}`, { tenant_id, user_id: 'shared', tokens_output: tenant_id === 'acme' ? 10 : 9_000 }),
      ),
    )
    await api.call('POST', '/v1/events', { role: 'ingest', body })
    await baselineJob(api, new AbortController().signal)
    const { json } = await get('/v1/baselines?metric=tokens_output&group=user&id=shared')
    expect(json.items).toMatchObject([{ entity_id: 'shared', n: 3 }])
    expect(json.items[0].median).toBeLessThan(100)
    const all = (await get('/v1/baselines?metric=volume&group=user')).text
    expect(foreign(all)).toBe(false)
  })

  it('an auditor is told of nobody’s doings but of his own tenant, whoever he asks by', async () => {
    const { json } = await api.call('GET', '/v1/audit', { role: 'auditor' })
    const other = json.items.find(({ tenant_id }: { tenant_id: string }) => tenant_id === 'globex')
    expect(other.by).toMatch(/^key_/)
    expect((await get(`/v1/audit?by=${other.by}`)).json.items).toEqual([])
    expect((await get(`/v1/audit?by=${other.by}`, 'globex')).json.items.length).toBeGreaterThan(0)
  })
})
