import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accepted } from '../../src/api/routes/digests.ts'
import { type AnApi, anApi, said } from './an-api.ts'

let api: AnApi
beforeAll(async () => {
  api = await anApi()
  const day = (n: number) => `2026-01-${n}T10:00:00Z`
  await api.call('POST', '/v1/events', {
    body: [
      said('e1', { timestamp: day(29), user_id: '<script>alert(1)</script>' }),
      said('e2', { timestamp: day(30) }),
    ],
  })
})
afterAll(() => api.close())

const get = (query: string, headers = {}) => api.call('GET', `/v1/digests${query}`, { role: 'siem', headers })

it('days are listed newest first', async () => {
  const { status, json } = await get('')
  expect(status).toBe(200)
  expect(json.items.map(({ date }: { date: string }) => date)).toEqual(['2026-01-30', '2026-01-29'])
  expect(json.next_cursor).toBeNull()
})

it.each([
  ['', undefined, 'application/json; charset=utf-8'],
  ['?format=json', 'text/html', 'application/json; charset=utf-8'],
  ['?format=html', undefined, 'text/html; charset=utf-8'],
  ['', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=utf-8'],
  ['?format=markdown', undefined, 'text/markdown; charset=utf-8'],
  ['', 'text/markdown', 'text/markdown; charset=utf-8'],
  ['?format=text', undefined, 'text/plain; charset=utf-8'],
  ['', 'text/plain', 'text/plain; charset=utf-8'],
])('a day asked for with %s and Accept %s comes as %s', async (query, accept, type) => {
  const { status, headers, text } = await get(`/2026-01-30${query}`, accept === undefined ? {} : { accept })
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe(type)
  expect(text).toContain('2026')
})

it('a page may show the style that is in it, and neither run nor fetch anything', async () => {
  const { headers, text } = await get('/2026-01-29?format=html')
  const policy = headers.get('content-security-policy')!
  const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1]!)
  expect(styles).toHaveLength(1)
  expect(policy).toContain(`'sha256-${createHash('sha256').update(styles[0]!).digest('base64')}'`)
  expect(policy).toMatch(/^default-src 'none'; .*sandbox$/)
  expect(text).not.toContain('<script')
})

it.each([
  ['/yesterday', 400],
  ['/2026-02-30', 400],
  ['/2027-01-01', 404],
  ['/2020-01-01', 404],
  ['/2026-01-30?format=pdf', 400],
  ['?cursor=abc', 400],
])('%s is answered %i', async (query, status) => {
  expect((await get(query)).status).toBe(status)
})

it.each([
  [undefined, 'json'],
  ['*/*', 'json'],
  ['image/png', 'json'],
  ['constructor', 'json'],
  ['text/plain;q=0.2, text/html;q=0.9', 'html'],
  ['text/html;q=0, text/plain', 'text'],
  ['TEXT/MARKDOWN ; charset=utf-8', 'markdown'],
])('Accept %s takes %s', (header, format) => {
  expect(accepted(header)).toBe(format)
})
