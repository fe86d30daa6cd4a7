import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnApi, anApi, said } from './an-api.ts'

let api: AnApi
beforeAll(async () => {
  api = await anApi()
})
afterAll(() => api.close())

const LIMIT = 100_000
const json = 'application/json'
const ndjson = 'application/x-ndjson'

interface Bad {
  method?: string
  path?: string
  role?: 'ingest' | 'analyst' | 'siem' | 'auditor' | 'admin' | null
  body?: unknown
  type?: string | null
  headers?: Record<string, string>
}

const events = (body: unknown, over: Bad = {}): Bad => ({
  method: 'POST',
  path: '/v1/events',
  role: 'ingest',
  body,
  ...over,
})
const search = (query: string): Bad => ({ path: `/v1/search?${query}` })

const table: [string, number, Bad][] = [
  ['a body that is no JSON', 400, events('{"event_id": ')],
  ['a body that is not UTF-8', 400, events(Buffer.from([0x22, 0xff, 0xfe, 0x22]))],
  ['an empty body', 400, events('')],
  ['no body and no type', 400, events(undefined)],
  ['gzip that is none', 400, events('plain', { headers: { 'content-encoding': 'gzip' } })],
  [
    'gzip that breaks off',
    400,
    events(gzipSync(JSON.stringify([said('x')])).subarray(0, 40), { headers: { 'content-encoding': 'gzip' } }),
  ],
  ['an empty body said to be gzip', 400, events('', { type: json, headers: { 'content-encoding': 'gzip' } })],
  ['a body above the limit', 413, events('x'.repeat(LIMIT + 1))],
  ['a body above the limit, sent in pieces', 413, events('x'.repeat(LIMIT + 1), { headers: { 'x-pieces': '1' } })],
  [
    'a small body that inflates above the limit',
    413,
    events(gzipSync('x'.repeat(LIMIT * 50)), { headers: { 'content-encoding': 'gzip' } }),
  ],
  ['a text', 415, events('hello', { type: 'text/plain' })],
  ['a form', 415, events('a=b', { type: 'application/x-www-form-urlencoded' })],
  ['a type that is none', 415, events('{}', { type: 'json' })],
  ['a body without a type', 415, events(Buffer.from('{}'), { type: null })],
  ['a brotli body', 415, events('x', { headers: { 'content-encoding': 'br' } })],
  ['two encodings', 415, events('x', { headers: { 'content-encoding': 'gzip, gzip' } })],
  ['no key', 401, events([said('x')], { role: null })],
  ['a key that is none', 401, events([said('x')], { role: null, headers: { authorization: 'Bearer uc_nonsense' } })],
  ['another scheme', 401, events([said('x')], { role: null, headers: { authorization: 'Basic dTpw' } })],
  ['no scheme', 401, events([said('x')], { role: null, headers: { authorization: 'uc_x' } })],
  ['the key of a reader', 403, events([said('x')], { role: 'analyst' })],
  ['the key of an auditor', 403, events([said('x')], { role: 'auditor' })],
  ['a writer who reads', 403, { path: '/v1/events/x', role: 'ingest' }],
  ['a SIEM that reads text', 403, { path: '/v1/events/x', role: 'siem' }],
  ['a SIEM that searches', 403, { path: '/v1/search?q=a', role: 'siem' }],
  ['a SIEM that changes a finding', 403, { method: 'PATCH', path: '/v1/findings/x', role: 'siem', body: {} }],
  ['an auditor who reads text', 403, { path: '/v1/events/x', role: 'auditor' }],
  ['a writer who reads findings', 403, { path: '/v1/siem/findings', role: 'ingest' }],
  ['an analyst who runs jobs', 403, { method: 'POST', path: '/v1/jobs/embed/run', role: 'analyst' }],
  ['an unknown route', 404, { path: '/v1/nothing' }],
  ['an unknown route without a key', 404, { path: '/v1/nothing', role: null }],
  ['an unknown event', 404, { path: '/v1/events/nobody' }],
  ['an unknown finding', 404, { path: '/v1/findings/none' }],
  ['an unknown job', 404, { method: 'POST', path: '/v1/jobs/none/run' }],
  ['a part of the path that is far too long', 404, { path: `/v1/events/${'x'.repeat(9000)}` }],
  ['another method', 405, { method: 'DELETE', path: '/v1/search' }],
  ['another method on a route with a name in it', 405, { method: 'PUT', path: '/v1/jobs/embed/run' }],
  ['a path that cannot be decoded', 400, { path: '/v1/events/%E0%A4%A' }],
  ['a page size that is none', 400, search('q=a&k=many')],
  ['a page size beyond the largest', 400, search('q=a&k=1001')],
  ['an empty page', 400, search('q=a&k=0')],
  ['an unknown mode', 400, search('q=a&mode=psychic')],
  ['an unknown parameter', 400, search('q=a&colour=red')],
  ['a parameter given twice', 400, search('q=a&q=b')],
  ['a list in the query', 400, search('q=a&like=x')],
  ['a question that is no text', 400, { method: 'POST', path: '/v1/search', body: { q: 7 } }],
  ['a question that is a list', 400, { method: 'POST', path: '/v1/search', body: [] }],
  ['a question that is no JSON', 400, { method: 'POST', path: '/v1/search', body: '{q:' }],
  ['a question with a prototype in it', 400, { method: 'POST', path: '/v1/search', body: '{"__proto__": {"q": "a"}}' }],
  ['a question in lines', 415, { method: 'POST', path: '/v1/search', body: '{}', type: ndjson }],
  [
    'a question in gzip',
    415,
    { method: 'POST', path: '/v1/search', body: gzipSync('{}'), headers: { 'content-encoding': 'gzip' } },
  ],
  ['a question of a megabyte', 413, { method: 'POST', path: '/v1/search', body: { q: 'x'.repeat(1_000_000) } }],
  ['a severity that is none', 400, { path: '/v1/findings?severity=awful' }],
  ['a time that is none', 400, { path: '/v1/findings?since=yesterday' }],
  ['a cursor that is none', 400, { path: '/v1/findings?cursor=abc' }],
  ['a feed format that is none', 400, { path: '/v1/siem/findings?format=xml' }],
  ['a feed cursor that is none', 400, { path: '/v1/siem/findings?cursor=abc' }],
  ['a status that is none', 400, { method: 'PATCH', path: '/v1/findings/x', body: { status: 'gone' } }],
  ['a baseline of nothing', 400, { path: '/v1/baselines?group=user' }],
  ['a baseline of nobody', 400, { path: '/v1/baselines?metric=volume&group=planet' }],
  ['a score above all scores', 400, { path: '/v1/scores?min_score=101' }],
  ['a score at no time', 400, { path: '/v1/scores?at=teatime' }],
  ['a score of no kind of entity', 400, { path: '/v1/scores/planet/mars' }],
  ['a score of somebody unknown', 404, { path: '/v1/scores/user/nobody' }],
  ['a job that runs already', 409, { method: 'POST', path: '/v1/jobs/detect/run' }],
]

describe('what is refused', () => {
  it.each(table)('%s is answered %i', async (_, status, { method = 'GET', path = '/', ...rest }) => {
    const { 'x-pieces': pieces, ...headers } = rest.headers ?? {}
    const inPieces = pieces === undefined ? {} : { body: stream(rest.body as string), duplex: 'half' }
    const answer =
      pieces === undefined
        ? await api.call(method, path, { ...rest, headers })
        : await fetch(`http://127.0.0.1:${api.port}${path}`, {
            method,
            headers: { authorization: `Bearer ${api.keys.ingest}`, 'content-type': json },
            ...(inPieces as object),
          }).then(async (response) => ({
            status: response.status,
            headers: response.headers,
            json: JSON.parse(await response.text()),
          }))
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(answer.json).toMatchObject({
      type: expect.stringMatching(/^urn:undercurrent:problem:[a-z-]+$/),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
    })
    expect(answer.headers.get('www-authenticate') !== null).toBe(status === 401)
    expect(answer.headers.get('allow') !== null).toBe(status === 405)
  })

  it('names each fault by its place and never by what was sent', async () => {
    const secret = 'sk-live-0123456789'
    const { json } = await api.call('POST', '/v1/search', {
      body: { q: 5, mode: secret, k: 0, [secret]: 1, colour: secret, like: [secret, 7] },
    })
    expect(json.errors).toEqual(
      expect.arrayContaining([
        { path: '/q', message: 'must be string' },
        { path: '/mode', message: 'must be one of hybrid, semantic, keyword' },
        { path: '/k', message: expect.any(String) },
        { path: '/like/1', message: 'must be string' },
        { path: '/colour', message: 'is not known here' },
        { path: '', message: 'is not known here' },
      ]),
    )
    expect(JSON.stringify(json)).not.toContain(secret)
  })

  it('answers what is not HTTP at all', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      let got = ''
      const socket = connect(api.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
      socket.on('data', (chunk) => (got += chunk))
      socket.on('end', () => resolve(got))
      socket.on('error', reject)
    })
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(JSON.parse(text.split('\r\n\r\n')[1]!)).toMatchObject({ status: 400 })
  })

  it('goes on serving over the same connection after a refused body', async () => {
    for (let i = 0; i < 5; i++) {
      expect((await api.call('POST', '/v1/events', { role: 'ingest', body: 'x'.repeat(LIMIT * 20) })).status).toBe(413)
      expect((await api.call('GET', '/healthz', { role: null })).status).toBe(200)
    }
  })
})

function stream(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.subarray(at, at + 8192))
      at += 8192
    },
  })
}
