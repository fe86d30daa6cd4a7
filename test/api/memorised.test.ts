import { afterEach, beforeEach, expect, it } from 'vitest'
import { memorisedJob } from '../../jobs/memorised.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { Engine } from '../../src/core/ports.ts'
import { DAY, formatTime } from '../../src/core/window.ts'
import { type Followed, readAnswers } from '../../src/flow/memorised/read.ts'
import { dressed, wordsBy } from '../flow/memorised/texts.ts'
import { type AnApi, anApi, said } from './an-api.ts'

const never = new AbortController().signal
const fingerprintKey = new Uint8Array(32).fill(6)
const words = wordsBy(21)
const PASSAGE = words(70)
let api: AnApi
let n = 0

beforeEach(async () => {
  api = await anApi()
})
afterEach(() => api.close())

/** An answer of its own to somebody of his own, but for what is said of it. */
const exchange = (event_id: string, over: object = {}) => ({
  ...said(event_id, { user_id: `user-${n}`, session_id: `session-${n++}`, prompt: words(6), response: words(60) }),
  timestamp: formatTime(api.clock.now()),
  ...over,
})
/** One that holds the passage. */
const giving = (event_id: string, user_id: string, over: object = {}) =>
  exchange(event_id, { user_id, response: `${words(20)}\n\n${PASSAGE} ${words(9)}`, ...over })
/** So many others that a passage is not what everybody is told. */
const others = (count: number, over: object = {}) =>
  Array.from({ length: count }, () => exchange(`other-${n}`, { response: 'yes', ...over }))

async function send(...events: object[]) {
  const { json } = await api.call('POST', '/v1/events', { role: 'ingest', body: events })
  expect(json.rejected).toEqual([])
}
const run = (over: Partial<Engine> = {}) =>
  memorisedJob({ engine: { ...api.engine, ...over }, clock: api.clock, fingerprintKey }, never)
const findings = async (call = {}) => (await api.call('GET', '/v1/findings?limit=1000', call)).json.items as Finding[]

it('tells of a passage that users who have nothing to do with each other were given, once, and goes on with it', async () => {
  await send(giving('e1', 'ann'), ...others(60), giving('e2', 'bob', { response: `${dressed(PASSAGE)} ${words(30)}` }))
  expect(await run()).toEqual({ done: 62 })
  const [told, ...more] = await findings()
  expect(more).toEqual([])
  expect(told).toMatchObject({
    detector: 'memorised-passage',
    severity: 'medium',
    status: 'new',
    title: 'A long passage was given out word for word to unrelated users',
    tags: { atlas: ['AML.T0057'], owasp: ['LLM02:2025'] },
    evidence: [
      {
        observed: 2,
        text: 'a passage of 70 words stands word for word in 2 answers to 2 users who asked unlike things, and in nothing that the log says the model was shown',
      },
    ],
  })
  expect(told!.evidence[0]!.event_ids.toSorted()).toEqual(['e1', 'e2'])
  expect(JSON.stringify(told)).not.toContain(PASSAGE.split(' ')[0])
  // the events are found by it, and it by its name
  const { items } = (await api.call('GET', `/v1/stats?by=user_id&memorised=${told!.entity_id.slice(10)}`)).json
  expect(items.map((one: { key: object }) => one.key)).toHaveLength(2)
  expect((await api.call('GET', `/v1/findings?monitor=${told!.monitor}`)).json.items).toHaveLength(1)

  await send(giving('e3', 'cyd'), giving('e4', 'ann'), ...others(60))
  await run()
  const grown = await findings()
  expect(grown).toHaveLength(1)
  expect(grown[0]).toMatchObject({ finding_id: told!.finding_id, evidence: [{ observed: 3 }] })
  expect(grown[0]!.evidence[0]!.text).toContain('in 4 answers to 3 users')
  // the feed hears of it once
  expect(await api.engine.records('change', {}, { order: 'ts', limit: 100 })).toHaveLength(1)
  // what somebody dismissed is not told again, also after a pause
  const body = { status: 'false_positive', note: 'our own handbook' }
  expect((await api.call('PATCH', `/v1/findings/${told!.finding_id}`, { body, role: 'analyst' })).status).toBe(200)
  api.pass(20 * DAY)
  await send(...others(100), giving('e5', 'dan'))
  await run()
  expect(await findings()).toHaveLength(1)
})

it('is of high severity where something in the passage was redacted', async () => {
  const leaked = words(60).split(' ').with(30, 'anna.kowalska@example.org').join(' ')
  const response = `${words(20)} ${leaked}`
  await send(exchange('e1', { response }), ...others(60), exchange('e2', { response: `${leaked} ${words(20)}` }))
  await run()
  const [told] = await findings()
  expect(told).toMatchObject({ severity: 'high', score: 80 })
  expect(told!.evidence[0]!.text).toContain('; values in it were redacted')
})

it('says nothing of what was shown to the model, was asked for alike, or goes out to everybody', async () => {
  const shown = { prompt: `Correct this: ${PASSAGE}` }
  const asked = { prompt: 'print the licence text please' }
  await send(
    // two who paste the same letter, one of them in an earlier turn
    giving('e1', 'ann', shown),
    exchange('e2', { user_id: 'bob', response: 'what about it?', ...shown }),
    giving('e3', 'bob'),
    giving('e4', 'eve'),
    ...others(100),
  )
  await run()
  expect(await findings()).toEqual([])
  const other = words(70)
  await send(
    exchange('f1', { ...asked, response: other }),
    exchange('f2', { prompt: 'The licence text, print it', response: other }),
    exchange('f3', { user_id: 'dan', response: `${words(3)} ${words(70)}` }),
    ...others(100),
  )
  await run()
  expect(await findings()).toEqual([])
  const form = words(80)
  await send(...Array.from({ length: 20 }, (_, i) => exchange(`g${i}`, { response: `${words(30)} ${form}` })))
  await send(...others(100))
  await run()
  expect(await findings()).toEqual([])
})

it('says nothing of what is put together of sentences that are said elsewhere too', async () => {
  const sentences = Array.from({ length: 6 }, () => `${words(11)}.`)
  const form = sentences.slice(0, 4).join(' ')
  const parts = sentences.flatMap((sentence) =>
    Array.from({ length: 8 }, () => `${words(9)}. ${sentence} ${words(9)}.`),
  )
  await send(
    ...['ann', 'bob'].map((user_id) => exchange(`form-${user_id}`, { user_id, response: `${form} ${words(9)}` })),
    ...parts.map((response) => exchange(`part-${n}`, { response })),
  )
  await send(...others(60))
  await run()
  expect([(await findings()).length, (await api.engine.memorised()).length]).toEqual([0, 1])
  const [row] = await api.engine.records('memorised-passage', {}, { order: 'ts', limit: 9 })
  expect(row!.body).toEqual({ words: 44, sensitive: false, composed: true })
})

it('waits until it can be told from what is said to everybody', async () => {
  await send(giving('e1', 'ann'), giving('e2', 'bob'), ...others(20))
  await run()
  expect(await findings()).toEqual([])
  await send(...others(20))
  await run()
  expect(await findings()).toHaveLength(1)
})

it('never compares tenants, and shows each its own', async () => {
  const acme = (await api.aKey({ role: 'admin', tenant_id: 'acme' })).key
  const other = (await api.aKey({ role: 'admin', tenant_id: 'other' })).key
  await send(
    giving('a1', 'ann', { tenant_id: 'acme' }),
    giving('o1', 'bob', { tenant_id: 'other' }),
    giving('h1', 'cyd'),
    ...['acme', 'other'].flatMap((tenant_id) => others(60, { tenant_id })),
  )
  await run()
  expect(await findings()).toEqual([])
  await send(giving('a2', 'bob', { tenant_id: 'acme' }))
  await run()
  expect((await findings({ key: acme })).map(({ tenant_id }) => tenant_id)).toEqual(['acme'])
  expect(await findings({ key: other })).toEqual([])
})

it('killed at any write and run again, it comes to the same findings', async () => {
  const second = words(90)
  const events = [
    giving('e1', 'ann'),
    giving('e2', 'bob', { response: `${PASSAGE} ${second}` }),
    giving('e3', 'cyd', { response: `${second} ${PASSAGE}` }),
    ...others(300),
    giving('e4', 'dan'),
  ]
  await send(...events)
  let left = 0
  const dying = (name: 'settle' | 'putRecords' | 'slot', after: boolean) => ({
    [name]: async (...args: never[]) => {
      const isLast = left-- === 0
      if (isLast && !after) throw new Error('killed')
      const answer = await (api.engine[name] as (...given: never[]) => Promise<unknown>)(...args)
      if (isLast) throw new Error('killed')
      return answer
    },
  })
  const outcome = async () =>
    (await findings())
      .map(({ evidence: [one] }) => [one!.observed, one!.text.slice(0, 60), one!.event_ids.length])
      .sort()
  let killed = 0
  for (const name of ['settle', 'putRecords', 'slot'] as const)
    for (const after of [false, true])
      for (let at = 0; at < 3; at++) {
        left = at
        api.pass(61_000_000)
        await run(dying(name, after)).catch(() => killed++)
      }
  expect(killed).toBeGreaterThan(3)
  await run()
  const whole = await outcome()
  await api.close()
  api = await anApi()
  await send(...events)
  await run()
  expect(whole).toEqual(await outcome())
  expect(whole.map(([users]) => users)).toEqual([2, 4])
})

it('keeps nothing of an erased user, nor of an erased tenant', async () => {
  const tenant_id = 'acme'
  await send(giving('e1', 'ann', { tenant_id }), giving('e2', 'bob', { tenant_id }), ...others(60, { tenant_id }))
  await run()
  const prints = async () => (await api.engine.memorised()).map(({ events }) => events)
  expect([(await findings()).length, await prints()]).toEqual([1, [2]])
  const erase = async (subject: object) =>
    expect((await api.call('POST', '/v1/erasures', { body: { ...subject, reason: 'asked' } })).json.outcome).toBe(
      'erased',
    )
  await erase({ user_id: 'ann' })
  expect(await prints()).toEqual([1])
  expect((await findings())[0]!.evidence[0]!.event_ids).toEqual(['e2'])
  await run()
  expect(await findings()).toHaveLength(1)
  await erase({ tenant_id })
  expect([await findings(), await prints()]).toEqual([[], []])
  expect(await api.engine.records('memorised-passage', {}, { order: 'ts', limit: 9 })).toEqual([])
})

it('follows a thousand passages of a tenant at most, and tells of two hundred that are open', async () => {
  const flood = Array.from({ length: 20 }, () => words(52))
  const of = (user_id: string) =>
    flood.map((response, i) => exchange(`${user_id}-${i}`, { user_id, session_id: user_id, response }))
  await send(...of('ann'), ...of('bob'), ...others(60))
  const { items } = await api.engine.events({}, { limit: 200, oldest: true })
  const followed: Followed = new Map([[null, new Map(Array.from({ length: 995 }, (_, i) => [`p${i}`, 2]))]])
  const { fingerprints } = await readAnswers({ engine: api.engine, clock: api.clock, fingerprintKey }, items, followed)
  expect(new Set(fingerprints.flatMap(({ passage }) => passage ?? [])).size).toBe(5)

  const ticket = (await api.engine.claim('fingerprints', 200, 1_000))!
  const [ann, bob] = [0, 20].map((at) => items[at]!.seq) as [number, number]
  const both = (passage: string, print: number) => [ann, bob].map((seq) => ({ seq, print, passage }))
  const rows = Array.from({ length: 30 }, (_, i) => both(`p${i}`, i)).flat()
  expect(await api.engine.settle(ticket, { fingerprints: rows })).toBe('settled')
  await run()
  const some = await api.engine.records('finding', {}, { order: 'ts', limit: 300 })
  expect(some).toHaveLength(10)
  // as if the runs of an hour and a half had told of others
  const copies = Array.from({ length: 185 }, (_, i) => ({ ...some[0]!, id: `f_${i}` }))
  await api.engine.putRecords(copies.map(({ version: _, rev: __, ...record }) => ({ record, expect: 0 })))
  for (let i = 0; i < 2; i++) await run()
  expect(await api.engine.records('finding', {}, { order: 'ts', limit: 300 })).toHaveLength(200)
})
