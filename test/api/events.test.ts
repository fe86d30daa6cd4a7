import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Problem } from '../../src/core/problem.ts'
import { scoreId } from '../../src/flow/watched.ts'
import { type AnApi, anApi, said } from './an-api.ts'

let api: AnApi
beforeEach(async () => {
  api = await anApi()
})
afterEach(() => api.close())

const send = (body: unknown, over: Parameters<AnApi['call']>[2] = {}) =>
  api.call('POST', '/v1/events', { role: 'ingest', body, ...over })
const lines = (...events: unknown[]) => events.map((event) => JSON.stringify(event)).join('\n')

it('an event, an array and lines are taken in, each event once', async () => {
  expect((await send(said('e1'))).json).toEqual({ accepted: 1, duplicates: 0, rejected: [] })
  expect((await send([said('e1'), said('e2'), said('e2')])).json).toEqual({ accepted: 1, duplicates: 2, rejected: [] })
  const more = await send(lines(said('e2'), said('e3')), { type: 'application/x-ndjson' })
  expect(more.status).toBe(202)
  expect(more.json).toEqual({ accepted: 1, duplicates: 1, rejected: [] })
  expect((await api.engine.head()).size).toBe(3)
})

it.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset=latin1'])(
  'the type %s is JSON',
  async (type) => {
    expect((await send(said('e1'), { type })).json.accepted).toBe(1)
  },
)

it.each(['application/x-ndjson', 'application/ndjson', 'application/x-ndjson; charset=utf-8'])(
  'the type %s is lines',
  async (type) => {
    expect((await send(lines(said('e1'), said('e2')), { type })).json.accepted).toBe(2)
  },
)

it('gzip is inflated, in several members too', async () => {
  const headers = { 'content-encoding': 'gzip' }
  expect((await send(gzipSync(JSON.stringify([said('e1')])), { headers })).json.accepted).toBe(1)
  const members = Buffer.concat([gzipSync(`${lines(said('e2'))}\n`), gzipSync(lines(said('e3')))])
  expect((await send(members, { headers, type: 'application/x-ndjson' })).json.accepted).toBe(2)
  expect((await send(said('e4'), { headers: { 'content-encoding': 'identity' } })).json.accepted).toBe(1)
})

it('good events are kept where others are bad, and each bad one is named', async () => {
  const { status, json } = await send([
    said('e1'),
    said('e2', { timestamp: 'yesterday' }),
    said('e3', { tokens_input: 'many' }),
    'no event',
    said('e4', { colour: 'red' }),
  ])
  expect(status).toBe(202)
  expect(json).toMatchObject({ accepted: 2, duplicates: 0 })
  expect(json.rejected.map(({ index, path }: { index: number; path: string }) => [index, path])).toEqual([
    [1, '/timestamp'],
    [2, '/tokens_input'],
    [3, ''],
  ])
  expect((await api.call('GET', '/v1/events/e4')).json.attributes).toEqual({ colour: 'red' })
})

it('a body that can be read is 202 also where nothing of it was accepted', async () => {
  expect(await send({})).toMatchObject({
    status: 202,
    json: { accepted: 0, rejected: [{ index: 0, path: '/timestamp' }] },
  })
  expect(await send([])).toMatchObject({ status: 202, json: { accepted: 0, duplicates: 0, rejected: [] } })
  expect(await send('nonsense\n', { type: 'application/x-ndjson' })).toMatchObject({
    status: 202,
    json: { accepted: 0, rejected: [{ index: 0, path: '' }] },
  })
})

it('an event comes back as stored, with what is known about it', async () => {
  await send([said('e1', { user_id: 'ann@shop.example', session_id: 's1' })])
  await api.engine.putRecords([
    {
      record: {
        kind: 'score',
        id: '|session:s1',
        ts: 0,
        entity: 'session:s1',
        tenant_id: '',
        rank: 72,
        body: { entity_type: 'session', entity_id: 's1', score: 72, severity: 'high', evidence: [] },
      },
      expect: 0,
    },
  ])
  const { status, json } = await api.call('GET', '/v1/events/e1', { role: 'analyst' })
  expect(status).toBe(200)
  expect(json).toMatchObject({
    event_id: 'e1',
    prompt: 'where is my parcel',
    redaction: { version: expect.any(String) },
    concepts: {},
    scores: [{ entity_type: 'session', entity_id: 's1', score: 72, severity: 'high' }],
    neighbours: [],
  })
})

it('an event is shown with the events nearest to it in meaning, nearest first', async () => {
  await send(['e1', 'e2', 'e3', 'e4'].map((id) => said(id)))
  await api.engine.putSpace({ space: 's', model: 'm', revision: 'r', dtype: 'q8', dims: 2, state: 'active' })
  const ticket = await api.engine.claim('embed:s', 10, 60_000)
  const angles = [0, 0.3, 0.1, 0.2]
  await api.engine.settle(ticket!, {
    vectors: ticket!.events.map(({ seq }, i) => ({
      seq,
      part: 'prompt' as const,
      tenant_id: null,
      space: 's',
      content: Buffer.from(`content ${i}`.padEnd(32)),
      vector: Float32Array.of(Math.cos(angles[i]!), Math.sin(angles[i]!)),
    })),
  })
  expect((await api.call('GET', '/v1/events/e1')).json.neighbours).toEqual(['e3', 'e4', 'e2'])
})

it('senders are told to wait while too many bytes are on their way in, and served again after', async () => {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  let entered = 0
  const slow = await anApi({
    parts: {
      ingest: async () => {
        entered++
        await gate
        return { accepted: 1, duplicates: 0, rejected: [], redacted: { EMAIL: 2 }, failed: 3 }
      },
    },
    options: { queueLimitBytes: 1_000 },
  })
  const post = (body: string) => slow.call('POST', '/v1/events', { role: 'ingest', body })
  const first = post('x'.repeat(600))
  await expect.poll(() => entered).toBe(1)
  expect((await slow.call('GET', '/metrics')).text).toContain('undercurrent_ingest_queue_bytes 600')
  const second = await post('x'.repeat(600))
  expect(second.status).toBe(429)
  expect(second.headers.get('retry-after')).toBe('1')
  open()
  expect((await first).status).toBe(202)
  expect((await post('x'.repeat(600))).status).toBe(202)
  const metrics = (await slow.call('GET', '/metrics')).text
  expect(metrics).toContain('undercurrent_ingest_queue_bytes 0')
  expect(metrics).toContain('undercurrent_redactions_total{type="EMAIL"} 4')
  expect(metrics).toContain('undercurrent_redaction_failed_total 6')
  await slow.close()
})

it.each([
  ['a full disk', 'DISK_FULL', 503],
  ['a busy store', 'ENGINE_BUSY', 503],
  ['a full queue', 'TOO_MANY_REQUESTS', 429],
] as const)('%s is answered so that the sender tries again', async (_, code, status) => {
  const full = await anApi({
    parts: {
      ingest: async () => {
        throw new Problem(code, 'there is no room just now')
      },
    },
  })
  const answer = await full.call('POST', '/v1/events', { body: said('e1') })
  expect(answer.status).toBe(status)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  await full.close()
})

it("an event is shown with the scores of its own tenant's entities, whatever tenants are called", async () => {
  const score = (tenant: string, user: string, score: number) => ({
    expect: null,
    record: {
      kind: 'score',
      id: scoreId(tenant, 'user', user),
      ts: 0,
      entity: `user:${user}`,
      tenant_id: tenant,
      rank: score,
      body: { entity_type: 'user', entity_id: user, score, severity: 'low' },
    },
  })
  await send([said('e1', { tenant_id: 'a', user_id: 'x|user:y' }), said('e2', { tenant_id: 'a|user:x', user_id: 'y' })])
  await api.engine.putRecords([score('a', 'x|user:y', 11), score('a|user:x', 'y', 22)])
  for (const [id, risk] of [
    ['e1', 11],
    ['e2', 22],
  ] as const)
    expect((await api.call('GET', `/v1/events/${id}`)).json.scores.map((one: { score: number }) => one.score)).toEqual([
      risk,
    ])
})
