import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Json, Rollup } from '../../src/core/ports.ts'
import { HOUR, parseTime } from '../../src/core/window.ts'
import { rollupsOf } from '../../src/flow/rollup.ts'
import { aFinding } from '../formats/a-finding.ts'
import { type AnApi, anApi, said } from './an-api.ts'

const ADDRESS = 'ann@shop.example'
let api: AnApi
let rollups: Rollup[]

beforeAll(async () => {
  api = await anApi()
  const start = parseTime('2026-01-05T09:00:00Z')!
  const body = Array.from({ length: 50 }, (_, i) =>
    said(`e${i}`, {
      timestamp: new Date((start + i * HOUR) / 1000).toISOString(),
      user_id: i % 2 ? ADDRESS : 'u1',
      ip_address: '203.0.113.9',
      tenant_id: 'acme',
      tokens_output: 100,
    }),
  )
  expect((await api.call('POST', '/v1/events', { body })).json.accepted).toBe(50)
  const ticket = await api.engine.claim('baseline', 100, 60_000)
  rollups = rollupsOf(ticket!.events)
  await api.engine.settle(ticket!, { rollups })
  const row = { ts: start, tenant_id: 'acme' }
  const scored = (type: string, id: string, score: number) => ({
    record: {
      ...row,
      kind: 'score',
      id: `acme|${type}:${id}`,
      entity: `${type}:${id}`,
      rank: score,
      body: {
        entity_type: type,
        entity_id: id,
        tenant_id: 'acme',
        score,
        severity: score > 70 ? 'high' : 'low',
        first_seen: '2026-01-05T09:00:00.000000Z',
        last_seen: '2026-01-07T09:00:00.000000Z',
        evidence: [],
        history: [{ at: '2026-01-06T00:00:00.000000Z', score: 5 }],
      },
    },
    expect: 0,
  })
  const finding = aFinding({ finding_id: 'f1', tenant_id: 'acme', entity_type: 'ip', entity_id: '203.0.113.9' })
  const change = { kind: 'created', change_id: 'f1.1', at: finding.created_at }
  const shown = { ...row, rank: finding.score, entity: 'ip:203.0.113.9' }
  await api.engine.putRecords([
    scored('user', pseudonym(), 82),
    scored('ip', '203.0.113.9', 20),
    { record: { ...shown, kind: 'finding', id: 'f1', body: finding as unknown as Json }, expect: 0 },
    { record: { ...shown, kind: 'change', id: 'f1.1', body: { finding, change } as unknown as Json }, expect: 0 },
  ])
})
afterAll(() => api.close())

/** Under which the address was stored. */
const pseudonym = () =>
  rollups.find(({ entity_type, entity_id }) => entity_type === 'user' && entity_id !== 'u1')!.entity_id

it('an address is stored under a pseudonym, and found by either', async () => {
  expect(pseudonym()).toMatch(/^user:/)
  for (const id of [ADDRESS, pseudonym()]) {
    const { status, json } = await api.call('GET', `/v1/scores/user/${encodeURIComponent(id)}`, { role: 'siem' })
    expect(status).toBe(200)
    expect(json).toMatchObject({ entity_id: pseudonym(), score: 82, history: [{ score: 5 }] })
    const baseline = await api.call('GET', `/v1/baselines?metric=tokens_output&group=user&id=${encodeURIComponent(id)}`)
    expect(baseline.json.items).toMatchObject([{ entity_id: pseudonym(), n: 25, metric: 'tokens_output' }])
    expect(baseline.json.items[0].hour_of_week).toHaveLength(168)
  }
})

it('an IP address is asked for as it is', async () => {
  expect((await api.call('GET', '/v1/scores/ip/203.0.113.9')).json).toMatchObject({ score: 20 })
  const { json } = await api.call('GET', '/v1/findings?entity_type=ip&entity_id=203.0.113.9')
  expect(json.items).toMatchObject([{ finding_id: 'f1' }])
})

it('entities come by risk, page by page', async () => {
  const first = await api.call('GET', '/v1/scores?limit=1&min_score=10')
  expect(first.json.items).toMatchObject([{ entity_id: pseudonym(), score: 82, severity: 'high' }])
  const second = await api.call('GET', `/v1/scores?limit=1&min_score=10&cursor=${first.json.next_cursor}`)
  expect(second.json).toMatchObject({ items: [{ entity_type: 'ip' }], next_cursor: null })
  expect((await api.call('GET', '/v1/scores?entity_type=ip')).json.items).toHaveLength(1)
  expect((await api.call('GET', '/v1/scores?at=2026-01-06T12:00:00Z')).json.items).toMatchObject([
    { score: 5 },
    { score: 5 },
  ])
})

it('somebody without anything against him has score 0', async () => {
  expect((await api.call('GET', '/v1/scores/user/u1')).json).toMatchObject({ score: 0, severity: 'low', history: [] })
})

it('another tenant sees none of it', async () => {
  const { key } = await api.aKey({ role: 'analyst', tenant_id: 'globex' })
  for (const path of ['/v1/scores', '/v1/findings', '/v1/baselines?metric=volume&group=user', '/v1/digests'])
    expect((await api.call('GET', path, { key })).json.items, path).toEqual([])
  for (const path of ['/v1/scores/user/u1', '/v1/findings/f1', '/v1/events/e1', '/v1/digests/2026-01-06'])
    expect((await api.call('GET', path, { key })).status, path).toBe(404)
  expect((await api.call('PATCH', '/v1/findings/f1', { key, body: { status: 'resolved' } })).status).toBe(404)
  const siem = await api.aKey({ role: 'siem', tenant_id: 'globex' })
  expect((await api.call('GET', '/v1/siem/findings', { key: siem.key })).text).toBe('')
})

it('a finding is changed by an analyst, and the feed tells of both, once', async () => {
  const before = await api.call('GET', '/v1/siem/findings?format=native', { role: 'siem' })
  expect(before.headers.get('content-type')).toMatch(/^application\/x-ndjson/)
  expect(before.text.trim().split('\n')).toHaveLength(1)
  const cursor = before.headers.get('undercurrent-cursor')

  const patched = await api.call('PATCH', '/v1/findings/f1', {
    role: 'analyst',
    body: { status: 'acknowledged', note: `asked ${ADDRESS}` },
  })
  expect(patched).toMatchObject({ status: 200, json: { finding_id: 'f1', status: 'acknowledged' } })
  expect(patched.json.note).not.toContain(ADDRESS)
  expect((await api.call('GET', '/v1/findings/f1', { role: 'siem' })).json.status).toBe('acknowledged')

  const after = await api.call('GET', `/v1/siem/findings?format=cef&cursor=${cursor}`, { role: 'siem' })
  expect(after.text.trim().split('\n')).toEqual([expect.stringMatching(/^CEF:0\|/)])
  const end = after.headers.get('undercurrent-cursor')
  const empty = await api.call('GET', `/v1/siem/findings?cursor=${end}`, { role: 'siem' })
  expect(empty).toMatchObject({ status: 200, text: '' })
  expect(empty.headers.get('undercurrent-cursor')).toBe(end)
})
