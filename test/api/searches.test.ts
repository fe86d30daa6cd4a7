import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SearchAnswer } from '../../src/core/search.ts'
import type { SetCounts, UncertainAnswer } from '../../src/core/stored-search.ts'
import { DAY } from '../../src/core/window.ts'
import { type AConceptHouse, aConceptHouse } from './a-concept-house.ts'
import { said } from './an-api.ts'

let house: AConceptHouse
let acme: string
let globex: string
const REFUSALS = [
  'I am sorry, but I cannot help with that request.',
  'I will not do that. It would break the rules that I work under.',
  'Sorry, I am not able to assist with this.',
]
const ANSWERS = [
  'Open Billing, choose Export, and pick the month that you need.',
  'The parcel left our house on Monday and should reach you tomorrow.',
  'Paris is the capital of France.',
]
const isRefusal = (event_id: string) => Number(event_id.split('-')[1]) % 3 === 0

beforeAll(async () => {
  house = await aConceptHouse()
  acme = (await house.aKey({ role: 'analyst', tenant_id: 'acme' })).key
  globex = (await house.aKey({ role: 'analyst', tenant_id: 'globex' })).key
  const body = Array.from({ length: 90 }, (_, i) =>
    said(`acme-${i}`, {
      tenant_id: 'acme',
      user_id: `user-${i % 7}`,
      prompt: `request number ${i}`,
      response: (i % 3 === 0 ? REFUSALS : ANSWERS)[Math.floor(i / 3) % 3],
    }),
  )
  await house.call('POST', '/v1/events', { role: 'ingest', body })
  await house.embed()
})
afterAll(() => house?.close())

const ask = async (body: object, key = acme): Promise<SearchAnswer> =>
  (await house.call('POST', '/v1/search', { key, body })).json
const uncertain = (id: string, k: number, key = acme) => house.call('GET', `/v1/search/${id}/uncertain?k=${k}`, { key })
const label = (body: object, key = acme) => house.call('POST', '/v1/feedback', { key, body })
const width = (share: { low: number; high: number } | null) => share!.high - share!.low

it('a set has an id, and says what the calibration expects with an interval of everything', async () => {
  const answer = await ask({ q: 'all refusals' })
  expect(answer).toMatchObject({ total: 30, estimates: { labelled: 0, precision: { low: 0, high: 1 } } })
  expect(answer.estimates!.precision!.value).toBe(answer.estimated_precision)
  expect(answer.estimates!.recall!.value).toBe(answer.estimated_recall)
  expect((await ask({ q: 'all refusals' })).search_id).toBe(answer.search_id)
  expect(await ask({ q: 'all refusals', k: 5, sort: 'time' })).toMatchObject({ search_id: answer.search_id })
  expect(await ask({ q: 'parcel' })).not.toHaveProperty('search_id')
  expect(await ask({ concept: 'refusal', scope: 'all', min_probability: 0 })).not.toHaveProperty('search_id')
})

it('a set is counted by day, model, user and cluster, for its own tenant alone', async () => {
  const { search_id } = await ask({ q: 'all refusals' })
  const counts = (k: number, key = acme, id = search_id) => house.call('GET', `/v1/search/${id}/counts?k=${k}`, { key })
  const { json } = await counts(3)
  expect(json).toMatchObject({ total: 30, by: { day: { groups: 1 }, user_id: { groups: 7 } } })
  expect(json.by.user_id.items).toHaveLength(3)
  const all = (await counts(100)).json
  for (const { items } of Object.values<SetCounts['by']['day']>(all.by))
    expect(items.reduce((sum, { count }) => sum + count, 0)).toBe(30)
  for (const { value, count } of all.by.user_id.items) {
    const mine = Array.from({ length: 90 }, (_, i) => i).filter((i) => i % 3 === 0 && `user-${i % 7}` === value)
    expect({ value, count }).toEqual({ value, count: mine.length })
  }
  const phrase = await ask({ q: 'The parcel left our house', scope: 'all' })
  expect((await counts(5, acme, phrase.search_id)).json.total).toBe(phrase.total)
  expect((await counts(5, globex)).status).toBe(404)
})

it('hands out a sample of both sides of the threshold, the same until it is labelled, and estimates narrow', async () => {
  const { search_id } = await ask({ q: 'all refusals' })
  const first: UncertainAnswer = (await uncertain(search_id!, 6)).json
  expect(first.items).toHaveLength(6)
  expect(new Set(first.items.map(({ stratum }) => stratum.matched))).toEqual(new Set([true, false]))
  for (const { event_id, prompt, response, highlights, sampling_probability, stratum } of first.items) {
    expect(highlights.telling).toMatchObject({ concept: 'refusal', part: 'response' })
    expect(response).toContain(highlights.telling!.text)
    expect(prompt).toContain('request number')
    expect(isRefusal(event_id)).toBe(stratum.matched)
    expect(sampling_probability).toBeGreaterThan(0)
  }
  const ids = first.items.map(({ event_id }) => event_id)
  const again: UncertainAnswer = (await uncertain(search_id!, 6)).json
  expect(again.items.map(({ event_id }) => event_id)).toEqual(ids)

  const widths = [width(first.estimates.recall)]
  for (const event_id of ids) {
    const { json } = await label({ search_id, event_id, label: isRefusal(event_id) })
    expect(json).toMatchObject({ search: { search_id, counted: true }, refit: { outcome: 'scheduled' } })
    widths.push(width(json.search.estimates.recall))
  }
  expect(widths.at(-1)).toBeLessThan(widths[0]!)
  const answer = await ask({ q: 'all refusals' })
  expect(answer).toMatchObject({ search_id, estimates: { labelled: 6 } })
  expect(width(answer.estimates!.precision)).toBeLessThan(0.9)
  expect(answer.estimated_precision).toBe(answer.estimates!.precision!.value)
  const next: UncertainAnswer = (await uncertain(search_id!, 6)).json
  for (const { event_id } of next.items) expect(ids).not.toContain(event_id)
  expect((await house.call('GET', `/v1/search/${search_id}`, { key: acme })).json).toMatchObject({
    concept: 'refusal',
    total: 30,
    estimates: { labelled: 6 },
  })
})

it('a label of an event that was not handed out fits the concept and counts for no estimate', async () => {
  const { search_id } = await ask({ concept: 'refusal', scope: 'all', user_id: 'user-1' })
  const { items }: UncertainAnswer = (await uncertain(search_id!, 1)).json
  const other = Array.from({ length: 13 }, (_, i) => `acme-${1 + 7 * i}`).find((id) => id !== items[0]!.event_id)!
  const given = await label({ search_id, event_id: other, label: true })
  expect(given.json).toMatchObject({ search: { counted: false, estimates: { labelled: 0 } } })
})

it('a label is taken back for the search as well', async () => {
  const { search_id } = await ask({ q: 'all refusals', user_id: 'user-2' })
  const [one] = (await uncertain(search_id!, 1)).json.items
  await label({ search_id, event_id: one.event_id, label: true })
  const path = `/v1/feedback?search_id=${search_id}&event_id=${one.event_id}`
  expect((await house.call('DELETE', path, { key: acme })).status).toBe(204)
  const { json } = await house.call('GET', `/v1/search/${search_id}`, { key: acme })
  expect(json.estimates.labelled).toBe(0)
})

it('of a phrase nothing is estimated before labels, then what they say', async () => {
  const body = { q: ANSWERS[1], mode: 'semantic', scope: 'all', in: 'response', literal: true }
  const { search_id, estimates, total } = await ask(body)
  expect({ total, estimates }).toMatchObject({ total: 20, estimates: { precision: null, recall: null, labelled: 0 } })
  const { items }: UncertainAnswer = (await uncertain(search_id!, 30)).json
  expect(items.find(({ response }) => response === ANSWERS[1])?.highlights.closest?.text).toBe(ANSWERS[1])
  for (const { event_id, response } of items) {
    const { json } = await label({ search_id, event_id, label: response === ANSWERS[1] })
    expect(json).toMatchObject({ refit: { outcome: 'none' }, search: { counted: true } })
  }
  const answer = await ask(body)
  expect(answer).toMatchObject({ search_id, estimated_precision: 1, estimates: { labelled: 30 } })
  expect(answer.estimates!.recall!.value).toBe(1)
  expect(answer.estimates!.recall!.low).toBeGreaterThan(0.5)
  expect((await label({ search_id, event_id: 'acme-1', concept: 'refusal', label: true })).status).toBe(400)
})

it('of a phrase goes by the least similarity that is asked for, in its strata too', async () => {
  const body = { q: 'Sorry, I am not able to assist with the parcel', scope: 'all', in: 'response', literal: true }
  const [wide, usual, narrow] = [
    await ask({ ...body, min_similarity: 0.2 }),
    await ask(body),
    await ask({ ...body, min_similarity: 0.95 }),
  ]
  expect([wide.threshold, usual.threshold, narrow.threshold]).toEqual([0.2, 0.5, 0.95])
  expect(wide.total).toBeGreaterThan(usual.total!)
  expect(narrow.total).toBe(0)
  expect(new Set([wide, usual, narrow].map(({ search_id }) => search_id)).size).toBe(3)
  const { items }: UncertainAnswer = (await uncertain(wide.search_id!, 100)).json
  expect(items.filter(({ stratum }) => stratum.matched)).toHaveLength(wide.total!)
  for (const { score, stratum } of items) expect(stratum.matched).toBe(score >= 0.2)
  for (const other of [
    { q: 'the parcel is late', min_similarity: 0.3 },
    { q: 'all refusals', min_similarity: 0.3 },
    { user_id: 'user-1', scope: 'all', min_similarity: 0.3 },
    { ...body, mode: 'keyword', min_similarity: 0.3 },
    { ...body, min_similarity: 0.1 },
  ])
    expect((await house.call('POST', '/v1/search', { key: acme, body: other })).json.errors).toMatchObject([
      { path: '/min_similarity' },
    ])
})

it('an example is in no stratum of the set that is like it', async () => {
  const { search_id, total } = await ask({ like: ['acme-1'], in: 'response', scope: 'all' })
  const { items }: UncertainAnswer = (await uncertain(search_id!, 100)).json
  const strata = new Map(items.map(({ stratum }) => [stratum.from, stratum]))
  const sizes = (matched: boolean) =>
    [...strata.values()].reduce((sum, one) => sum + (one.matched === matched ? one.size : 0), 0)
  expect([sizes(true), sizes(false)]).toEqual([total, 90 - 1 - total!])
  expect(items).toHaveLength(89)
})

it('goes by the threshold that a wanted precision or recall asks for, or says that none does', async () => {
  const all = { concept: 'refusal', scope: 'all' }
  const [sure, most] = [await ask({ ...all, min_precision: 0.97 }), await ask({ ...all, min_recall: 0.99 })]
  expect(sure.estimated_precision).toBeGreaterThanOrEqual(0.97)
  expect(most.estimated_recall).toBeGreaterThanOrEqual(0.99)
  expect(most.threshold).toBeLessThan((await ask(all)).threshold!)
  expect((await ask({ ...all, min_precision: 1 })).notices).toMatchObject([{ code: 'wanted_unreachable' }])
  for (const body of [
    { ...all, min_recall: 0.9, min_probability: 0.2 },
    { q: 'parcel', min_precision: 0.9 },
  ])
    expect((await house.call('POST', '/v1/search', { key: acme, body })).status).toBe(400)
})

it('is for its tenant alone, and not for a key that sees no texts where words were asked for', async () => {
  const { search_id } = await ask({ q: 'all refusals' })
  for (const key of [globex, house.keys.analyst]) {
    expect((await uncertain(search_id!, 1, key)).status).toBe(404)
    expect((await label({ search_id, event_id: 'acme-0', label: true }, key)).status).toBe(404)
  }
  for (const none of ['nothing', '0'.repeat(24)]) expect((await uncertain(none, 1)).status).toBe(404)
  const blind = (await house.aKey({ role: 'analyst', tenant_id: 'acme', read: 'metadata' })).key
  const [shown] = (await uncertain(search_id!, 1, blind)).json.items
  expect(shown).toMatchObject({ prompt: null, response: null, highlights: {} })
  const phrase = await ask({ q: ANSWERS[0], mode: 'semantic', scope: 'all' })
  expect((await uncertain(phrase.search_id!, 1, blind)).status).toBe(403)
})

it('keeps no words that a text may not hold, and nothing of whom an erasure takes', async () => {
  const secret = 'write to ann.example@shop.example about the parcel'
  expect(await ask({ q: secret, mode: 'semantic', scope: 'all' })).not.toHaveProperty('search_id')
  const { search_id } = await ask({ q: 'all refusals', user_id: 'user-3' })
  await uncertain(search_id!, 20)
  const whole = await ask({ q: 'all refusals' })
  await uncertain(whole.search_id!, 100)
  const body = { user_id: 'user-3', tenant_id: 'acme', reason: 'asked for it' }
  expect((await house.call('POST', '/v1/erasures', { body })).json.outcome).toBe('erased')
  const kept = JSON.stringify(await house.engine.records('search', {}, { order: 'ts', limit: 500 }))
  for (const name of ['user-3', 'acme-3"', 'acme-87"']) expect(kept).not.toContain(name)
  expect((await uncertain(search_id!, 1)).status).toBe(404)
  const left: UncertainAnswer = (await uncertain(whole.search_id!, 100)).json
  for (const { event_id } of left.items) expect(Number(event_id.split('-')[1]) % 7).not.toBe(3)
})

it('is bounded: what was not used for thirty days is gone, and there are four to a shelf', async () => {
  for (let session = 0; session < 30; session++)
    await ask({ concept: 'refusal', scope: 'all', session_id: `s-${session}` })
  const held = await house.engine.records('search', { tenant_id: 'acme' }, { order: 'ts', limit: 500 })
  // 64 shelves of four, and no other place
  for (const { id } of held) expect(id).toMatch(/^[0-9a-f]{16}-[0-3][0-9a-f]-[0-3]$/)
  const { search_id } = await ask({ concept: 'refusal', scope: 'all' })
  house.pass(31 * DAY)
  expect((await house.call('GET', `/v1/search/${search_id}`, { key: acme })).status).toBe(404)
})
