import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ApiParts } from '../../src/api/parts.ts'
import { Problem } from '../../src/core/problem.ts'
import { type AnApi, anApi, said } from './an-api.ts'

let api: AnApi
const begin = async (parts: Partial<ApiParts> = {}) => {
  api = await anApi({ parts })
}
afterEach(() => api.close())

describe('every answer', () => {
  beforeEach(() => begin())

  it.each(['/healthz', '/v1/nothing', '/v1/jobs', '/metrics', '/openapi.json'])(
    '%s is data and nothing to run or keep',
    async (path) => {
      const { headers } = await api.call('GET', path)
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('server')).toBeNull()
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  it('HEAD answers where GET does, under the same lock', async () => {
    expect(await api.call('HEAD', '/v1/jobs')).toMatchObject({ status: 200, text: '' })
    expect((await api.call('HEAD', '/v1/jobs', { role: null })).status).toBe(401)
  })

  it('a job is started, listed, and said to run already', async () => {
    expect(await api.call('POST', '/v1/jobs/embed/run')).toMatchObject({ status: 202, json: { name: 'embed' } })
    const started = await api.call('POST', '/v1/jobs/embed/run', { body: '', type: 'application/json' })
    expect(started.status).toBe(202)
    expect((await api.call('GET', '/v1/jobs')).json).toMatchObject({ items: [{ name: 'embed' }], next_cursor: null })
    expect((await api.call('POST', '/v1/jobs/detect/run')).json.detail).toContain('one more run follows')
  })
})

describe('the log', () => {
  const secrets = ['needle-in-a-question', 'ann@shop.example', 'needle-in-a-prompt', 'needle-in-a-session']

  it('holds a line for each answer, and neither key, question, address nor text', async () => {
    await begin()
    const event = said('e1', { prompt: secrets[2], user_id: secrets[1], session_id: secrets[3] })
    await api.call('POST', '/v1/events', { role: 'ingest', body: event })
    await api.call('GET', `/v1/search?q=${secrets[0]}&user_id=${secrets[1]}`, { role: 'analyst' })
    await api.call('POST', '/v1/search', { role: 'analyst', body: { q: secrets[0], mode: secrets[0] } })
    await api.call('GET', `/v1/events/${secrets[1]}`)
    await api.call('GET', `/v1/findings?entity_type=user&entity_id=${secrets[1]}`)
    await api.call('GET', `/nowhere/${secrets[1]}`)
    await api.call('GET', '/v1/jobs', { key: 'uc_needle' })
    await expect.poll(() => api.lines.length).toBe(7)
    const log = api.lines.join('\n')
    for (const secret of [...secrets, ...Object.values(api.keys), 'uc_needle']) expect(log).not.toContain(secret)
    expect(
      api.lines.map((line) => JSON.parse(line)).map(({ method, route, status }) => [method, route, status]),
    ).toEqual([
      ['POST', '/v1/events', 202],
      ['GET', '/v1/search', 200],
      ['POST', '/v1/search', 400],
      ['GET', '/v1/events/:event_id', 404],
      ['GET', '/v1/findings', 200],
      ['GET', null, 404],
      ['GET', '/v1/jobs', 401],
    ])
    const metrics = (await api.call('GET', '/metrics')).text
    for (const secret of secrets) expect(metrics).not.toContain(secret)
  })

  it('has a bug whole under the id of its answer, which says nothing else', async () => {
    await begin({
      search: async () => {
        throw new Error('cannot read ann@shop.example', { cause: new TypeError('of undefined') })
      },
    })
    const { status, json, headers } = await api.call('GET', `/v1/search?q=${secrets[0]}`)
    expect(status).toBe(500)
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(json.title).toBe('Internal error')
    expect(JSON.stringify(json)).not.toMatch(/ann@shop|cannot read|undefined/)
    const line = JSON.parse(api.lines.find((text) => text.includes('unexpected error'))!)
    expect(json.instance).toBe(`urn:uuid:${line.request_id}`)
    expect(line).toMatchObject({ level: 'error', method: 'GET', route: '/v1/search' })
    expect(line.error).toMatch(/cannot read \S*EMAIL\S*[\s\S]*at [\s\S]*caused by TypeError: of undefined/)
    expect(line.error).not.toContain(secrets[0])
  })

  it('has what the service itself could not do, which the answer explains', async () => {
    await begin({
      search: async () => {
        throw new Problem('STORE_BROKEN', 'the database is damaged; restore a backup', { cause: new Error('page 7') })
      },
    })
    expect((await api.call('GET', '/v1/search?q=a')).json).toMatchObject({
      status: 500,
      type: 'urn:undercurrent:problem:store-broken',
      detail: 'the database is damaged; restore a backup',
    })
    expect(api.lines.find((text) => text.includes('STORE_BROKEN'))).toContain('page 7')
  })
})

describe('readiness and metrics', () => {
  it('readiness names the part that is not', async () => {
    await begin({
      ready: async () => ({
        ok: false,
        store: 'ok',
        index: 'rebuilding',
        model: 'ok',
        jobs: 'ok',
        disk: 'full in 9 days',
      }),
    })
    expect(await api.call('GET', '/readyz', { role: null })).toMatchObject({
      status: 503,
      json: { status: 'not ready', store: 'ok', index: 'rebuilding', model: 'ok', jobs: 'ok', disk: 'full in 9 days' },
    })
    expect((await api.call('GET', '/healthz', { role: null })).status).toBe(200)
  })

  it('metrics count what came in and what was answered', async () => {
    await begin()
    await api.call('POST', '/v1/events', { body: [said('e1'), said('e1'), said('e2', { timestamp: 'x' })] })
    await api.call('GET', '/v1/nothing')
    await api.call('GET', '/v1/search?q=anything')
    const { text, headers } = await api.call('GET', '/metrics')
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    for (const line of [
      'undercurrent_events_total{outcome="accepted"} 1',
      'undercurrent_events_total{outcome="duplicate"} 1',
      'undercurrent_events_total{outcome="rejected"} 1',
      'undercurrent_http_request_duration_seconds_count{method="POST",route="/v1/events",status="202"} 1',
      'undercurrent_http_request_duration_seconds_count{method="GET",route="none",status="404"} 1',
      'undercurrent_ledger_entries 2',
      'undercurrent_stage_waiting_events{stage="baseline"} 1',
      'undercurrent_index_vectors 0',
      'undercurrent_index_lag_vectors 0',
      'undercurrent_index_graph_bytes 0',
      'undercurrent_search_answers_total{path="exact"} 1',
      'undercurrent_job_running{job="embed"} 0',
      'undercurrent_job_last_end_timestamp_seconds{job="embed",outcome="done"} 1769943605',
      'undercurrent_info{version="1.2.3"} 1',
      'undercurrent_scrape_errors_total 0',
    ])
      expect(text.split('\n')).toContain(line)
    // without a graph there is no recall, least of all one of nought
    expect(text).not.toMatch(/^undercurrent_index_recall_ratio /m)
  })

  it('one metric that cannot be asked for does not hide the others', async () => {
    await begin({ jobs: { names: [], list: () => Promise.reject(new Error('busy')), run: async () => 'started' } })
    const { status, text } = await api.call('GET', '/metrics')
    expect(status).toBe(200)
    expect(text).toContain('undercurrent_scrape_errors_total 1')
    expect(text).toContain('undercurrent_ledger_entries 0')
  })
})
