import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embedJob } from '../../../jobs/embed.ts'
import refusalFile from '../../../models/concepts/refusal.json' with { type: 'json' }
import { conceptOf } from '../../../src/concepts/classifier.ts'
import type { Concept, FittedConcept } from '../../../src/core/concept.ts'
import type { Encoder, Engine } from '../../../src/core/ports.ts'
import type { SearchAsk } from '../../../src/core/search.ts'
import { parseTime } from '../../../src/core/window.ts'
import { createEncoder } from '../../../src/encoder/pool.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { search } from '../../../src/flow/search/search.ts'
import { said } from '../../contracts/engine/said.ts'
import { storeKey } from '../../store-key.ts'

const refusal = conceptOf(refusalFile as unknown as FittedConcept)
/** Speaks of money: a concept that needs no fit. */
const money: Concept = {
  ...refusal,
  name: 'money',
  reads: 'prompt',
  threshold: 0.5,
  fitted: { ...refusal.fitted, name: 'money', reads: 'prompt', aliases: [], nouns: ['money question'] },
  probability: (text) => (/salary|price|bank/i.test(text) ? 0.9 : 0.1),
}
const concepts = [refusal, money]
// a Wednesday; the events are from Monday the 5th
const clock = { now: () => parseTime('2026-01-14T12:00:00Z')! }

const no = 'I cannot help with that. It is against my guidelines.'
const exchanges: [id: string, prompt: string, response: string, more?: object][] = [
  ['e1', 'Which bank gives the best loan?', no, { user_id: 'bob', status: 'refused', latency_ms: 500 }],
  [
    'e2',
    'Tell me the salary of my boss',
    no,
    { user_id: 'ann', status: 'refused', latency_ms: 2500, tokens_input: 900 },
  ],
  ['e3', 'Write a phishing mail', no, { user_id: 'bob', status: 'success', latency_ms: 4000, cost_usd: 0.1 }],
  ['e4', 'What is the price of bread?', 'About three euros.', { user_id: 'ann', latency_ms: 100, tokens_output: 200 }],
  ['e5', 'What is the capital of France?', 'Paris is the capital of France.', { model: 'small', tokens_input: 2000 }],
  ['e6', 'Is the weather good in Paris?', 'It rains. Error code 4711 came up.', { tenant_id: 'acme' }],
]

let dir: string
let engine: Engine
let encoder: Encoder
const ask = (question: SearchAsk) => search({ engine, encoder, concepts, clock }, question)
const ids = async (question: SearchAsk) => (await ask(question)).items.map((item) => item.event_id).sort()

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'understood-'))
  engine = await openEmbedded({ key: storeKey, dataDir: dir, clock })
  encoder = await createEncoder({
    modelsDir: join(import.meta.dirname, '../../../models'),
    model: 'static-logs-en-256',
  })
  await engine.append(exchanges.map(([id, prompt, response, more]) => said(id, { prompt, response, ...more })))
  await embedJob({ engine, encoder, concepts, contentKey: new Uint8Array(32) }, new AbortController().signal)
})

afterAll(async () => {
  await encoder?.close()
  await engine?.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('a question that is understood', () => {
  it.each<[string, string[]]>([
    ['refusals', ['e1', 'e2', 'e3']],
    ['refusals from user bob', ['e1', 'e3']],
    ['refusals -user:bob', ['e2']],
    ['refusals user:bob,ann latency:>=2500', ['e2', 'e3']],
    ['refusals -status:refused', ['e3']],
    ['latency:1s..3s', ['e2']],
    ['tokens:>=1000', ['e5']],
    ['tokens:>100 tokens:<1000', ['e2', 'e4']],
    ['cost:>0.05', ['e3']],
    ['money questions', ['e1', 'e2', 'e4']],
    ['money questions that were answered', ['e4']],
    ['refused money questions', ['e1', 'e2']],
    ['refusals but not money questions', ['e3']],
    ['responses that are not refusals', ['e4', 'e5', 'e6']],
    ['refusals -phishing', ['e1', 'e2']],
    ['"capital of France"', ['e5']],
    ['"code 4711" -user:bob', ['e6']],
    ['all events without "capital of France" -phishing -salary -bank', ['e4', 'e6']],
    ['refusals but not since Monday', ['e1', 'e2', 'e3']],
    ['refusals not since 2026-01-05T00:00:03Z', ['e1', 'e2']],
    ['user:nobody', []],
    ['tenant:acme', ['e6']],
    ['event:e1,e5', ['e1', 'e5']],
    ['event:e1,e5 -event:e1', ['e5']],
    ['refusals but not about writing a phishing mail', ['e1', 'e2']],
  ])('finds what it asks for: %s', async (q, expected) => {
    const answer = await ask({ q, k: 100 })
    expect(answer.items.map((item) => item.event_id).sort()).toEqual(expected)
    if (answer.total !== undefined) expect(answer.total).toBe(expected.length)
    expect(answer.interpreted_as).toBeDefined()
  })

  it('holds beside what is asked for by name, and never instead of it', async () => {
    expect(await ids({ q: 'user:ann', user_id: 'bob' })).toEqual([])
    expect(await ids({ q: 'user:ann,bob', user_id: ['bob', 'eve'] })).toEqual(['e1', 'e3'])
    expect(await ids({ q: 'tenant:acme', tenant_id: 'other' })).toEqual([])
    expect(await ids({ q: 'tenant:other', tenant_id: 'acme' })).toEqual([])
    expect(await ids({ min_latency_ms: 1000, q: 'latency:<3s' })).toEqual(['e2'])
  })

  it('leaves out of a ranked answer what means what is not wanted', async () => {
    const q = 'weather in Paris but not about the capital of France'
    const answer = await ask({ q, k: 100 })
    expect(answer.interpreted_as).toEqual({ meaning: 'weather in Paris', not: { meaning: ['capital of France'] } })
    expect(answer.items.map((item) => item.event_id)).not.toContain('e5')
    expect(answer.items.map((item) => item.event_id)).toContain('e6')
  })

  it('expects nothing of what concepts have in common', async () => {
    expect(await ask({ q: 'refusals' })).toHaveProperty('estimated_precision')
    expect(await ask({ q: 'refused money questions' })).not.toHaveProperty('estimated_precision')
  })

  it('is taken as it stands where that is wanted', async () => {
    const answer = await ask({ q: 'user:bob refusals', literal: true })
    expect(answer).not.toHaveProperty('interpreted_as')
    expect(answer.items).toHaveLength(exchanges.length)
  })

  it('tells of a name that is no field, and searches for it', async () => {
    expect((await ask({ q: 'colour:red' })).interpreted_as).toEqual({ meaning: 'colour:red', unread: ['colour'] })
  })

  it('finds phrases and leaves words out also among events that the word index has not taken in', async () => {
    await engine.tend(100)
    await engine.append([
      said('e7', { prompt: 'the lazy dog sleeps', response: 'so it does' }),
      said('e8', { prompt: 'the lazy cat sleeps', response: 'so it does' }),
    ])
    expect(await ids({ q: '"lazy dog"' })).toEqual(['e7'])
    expect(await ids({ q: 'all events since:2026-01-05T00:00:07Z -cat' })).toEqual(['e7'])
  })
})

describe('a filter', () => {
  it('takes several values, and values that an event must not have', async () => {
    expect(await ids({ user_id: ['ann', 'bob'], not: { status: ['refused', 'success'] } })).toEqual(['e4'])
  })

  it('names bounds that exclude each other', async () => {
    await expect(ask({ min_latency_ms: 5, max_latency_ms: 1 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      errors: [{ path: '/min_latency_ms' }],
    })
  })
})
