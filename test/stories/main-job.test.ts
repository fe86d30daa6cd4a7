import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import type { SearchAnswer } from '../../src/core/search.ts'
import type { Truth } from '../../src/simulator/truth.ts'
import { aFolder, aKey, cli, discard, type Served, served } from './served.ts'

/** The whole way, as a user goes it: the built service over HTTP, with its real model, on traffic of the simulator. */

const DAYS = 3
const dataDir = aFolder()
const firstDay = new Date(Date.now() - DAYS * 86_400_000).toISOString().slice(0, 10)
const keys: Record<string, string> = {}
let service: Served
let events: { event_id: string; timestamp: string; user_id?: string; prompt?: string; response?: string }[]
let truth: Truth

const invoice = {
  event_id: 'story-invoice',
  timestamp: `${firstDay}T10:00:00Z`,
  event_type: 'llm.completion',
  user_id: 'ada@example.org',
  session_id: 'story-session',
  tenant_id: 'lighthouse',
  model: 'tern-2',
  prompt: 'How do I get a copy of the bill for last month?',
  response: 'Open the billing page and choose the month; the invoice can be downloaded there.',
  favourite_colour: 'blue',
}
const weather = {
  ...invoice,
  event_id: 'story-weather',
  user_id: 'u-weather',
  prompt: 'Will it rain in Haugesund tomorrow?',
  response: 'Light rain is likely in the afternoon.',
}

beforeAll(async () => {
  for (const role of ['admin', 'ingest', 'analyst', 'siem', 'auditor']) keys[role] = aKey(dataDir, role)
  keys.tenant = aKey(dataDir, 'analyst', ['--tenant', 'lighthouse'])
  const truthFile = join(dataDir, '..', 'truth.json')
  const scenario = join(dataDir, '..', 'scenario.json')
  writeFileSync(scenario, JSON.stringify({ based_on: 'support', shares: { refused: 0.15 } }))
  const simulated = cli(dataDir, ['simulate', '--scenario', scenario, '--start', firstDay, '--truth', truthFile])
  events = simulated.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  truth = JSON.parse(readFileSync(truthFile, 'utf8'))
  service = await served(dataDir, keys.admin!, ['--jobs-enabled', 'false'])
}, 120_000)

afterAll(async () => {
  await service?.kill()
  discard(dataDir)
})

const search = async (ask: Record<string, unknown>, key = keys.analyst!) => {
  const { status, json, text } = await service.call<SearchAnswer>('POST', '/v1/search', ask, { key })
  expect(status, text).toBe(200)
  return json
}

it('takes in an object, an array, lines and gzip, each event once', async () => {
  const key = keys.ingest!
  const { status, json } = await service.call('POST', '/v1/events', invoice, { key })
  expect(status).toBe(202)
  expect(json).toEqual({ accepted: 1, duplicates: 0, rejected: [] })

  const array = [weather, invoice, { ...weather, event_id: 'story-bad', timestamp: 'yesterday' }, 7]
  expect((await service.call('POST', '/v1/events', array, { key })).json).toEqual({
    accepted: 1,
    duplicates: 1,
    rejected: [
      { index: 2, path: '/timestamp', message: expect.stringContaining('ISO 8601') },
      { index: 3, path: '', message: 'must be a JSON object' },
    ],
  })

  const lines = events.map((event) => JSON.stringify(event))
  const half = Math.floor(lines.length / 2)
  const first = `${lines.slice(0, half).join('\n')}\n\n{"broken": \n`
  expect((await service.call('POST', '/v1/events', first, { key, type: 'application/x-ndjson' })).json).toEqual({
    accepted: half,
    duplicates: 0,
    rejected: [{ index: half, path: '', message: 'the line is not valid JSON' }],
  })
  const rest = gzipSync(lines.slice(half).join('\n'))
  const zipped = { key, type: 'application/x-ndjson', headers: { 'content-encoding': 'gzip' } }
  expect((await service.call('POST', '/v1/events', rest, zipped)).json).toEqual({
    accepted: lines.length - half,
    duplicates: 0,
    rejected: [],
  })
})

it('finds a word at once, before anything was embedded', async () => {
  await expect
    .poll(async () => (await search({ q: 'haugesund', mode: 'keyword' })).items.map((item) => item.event_id))
    .toEqual(['story-weather'])
})

it('runs every job by name and lists how it went', async () => {
  for (const name of ['embed', 'baseline', 'detect', 'digest', 'checkpoint']) await service.job(name)
  const { json } = await service.call<{
    items: { name: string; running: boolean; last_run: { done: number } | null }[]
  }>('GET', '/v1/jobs')
  const ran = json.items.filter((item) => item.last_run !== null)
  expect(ran.map((item) => [item.name, item.running, (item.last_run?.done ?? 0) > 0])).toEqual(
    ['embed', 'baseline', 'detect', 'digest', 'checkpoint'].map((name) => [name, false, true]),
  )
  expect((await service.call('POST', '/v1/jobs/nonesuch/run')).status).toBe(404)
}, 60_000)

it('finds by meaning what shares no word with the question', async () => {
  const { items, how } = await search({ q: 'weather forecast for a Norwegian town', mode: 'semantic', k: 5 })
  expect(items.map((item) => item.event_id)).toContain('story-weather')
  expect(how).toBe('exact')
  expect(items.every((item) => item.matched === 'semantic')).toBe(true)
})

it('narrows by user, tenant, session and time, and pages without repeating itself', async () => {
  for (const filter of [
    { user_id: 'ada@example.org' },
    { session_id: 'story-session', user_id: 'ada@example.org' },
    { tenant_id: 'lighthouse', q: 'bill for last month' },
    { since: `${firstDay}T10:00:00Z`, until: `${firstDay}T10:00:00.000001Z`, q: 'bill for last month' },
  ]) {
    const { items } = await search({ q: 'anything', ...filter, k: 1 })
    expect(items.map((item) => item.event_id)).toEqual(['story-invoice'])
  }
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: SearchAnswer = await search({ q: 'order', k: 7, ...(cursor === null ? {} : { cursor }) })
    seen.push(...page.items.map((item) => item.event_id))
    cursor = page.next_cursor
  } while (cursor !== null && seen.length < 50)
  expect(seen.length).toBeGreaterThan(14)
  expect(new Set(seen).size).toBe(seen.length)
})

it('understands “all refusals” and finds most of them', async () => {
  const answer = await search({ q: 'all refusals', k: 1000 })
  expect(answer.interpreted_as).toMatchObject({ concept: 'refusal', scope: 'all' })
  expect(answer.total).toBe(answer.items.length)
  expect(answer.not_examined).toBe(0)
  expect(answer.estimated_precision).toBeGreaterThan(0)
  expect(answer.estimated_recall).toBeGreaterThan(0)
  const found = new Set(answer.items.map((item) => item.event_id))
  const hits = truth.refusals.filter((id) => found.has(id)).length
  expect(truth.refusals.length).toBeGreaterThan(10)
  expect(hits / truth.refusals.length).toBeGreaterThan(0.7)
  expect(hits / found.size).toBeGreaterThan(0.7)
})

it('shows an event as it is stored: redacted, with what is known about it', async () => {
  const { status, json } = await service.call('GET', '/v1/events/story-invoice', undefined, { key: keys.analyst! })
  expect(status).toBe(200)
  expect(json).toMatchObject({ event_id: 'story-invoice', attributes: { favourite_colour: 'blue' } })
  expect(json.user_id).toMatch(/^user:[0-9a-f]{16}$/)
  expect(json.concepts).toHaveProperty('refusal')
  expect((json.neighbours as string[]).length).toBeGreaterThan(0)
  expect((await service.call('GET', '/v1/events/nonesuch')).status).toBe(404)
})

it('raises the guessed password, scores who did it, and says why', async () => {
  const guesser = truth.attackers.find((one) => one.kind === 'brute_force')!.user_id
  const { json } = await service.call<{ items: Finding[] }>('GET', '/v1/findings?detector=brute-force')
  expect(json.items.map((one) => one.entity_id)).toContain(guesser)
  const { json: score } = await service.call('GET', `/v1/scores/user/${guesser}`)
  expect(score.score).toBeGreaterThanOrEqual(40)
  expect(score.evidence).toEqual(
    expect.arrayContaining([expect.objectContaining({ detector: 'brute-force', text: expect.any(String) })]),
  )
  const { json: scores } = await service.call<{ items: { entity_id: string }[] }>('GET', '/v1/scores?min_score=40')
  expect(scores.items.map((one) => one.entity_id)).toContain(guesser)
  const { json: usual } = await service.call<{ items: unknown[] }>('GET', '/v1/baselines?metric=volume&group=user')
  expect(usual.items.length).toBeGreaterThan(5)
})

it('feeds a SIEM with every finding and change once', async () => {
  const pull = async (cursor?: string) => {
    const query = cursor === undefined ? 'limit=1' : `limit=1000&cursor=${encodeURIComponent(cursor)}`
    const answer = await service.call('GET', `/v1/siem/findings?${query}`, undefined, { key: keys.siem! })
    expect(answer.status).toBe(200)
    const records = answer.text.split('\n').filter((line) => line !== '')
    return { records: records.map((line) => JSON.parse(line)), next: answer.headers.get('undercurrent-cursor')! }
  }
  const first = await pull()
  expect(first.records[0]).toMatchObject({ class_uid: 2004, activity_id: 1, metadata: { version: '1.8.0' } })
  const rest = await pull(first.next)
  const uids = [...first.records, ...rest.records].map((record) => record.metadata.uid)
  expect(new Set(uids).size).toBe(uids.length)
  expect((await pull(rest.next)).records).toEqual([])

  const id = first.records[0].finding_info.uid as string
  const patch = { status: 'resolved', note: 'a forgotten password' }
  const patched = await service.call('PATCH', `/v1/findings/${id}`, patch, { key: keys.analyst! })
  expect(patched.json).toMatchObject(patch)
  const change = await pull(rest.next)
  expect(change.records).toMatchObject([{ activity_id: 3, status: 'Resolved', finding_info: { uid: id } }])
  for (const format of ['ecs', 'cef', 'leef', 'native'])
    expect((await service.call('GET', `/v1/siem/findings?format=${format}`)).text).toContain(id)
})

it('writes the digest of a day in four forms', async () => {
  const { json } = await service.call<{ items: { date: string }[] }>('GET', '/v1/digests')
  expect(json.items.map((item) => item.date)).toContain(firstDay)
  const forms = { json: '{', html: '<!doctype html>', markdown: '# ', text: '' }
  for (const [format, start] of Object.entries(forms)) {
    const { status, text } = await service.call('GET', `/v1/digests/${firstDay}?format=${format}`, undefined, {
      key: keys.siem!,
    })
    expect(status).toBe(200)
    expect(text.toLowerCase().startsWith(start)).toBe(true)
    expect(text.includes(String(Number(firstDay.slice(8)))), format).toBe(true)
    // no event text in it: the feed and the digest are for eyes that may not read prompts
    for (const event of events) if ((event.prompt ?? '').length > 30) expect(text.includes(event.prompt!)).toBe(false)
  }
  const html = await service.call('GET', `/v1/digests/${firstDay}`, undefined, { headers: { accept: 'text/html' } })
  expect(html.headers.get('content-type')).toContain('text/html')
})

it('tells its numbers, its routes and its health', async () => {
  const metrics = await service.call('GET', '/metrics', undefined, { key: keys.siem! })
  expect(metrics.text).toContain(`undercurrent_events_total{outcome="accepted"} ${events.length + 2}`)
  // and an entry for whoever read some of them
  const entries = Number(/^undercurrent_ledger_entries (\d+)$/m.exec(metrics.text)?.[1])
  expect(entries).toBeGreaterThan(events.length + 2)
  expect((await service.call('GET', '/metrics', undefined, { key: null })).status).toBe(401)
  const { json: openapi } = await service.call('GET', '/openapi.json', undefined, { key: null })
  expect(openapi.openapi).toBe('3.1.0')
  expect(Object.keys(openapi.paths as object)).toEqual(
    expect.arrayContaining(['/v1/events', '/v1/search', '/v1/siem/findings', '/v1/jobs/{name}/run']),
  )
  expect((await service.call('GET', '/healthz', undefined, { key: null })).json).toEqual({ status: 'ok' })
  const ready = await service.call('GET', '/readyz', undefined, { key: null })
  expect(ready.json).toEqual({
    status: 'ready',
    store: 'ok',
    index: 'ok',
    model: 'ok',
    jobs: 'ok',
    disk: expect.any(String),
  })
  await service.job('checkpoint')
  const checkpoint = await service.call('GET', '/v1/ledger/checkpoint', undefined, { key: keys.auditor! })
  expect(Number(checkpoint.text.split('\n')[1])).toBeGreaterThan(events.length + 2)
})

it('lets each role do what it may and nothing more', async () => {
  const doors: [string, string, string[]][] = [
    ['POST', '/v1/events', ['ingest']],
    ['GET', '/v1/search?q=x', ['analyst']],
    ['GET', '/v1/events/story-weather', ['analyst']],
    ['GET', '/v1/findings', ['analyst', 'siem']],
    ['GET', '/v1/siem/findings', ['siem']],
    ['GET', '/v1/jobs', []],
    ['GET', '/v1/ledger/checkpoint', ['analyst', 'auditor']],
  ]
  for (const [method, path, may] of doors) {
    const body = method === 'POST' ? weather : undefined
    expect((await service.call(method, path, body, { key: null })).status, path).toBe(401)
    for (const role of ['ingest', 'analyst', 'siem', 'auditor', 'admin']) {
      const { status } = await service.call(method, path, body, { key: keys[role]! })
      const allowed = role === 'admin' || may.includes(role)
      expect(status, `${role} at ${path}`).toBe(!allowed ? 403 : method === 'POST' ? 202 : 200)
    }
  }
})

it('keeps a key of one tenant from every other', async () => {
  const key = keys.tenant!
  expect((await search({ q: 'anything', k: 1000 }, key)).items.map((item) => item.event_id).sort()).toEqual([
    'story-invoice',
    'story-weather',
  ])
  const foreign = events.find((event) => event.prompt !== undefined)!
  expect((await service.call('GET', `/v1/events/${foreign.event_id}`, undefined, { key })).status).toBe(404)
  expect((await service.call<{ items: unknown[] }>('GET', '/v1/findings', undefined, { key })).json.items).toEqual([])
})

it('said nothing of the events in its log', () => {
  for (const text of [invoice.prompt, invoice.user_id, weather.response]) expect(service.output()).not.toContain(text)
})
