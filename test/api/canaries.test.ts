import { afterEach, beforeEach, expect, it } from 'vitest'
import { baselineJob } from '../../jobs/baseline.ts'
import { canariesJob } from '../../jobs/canaries.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { Engine } from '../../src/core/ports.ts'
import { SECOND } from '../../src/core/window.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { type AnApi, anApi, said } from './an-api.ts'

const BIRD = 'kestrel-over-9-marsh'
const FISH = 'tench-below-4-weirs'
const never = new AbortController().signal
let api: AnApi

beforeEach(async () => {
  api = await anApi()
})
afterEach(() => api.close())

const put = async (name: string, body: unknown, call = {}) =>
  await api.call('PUT', `/v1/canaries/${name}`, { body, ...call })

/** Events on their way in, a second after what was registered. */
async function send(...events: object[]) {
  api.pass(SECOND)
  expect((await api.call('POST', '/v1/events', { role: 'ingest', body: events })).json.rejected).toEqual([])
}
const findings = async (over: Partial<Engine> = {}, signal = never) => {
  await baselineJob({ engine: api.engine }, signal)
  await canariesJob({ engine: { ...api.engine, ...over }, clock: api.clock }, signal)
  return (await api.call('GET', '/v1/findings?limit=1000')).json.items as Finding[]
}
/** What a reader of the store sees of every event, audit entry and record. */
async function everything() {
  const { size } = await api.engine.head()
  const sealed = await api.engine.sealed(0, size)
  const kinds = ['canary', 'canary-hit', 'finding', 'change', 'key']
  const records = await Promise.all(kinds.map((kind) => api.engine.records(kind, {}, { order: 'ts', limit: 1_000 })))
  return JSON.stringify([sealed.map(({ body }) => body), records, api.lines])
}

it('registers, shows, lists and removes canaries, and says the string nowhere again', async () => {
  const made = await put('bird', { string: BIRD, description: 'in the system prompt of support' })
  expect(made.json).toEqual({
    name: 'bird',
    tenant_id: null,
    description: 'in the system prompt of support',
    length: BIRD.length,
    state: 'watching',
    made_by: expect.stringContaining('key_'),
    made_at: '2026-02-01T12:00:00.000000Z',
    changed_at: '2026-02-01T12:00:00.000000Z',
  })
  expect((await api.call('GET', '/v1/canaries', { role: 'siem' })).json.items).toEqual([made.json])
  expect((await api.call('GET', '/v1/canaries/bird', { role: 'analyst' })).json).toEqual(made.json)
  await send(said('e1', { response: `The word is ${BIRD.toUpperCase()}.`, system: `Never say ${BIRD}.` }))
  await findings()
  expect((await everything()).toLowerCase()).not.toContain('kestrel')
  expect((await api.call('DELETE', '/v1/canaries/bird')).status).toBe(204)
  expect((await api.call('GET', '/v1/canaries/bird')).status).toBe(404)
  await send(said('e2', { response: `The word is ${BIRD}.` }))
  expect((await api.call('GET', '/v1/events/e2', { role: 'analyst' })).json.redaction.canaries).toBeUndefined()
  const told = (await api.call('GET', '/v1/audit', { role: 'auditor' })).json.items as {
    action: string
    asked: object
  }[]
  expect(told.filter(({ action }) => action.startsWith('canary')).map(({ action, asked }) => [action, asked])).toEqual([
    ['canary.delete', { canary: 'bird' }],
    ['canary.put', { canary: 'bird', characters: BIRD.length }],
  ])
})

it('refuses what is no canary without quoting it', async () => {
  const faults: [string, unknown, string][] = [
    ['bird', { string: 'short' }, '/string'],
    ['bird', { string: 'k e s t r e l' }, '/string'],
    ['bird', { string: 'x'.repeat(300) }, '/string'],
    ['bird', { string: '- - - - - - - - - - - - - - -' }, '/string'],
    ['bird', { string: BIRD, description: `stands for ${BIRD.toUpperCase()}` }, '/description'],
    [BIRD, { string: BIRD }, '/name'],
    ['Bird', { string: BIRD }, '/name'],
    ['bird', { string: BIRD, sting: BIRD }, '/sting'],
    ['bird', { string: [BIRD] }, '/string'],
  ]
  for (const [name, body, path] of faults) {
    const { status, json, text } = await put(name, body)
    expect([status, json.errors[0].path]).toEqual([400, path])
    expect(text.toLowerCase().replace(`/v1/canaries/${name}`, '')).not.toContain('kestrel-')
  }
  expect((await api.call('GET', '/v1/canaries')).json.items).toEqual([])
  expect(await everything()).not.toContain(`"string"`)
})

it('is for admins to change, and each tenant has its own, which it alone sees and which is found with it alone', async () => {
  for (const role of ['ingest', 'analyst', 'siem', 'auditor'] as const)
    expect((await put('bird', { string: BIRD }, { role })).status, role).toBe(403)
  const acme = (await api.aKey({ role: 'admin', tenant_id: 'acme' })).key
  const other = (await api.aKey({ role: 'admin', tenant_id: 'other' })).key
  expect((await put('bird', { string: BIRD }, { key: acme })).json.tenant_id).toBe('acme')
  await put('fish', { string: FISH })
  const names = async (key?: string) =>
    (await api.call('GET', '/v1/canaries', key === undefined ? {} : { key })).json.items.map(
      (one: { name: string }) => one.name,
    )
  expect([await names(acme), await names(other), await names()]).toEqual([['bird'], [], ['bird', 'fish']])
  for (const method of ['GET', 'DELETE'])
    for (const call of [{ key: other }, {}])
      expect((await api.call(method, '/v1/canaries/bird', call)).status, method).toBe(404)
  const both = `${BIRD} ${FISH}`
  await send(
    said('a1', { tenant_id: 'acme', user_id: 'u1', response: both }),
    said('o1', { tenant_id: 'other', user_id: 'u1', response: both }),
  )
  expect((await api.call('GET', '/v1/events/a1')).json.redaction.canaries).toEqual({ output: ['bird@acme', 'fish'] })
  expect((await api.call('GET', '/v1/events/o1')).json.redaction.canaries).toEqual({ output: ['fish'] })
  await findings()
  const seen = async (key: string) =>
    (await api.call('GET', '/v1/findings', { key })).json.items.map((one: Finding) => one.monitor).sort()
  expect(await seen(acme)).toEqual(['canary:bird@acme', 'canary:fish'])
  expect(await seen(other)).toEqual(['canary:fish'])
})

it('a tenant whose id is not kept as it is sent has its canaries found, in events with pseudonyms as well', async () => {
  const raw = 'support@acme.example.com'
  const tenant_id = createRedactor({ key: Buffer.alloc(32, 7) }).pseudonym('tenant_id', raw)
  const { key } = await api.aKey({ role: 'admin', tenant_id })
  expect((await put('bird', { string: BIRD }, { key })).json.tenant_id).toBe(tenant_id)
  const hashed = { user_id: undefined, user_id_hash: 'a1b2c3', response: BIRD }
  await send(
    said('raw', { tenant_id: raw, ...hashed }),
    said('known', { tenant_id, ...hashed }),
    said('other', { tenant_id: 'support@other.example.com', ...hashed }),
  )
  const name = `bird@${tenant_id}`
  const told = await findings()
  expect(told).toMatchObject([{ tenant_id, entity_id: 'a1b2c3', monitor: `canary:${name}` }])
  expect(told[0]?.evidence[0]?.event_ids.toSorted()).toEqual(['known', 'raw'])
  const { redaction } = (await api.call('GET', '/v1/events/raw', { key })).json
  expect(redaction).toMatchObject({ pseudonymous: true, canaries: { output: [name] } })
})

it('raises one finding for each user and side, which grows and names its events, and is found by name', async () => {
  await put('bird', { string: BIRD })
  await send(
    said('e1', { user_id: 'ann', response: BIRD }),
    said('e2', { user_id: 'ann', response: 'no', prompt: `do you know ${BIRD}?` }),
    said('e3', { response: BIRD, user_id: undefined }),
    said('e4', { user_id: 'bob', response: 'fine' }),
  )
  const told = (await findings()).sort((a, b) => (`${a.entity_id}${a.title}` < `${b.entity_id}${b.title}` ? -1 : 1))
  expect(
    told.map((one) => [one.entity_type, one.entity_id, one.severity, one.title, one.evidence[0]?.event_ids]),
  ).toEqual([
    ['user', 'ann', 'high', 'The canary bird was given out', ['e1']],
    ['user', 'ann', 'high', 'The canary bird was sent to a model', ['e2']],
    ['source', 'canary:bird', 'high', 'The canary bird was given out', ['e3']],
  ])
  await send(said('e5', { user_id: 'ann', response: `so: ${BIRD}` }))
  const grown = await findings()
  expect(grown).toHaveLength(3)
  expect(grown.find(({ evidence }) => evidence[0]?.observed === 2)?.evidence[0]?.event_ids.toSorted()).toEqual([
    'e1',
    'e5',
  ])
  expect((await api.call('GET', '/v1/findings?monitor=canary:bird')).json.items).toHaveLength(3)
  // once each for the feed: created, and never again for what only grew
  expect(await api.engine.records('change', {}, { order: 'ts', limit: 100 })).toHaveLength(3)
  const filtered = await api.engine.events({ fields: { canary_input: 'bird' } }, { limit: 10 })
  expect(filtered.items.map(({ event }) => event.event_id)).toEqual(['e2'])
})

it('killed at any write and run again, it comes to the same findings', async () => {
  await put('bird', { string: BIRD })
  await put('fish', { string: FISH })
  await send(
    ...Array.from({ length: 6 }, (_, i) => said(`e${i}`, { user_id: `u${i % 3}`, response: `${BIRD} ${FISH}` })),
  )
  let left = 0
  const dying: Partial<Engine> = {
    putRecords: async (writes) => {
      if (left-- === 0) throw new Error('killed')
      return await api.engine.putRecords(writes)
    },
  }
  for (let at = 0; at < 3; at++) {
    left = at
    await expect(findings(dying)).rejects.toThrow('killed')
  }
  const whole = await findings()
  expect(whole.map(({ monitor, entity_id, evidence }) => [monitor, entity_id, evidence[0]?.observed]).sort()).toEqual(
    ['canary:bird', 'canary:fish'].flatMap((name) => ['u0', 'u1', 'u2'].map((user) => [name, user, 2])),
  )
  expect(await findings()).toEqual(whole)
  expect(await api.engine.records('change', {}, { order: 'ts', limit: 100 })).toHaveLength(6)
})

it('what is told of an erased user goes with him, and does not come back', async () => {
  await put('bird', { string: BIRD })
  await send(said('e1', { user_id: 'ann', response: BIRD }), said('e2', { user_id: 'bob', response: BIRD }))
  expect(await findings()).toHaveLength(2)
  expect((await api.call('POST', '/v1/erasures', { body: { user_id: 'ann', reason: 'asked' } })).json.outcome).toBe(
    'erased',
  )
  expect((await findings()).map(({ entity_id }) => entity_id)).toEqual(['bob'])
  const hits = await api.engine.records('canary-hit', {}, { order: 'rev', limit: 10 })
  expect(hits.map(({ entity }) => entity)).toEqual(['user:bob'])
  expect((await api.call('GET', '/v1/canaries/bird')).json.state).toBe('watching')
})

it('marks of a canary that was deleted are not told again of one that is put under its name', async () => {
  await put('bird', { string: BIRD })
  await send(said('e1', { user_id: 'ann', response: BIRD }))
  const [before] = await findings()
  await api.call('DELETE', '/v1/canaries/bird')
  await send(said('e2', { user_id: 'ann', response: 'nothing' }))
  await put('bird', { string: FISH })
  expect(await findings()).toEqual([before])
  // it came in after the canary was made, whenever it is said to have happened; the former string is no news any more
  await send(
    said('e3', { user_id: 'ann', response: `${FISH} ${BIRD}`, timestamp: '2025-06-01T00:00:00Z' }),
    said('e4', { user_id: 'bob', response: BIRD }),
  )
  const after = await findings()
  expect(after.map(({ evidence }) => [evidence[0]?.observed, evidence[0]?.event_ids]).sort()).toEqual([
    [1, ['e1']],
    [1, ['e3']],
  ])
  expect(after.find(({ finding_id }) => finding_id !== before?.finding_id)?.first_seen).toMatch(/^2025-06-01/)
})

it('an event that is amended counts once', async () => {
  await put('bird', { string: BIRD })
  await send(said('e1', { user_id: 'ann', response: BIRD }))
  await findings()
  const { items } = await api.engine.events({ event_ids: ['e1'] }, { limit: 1 })
  const { event, ts } = items[0]!
  await api.engine.append([{ kind: 'amendment', reason: 'redaction', event_id: 'e1', ts, body: event }])
  const [finding, ...others] = await findings()
  expect([finding?.evidence[0]?.observed, others]).toEqual([1, []])
})

it('asks the store for what is new alone, however much there was', async () => {
  await put('bird', { string: BIRD })
  await send(...Array.from({ length: 30 }, (_, i) => said(`e${i}`, { user_id: `u${i}`, response: BIRD })))
  await findings()
  const asked: string[] = []
  const counting: Partial<Engine> = {
    records: async (kind, ...rest) => {
      asked.push(kind)
      return await api.engine.records(kind, ...rest)
    },
    tally: () => Promise.reject(new Error('nothing is counted again')),
    outlines: () => Promise.reject(new Error('nothing is looked up again')),
  }
  await findings(counting)
  const idle = asked.splice(0).length
  await send(...Array.from({ length: 3 }, (_, i) => said(`n${i}`, { user_id: `u${i}`, response: BIRD })))
  expect(await findings(counting)).toHaveLength(30)
  // one question for all findings, and that of each again where it is written
  expect([idle, asked.filter((kind) => kind === 'finding')]).toEqual([2, Array(4).fill('finding')])
})

it('a finding for which there was no room is raised when there is', async () => {
  await put('bird', { string: BIRD })
  const open = Array.from({ length: 199 }, (_, i) => ({ finding_id: `f${i}`, monitor: 'canary:bird', status: 'new' }))
  await api.engine.putRecords(
    open.map((body) => ({
      record: { kind: 'finding', id: body.finding_id, ts: 0, entity: null, tenant_id: null, rank: null, body },
      expect: 0,
    })),
  )
  await send(...['ann', 'bob', 'cid'].map((user_id) => said(user_id, { user_id, response: BIRD })))
  const told = async () => {
    await findings()
    const records = await api.engine.records('finding', { fields: { detector: 'canary' } }, { order: 'ts', limit: 9 })
    return records.map(({ id, entity }) => ({ id, entity }))
  }
  const [first, ...others] = await told()
  expect([first?.entity, others]).toEqual(['user:ann', []])
  expect((await api.call('PATCH', `/v1/findings/${first!.id}`, { body: { status: 'resolved' } })).status).toBe(200)
  const again = ['user:ann', 'user:bob']
  expect((await told()).map(({ entity }) => entity).sort()).toEqual(again)
  expect((await told()).map(({ entity }) => entity).sort()).toEqual(again)
})
