import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SearchAnswer, SearchAsk, SearchItem } from '../../src/core/search.ts'
import { anApi } from './an-api.ts'

/** Of the events that the search below finds, a page at a time. */
const TOTAL = 1_200
const item = (n: number): SearchItem => ({
  event_id: `e${n}`,
  timestamp: '2026-01-05T00:00:00.000000Z',
  user_id: 'u1',
  session_id: null,
  model: 'small',
  prompt: n === 0 ? '=HYPERLINK("http://evil.example";"x")\r\n, "quoted" \u202e' : `question ${n}`,
  response: `answer ${n}`,
  status: null,
  score: 0.5,
  matched: 'semantic',
  concepts: { refusal: 0.9 },
  highlights: { prompt: ['«question»'] },
})

async function search(ask: SearchAsk): Promise<SearchAnswer> {
  const from = Number(ask.cursor ?? 0)
  const until = Math.min(TOTAL, from + ask.k!)
  return {
    items: Array.from({ length: until - from }, (_, i) => item(from + i)),
    next_cursor: until < TOTAL ? String(until) : null,
    ...(ask.scope === 'all' ? { total: TOTAL, threshold: 0.5 } : {}),
    not_examined: 0,
    how: 'exact',
    complete: ask.scope === 'all',
  }
}

let api: Awaited<ReturnType<typeof anApi>>
beforeAll(async () => {
  api = await anApi({ parts: { search } })
})
afterAll(() => api.close())

const exported = (body: object, as: object = { role: 'analyst' }) =>
  api.call('POST', '/v1/search/export', { ...as, body })

it('every event of a set leaves, each written down before', async () => {
  const { key, id } = await api.aKey({ role: 'analyst' })
  const answer = await exported({ q: 'secret', scope: 'all' }, { key })
  const lines = answer.text.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).event_id)).toEqual(Array.from({ length: TOTAL }, (_, n) => `e${n}`))
  expect(JSON.parse(lines[7]!)).toEqual(item(7))
  expect(answer.text).not.toContain('\u202e')
  expect(answer.headers.get('undercurrent-total')).toBe(String(TOTAL))
  expect(answer.headers.get('undercurrent-complete')).toBe('true')
  expect(answer.headers.get('content-type')).toMatch('application/x-ndjson')
  const { json } = await api.call('GET', `/v1/audit?action=search.export&by=${id}`, { role: 'auditor' })
  expect(json.items.map((entry: { rows: number }) => entry.rows)).toEqual([200, 1_000])
  expect(json.items[0]).toMatchObject({ asked: { scope: 'all', format: 'ndjson' } })
})

it('filters alone are a set, and of what is ranked the best leave', async () => {
  expect((await exported({ user_id: 'u1' })).text.trimEnd().split('\n')).toHaveLength(TOTAL)
  expect((await exported({ q: 'x' })).text.trimEnd().split('\n')).toHaveLength(1_000)
  const few = await exported({ q: 'x', k: 3 })
  expect(few.text.trimEnd().split('\n')).toHaveLength(3)
  expect(few.headers.get('undercurrent-complete')).toBe('false')
})

it('a text can be no formula of a spreadsheet, and no line of its own', async () => {
  const { text } = await exported({ q: 'x', k: 2, format: 'csv' })
  const [header, first] = text.split('\r\n')
  expect(header).toBe(
    'event_id,timestamp,user_id,session_id,model,status,score,matched,copies,prompt,response,concepts,highlights',
  )
  expect(text).toContain('"\'=HYPERLINK(""http://evil.example"";""x"")')
  expect(first).toMatch(/^e0,2026-01-05T00:00:00.000000Z,u1,,small,,0.5,semantic,,/)
})

it('who sees no texts gets none, and may not ask by words', async () => {
  const { key } = await api.aKey({ role: 'analyst', read: 'metadata' })
  const { text } = await exported({ concept: 'refusal', scope: 'all' }, { key })
  expect(text.split('\n')).toHaveLength(TOTAL + 1)
  expect(text).not.toMatch(/question|answer/)
  expect((await exported({ q: 'x' }, { key })).status).toBe(403)
})

it('what is no question of a whole answer is refused', async () => {
  for (const body of [
    { q: 'x', cursor: 'c' },
    { q: 'x', format: 'xml' },
    { q: 'x', k: 0 },
  ])
    expect((await exported(body)).status).toBe(400)
})
