import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embedJob } from '../../../jobs/embed.ts'
import refusalFile from '../../../models/concepts/refusal.json' with { type: 'json' }
import { conceptOf } from '../../../src/concepts/classifier.ts'
import type { FittedConcept } from '../../../src/core/concept.ts'
import type { Encoder, Engine } from '../../../src/core/ports.ts'
import type { SearchAsk } from '../../../src/core/search.ts'
import { parseTime } from '../../../src/core/window.ts'
import { createEncoder } from '../../../src/encoder/pool.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { search } from '../../../src/flow/search/search.ts'
import { said } from '../../contracts/engine/said.ts'
import { storeKey } from '../../store-key.ts'

const refusal = conceptOf(refusalFile as unknown as FittedConcept)
// a Wednesday; the events are from Monday the 5th
const clock = { now: () => parseTime('2026-01-14T12:00:00Z')! }
const redactor = {
  forms: (_: string, value: string): [string, ...string[]] =>
    value === 'ada@example.org' ? ['user:0', 'user:ada'] : [value],
}

const exchanges: [id: string, prompt: string, response: string, more?: object][] = [
  [
    'e1',
    'How do I reset my password?',
    'Open Settings, choose Security, and press "Reset password".',
    { user_id: 'u1' },
  ],
  ['e2', 'I forgot my login credentials', 'No problem: I have sent you a link to choose new ones.', { user_id: 'u2' }],
  ['e3', 'Write a phishing mail for me', "I'm sorry, but I can't help with that.", { user_id: 'u1' }],
  [
    'e4',
    'How do I build a bomb?',
    'I cannot provide instructions for building explosives. It is illegal.',
    { user_id: 'u3' },
  ],
  [
    'e5',
    'Where is my parcel?',
    'I am sorry that it is late. It will arrive tomorrow before noon.',
    { user_id: 'user:ada' },
  ],
  ['e6', 'What is the capital of France?', 'Paris is the capital of France.', { model: 'small' }],
  ['e7', 'The customer refused delivery, what now?', 'Book a new attempt, or have the parcel sent back.', {}],
  [
    'e8',
    'Tell me the salary of my boss',
    'I am not able to share personal data about employees.',
    { tenant_id: 'acme' },
  ],
  ['e9', 'Recette de crêpes', 'Mélangez la farine, les œufs et le lait.', { tenant_id: 'acme' }],
  ['e10', '<b>bold</b> «password» password', 'nothing here', {}],
]

let dir: string
let engine: Engine
let encoder: Encoder
const ask = (question: SearchAsk) => search({ engine, encoder, concepts: [refusal], clock, redactor }, question)
const ids = async (question: SearchAsk) => (await ask(question)).items.map((item) => item.event_id)

describe('an explanation', () => {
  it('tells the path, what was scored and what took how long, where it is asked for', async () => {
    const { explain, how, items } = await ask({ q: 'forgotten password', explain: true })
    expect(explain).toMatchObject({
      path: how,
      vectors: { segments_scanned: 1, segments_gathered: 0, graphs: 0, recall: null },
      ms: { nearest: 0, words: 0, encode: 0, total: 0 },
    })
    expect(explain!.candidates).toBeGreaterThanOrEqual(items.length)
    expect(explain!.vectors!.scored).toBeGreaterThan(0)
    expect((await ask({ q: 'forgotten password' })).explain).toBeUndefined()
  })

  it('is no other question: its cursor goes on without it', async () => {
    const { next_cursor } = await ask({ q: 'password', k: 1, explain: true })
    expect((await ask({ q: 'password', k: 1, cursor: next_cursor! })).items).toHaveLength(1)
  })

  it('tells that stored probabilities answered', async () => {
    const { explain } = await ask({ concept: 'refusal', scope: 'all', explain: true })
    expect(explain).toMatchObject({ path: 'marks' })
    expect(explain).not.toHaveProperty('vectors')
  })
})

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'search-'))
  engine = await openEmbedded({ key: storeKey, dataDir: dir, clock })
  encoder = await createEncoder({
    modelsDir: join(import.meta.dirname, '../../../models'),
    model: 'static-logs-en-256',
  })
  await engine.append(exchanges.map(([id, prompt, response, more]) => said(id, { prompt, response, ...more })))
  const parts = { engine, encoder, concepts: [refusal], contentKey: new Uint8Array(32) }
  await embedJob(parts, new AbortController().signal)
})

afterAll(async () => {
  await encoder?.close()
  await engine?.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('an answer by meaning', () => {
  it('shows the closest sentence of what it found, and of a concept the telling one', async () => {
    const { items } = await ask({ q: 'forgot my login', mode: 'semantic', k: 1 })
    expect(items[0]!.highlights.closest).toMatchObject({
      part: 'prompt',
      text: 'I forgot my login credentials',
      start: 0,
    })
    const { items: refusals } = await ask({ q: 'all refusals' })
    const { telling } = refusals.find(({ event_id }) => event_id === 'e4')!.highlights
    expect(telling).toMatchObject({
      concept: 'refusal',
      text: 'I cannot provide instructions for building explosives.',
    })
  })

  it('says where the model hardly knows the words; an answer by word has no need to', async () => {
    const q = 'Passwort vergessen und Anmeldung unmöglich'
    expect((await ask({ q })).notices).toMatchObject([{ code: 'words_hardly_known' }])
    expect((await ask({ q, mode: 'keyword' })).notices).toBeUndefined()
    expect((await ask({ q: 'forgotten password' })).notices).toBeUndefined()
  })
})

describe('a search by meaning', () => {
  it('finds what says the same in other words', async () => {
    expect(await ids({ q: 'cannot sign in any more', mode: 'semantic', k: 3 })).toContain('e2')
  })

  it('shows each event once, with its better text', async () => {
    const found = await ids({ q: 'the capital of France', mode: 'semantic', k: 100 })
    expect(found[0]).toBe('e6')
    expect(new Set(found).size).toBe(found.length)
    expect(found).toHaveLength(exchanges.length)
  })

  it('moves towards examples, away from counter-examples, and shows neither', async () => {
    const found = await ids({ like: ['e4'], unlike: ['e6'], mode: 'semantic', k: 3 })
    expect(found).not.toContain('e4')
    expect(found).toContain('e3')
  })

  it('answers everything like an example, with the threshold that it went by', async () => {
    const answer = await ask({ like: ['e3'], scope: 'all', in: 'response' })
    expect(answer).toMatchObject({ threshold: 0.5, how: 'exact', complete: true })
    expect(answer.total).toBe(answer.items.length)
    expect(answer.items.map((item) => item.event_id)).not.toContain('e3')
    for (const { score } of answer.items) expect(score).toBeGreaterThanOrEqual(0.5)
  })

  it('says which example is no event, also where it is another tenant’s', async () => {
    for (const question of [{ like: ['nobody'] }, { like: ['e1'], tenant_id: 'acme' }])
      await expect(ask(question)).rejects.toMatchObject({ code: 'BAD_REQUEST', errors: [{ path: '/like/0' }] })
  })

  it('answers every match of a phrase where all is asked for', async () => {
    const answer = await ask({ q: 'What is the capital of France?', mode: 'semantic', scope: 'all' })
    expect(answer.items.map((item) => item.event_id)).toEqual(['e6'])
    expect(answer).toMatchObject({ total: 1, threshold: 0.5, how: 'exact', complete: true })
  })
})

describe('a search by word', () => {
  it('finds the events that hold every word, the prompt and the shorter text counting more, and marks the words', async () => {
    const { items, how } = await ask({ q: 'the PASSWORD', mode: 'keyword' })
    expect(items.map((item) => item.event_id)).toEqual(['e10', 'e1'])
    expect(items[1]!.highlights).toEqual({
      prompt: ['How do I reset my «password»?'],
      response: ['…ings, choose Security, and press "Reset «password»".'],
    })
    expect(how).toBe('words')
  })

  it('does not let a text pretend a mark, and adds no markup', async () => {
    const [first] = (await ask({ q: 'password', mode: 'keyword' })).items
    expect(first!.highlights.prompt).toEqual(['<b>bold</b> ‹«password»› «password»'])
  })

  it('takes a quoted phrase whole, and no accent seriously', async () => {
    expect(await ids({ q: '"capital of France"', mode: 'keyword' })).toEqual(['e6'])
    expect(await ids({ q: '"France of capital"', mode: 'keyword' })).toEqual([])
    expect(await ids({ q: 'crepes', mode: 'keyword' })).toEqual(['e9'])
  })

  it('reads no operator into the words', async () => {
    for (const q of [
      'password OR parcel',
      'pass*',
      'prompt:password',
      '"',
      '""',
      'NEAR(',
      "'; drop table events; --",
      '\u0000',
    ])
      await expect(ask({ q, mode: 'keyword', scope: 'all' })).resolves.toMatchObject({ items: [] })
  })

  it('shows behind what holds every word what holds some, and with scope all none of that', async () => {
    const q = 'parcel delivery refused'
    const { items } = await ask({ q, mode: 'keyword' })
    expect(items.map((item) => item.event_id)).toEqual(['e7', 'e5'])
    expect(items.map((item) => item.score)).toEqual(items.map((item) => item.score).toSorted((a, b) => b - a))
    expect(await ids({ q, mode: 'keyword', scope: 'all' })).toEqual(['e7'])
    expect(await ids({ q: '"sent back" parcel nowhere', mode: 'keyword' })).toEqual(['e7'])
  })

  it('looks only where it is told to', async () => {
    expect(await ids({ q: 'settings', mode: 'keyword', in: 'prompt' })).toEqual([])
    expect(await ids({ q: 'settings', mode: 'keyword', in: 'response' })).toEqual(['e1'])
  })
})

describe('a search both ways', () => {
  it('puts first what is found by both', async () => {
    const { items } = await ask({ q: 'reset password', k: 3 })
    expect(items[0]).toMatchObject({ event_id: 'e1', matched: 'both' })
    expect(items.map((item) => item.matched)).toContain('semantic')
  })

  it('is narrowed before it is cut', async () => {
    expect(await ids({ q: 'capital of France', user_id: 'u3' })).toEqual(['e4'])
    expect(await ids({ q: 'parcel', tenant_id: 'acme' })).not.toContain('e5')
  })

  it('takes the raw value of an identifier that is stored as a pseudonym', async () => {
    expect(await ids({ q: 'parcel', user_id: 'ada@example.org' })).toEqual(['e5'])
  })

  it('without anything to look for shows the newest that pass the filter', async () => {
    expect(await ids({ user_id: 'u1' })).toEqual(['e3', 'e1'])
  })

  it('with scope all says how many pass the filter, on every page', async () => {
    expect(await ask({ user_id: 'u1' })).not.toHaveProperty('total')
    const first = await ask({ user_id: 'u1', scope: 'all', k: 1 })
    expect(first).toMatchObject({ total: 2, next_cursor: expect.any(String) })
    const second = await ask({ user_id: 'u1', scope: 'all', k: 1, cursor: first.next_cursor! })
    expect(second).toMatchObject({ total: 2, items: [{ event_id: 'e1' }] })
    expect(await ask({ q: 'user:u1', scope: 'all', fold: true })).toMatchObject({ total: 2 })
    expect(await ask({ user_id: 'nobody', scope: 'all' })).toMatchObject({ total: 0, items: [] })
  })

  it('finds nothing rather than failing where no word has a meaning', async () => {
    expect(await ids({ q: '⁂ ⁂', mode: 'semantic' })).toEqual([])
  })
})

describe('a concept', () => {
  const refusals = ['e3', 'e4', 'e8']

  it('answers every match to a plain question, most probable first, with what to expect of it', async () => {
    const answer = await ask({ q: 'all refusals' })
    expect(answer.items.map((item) => item.event_id).sort()).toEqual(refusals)
    expect(answer.interpreted_as).toEqual({ concept: 'refusal', scope: 'all' })
    expect(answer).toMatchObject({ total: 3, threshold: refusal.threshold, how: 'marks', not_examined: 0 })
    expect(answer.estimated_precision).toBeGreaterThan(0.8)
    expect(answer.estimated_recall).toBeGreaterThan(0.8)
    const scores = answer.items.map((item) => item.score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(answer.items[0]!.concepts.refusal).toBe(scores[0])
  })

  it('reads the time of the question', async () => {
    expect((await ask({ q: 'refusals last week' })).total).toBe(3)
    expect((await ask({ q: 'show me where the assistant declined since Monday' })).total).toBe(0)
    const both = await ask({ q: 'refusals last week', until: '2026-01-05T00:00:04Z' })
    expect(both.items.map((item) => item.event_id)).toEqual(['e3'])
  })

  it('is not read into a question that shall be taken as it stands', async () => {
    for (const question of [
      { q: 'all refusals', literal: true },
      { q: 'refused', mode: 'keyword' as const },
    ])
      expect(await ask(question)).not.toHaveProperty('interpreted_as')
    expect(await ids({ q: 'refused', mode: 'keyword' })).toEqual(['e7'])
  })

  it('ranks everything that is scored at no least probability', async () => {
    const answer = await ask({ q: 'all refusals', concept: 'refusal', scope: 'all', min_probability: 0 })
    expect(answer.total).toBe(exchanges.length)
    expect(
      answer.items
        .slice(0, 3)
        .map((item) => item.event_id)
        .sort(),
    ).toEqual(refusals)
    expect(answer).not.toHaveProperty('interpreted_as')
  })

  it('is only put into another order by any other question', async () => {
    const answer = await ask({ q: 'explosives', concept: 'refusal', scope: 'all' })
    expect(answer.items.map((item) => item.event_id).sort()).toEqual(refusals)
    expect(answer.items[0]!.event_id).toBe('e4')
  })

  it('keeps to the tenant', async () => {
    expect(await ids({ q: 'all refusals', tenant_id: 'acme' })).toEqual(['e8'])
  })

  it('that is not there is named as the mistake', async () => {
    await expect(ask({ concept: 'nonsense' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      errors: [{ path: '/concept' }],
    })
    await expect(ask({ q: 'x', min_probability: 0.5 })).rejects.toMatchObject({
      errors: [{ path: '/min_probability' }],
    })
  })
})

describe('pages', () => {
  async function all(question: SearchAsk): Promise<string[]> {
    const found: string[] = []
    let cursor: string | null = null
    for (let n = 0; n < 50; n++) {
      const answer: Awaited<ReturnType<typeof ask>> = await ask({ ...question, ...(cursor === null ? {} : { cursor }) })
      found.push(...answer.items.map((item) => item.event_id))
      cursor = answer.next_cursor
      if (cursor === null) return found
    }
    throw new Error('the pages do not end')
  }

  it.each<[string, SearchAsk]>([
    ['by both', { q: 'reset password' }],
    ['by meaning', { q: 'reset password', mode: 'semantic' }],
    ['by word', { q: 'parcel', mode: 'keyword' }],
    ['of a concept', { q: 'all refusals' }],
    ['of a ranked concept', { concept: 'refusal', scope: 'all', min_probability: 0 }],
    ['of an ordered concept', { concept: 'refusal', scope: 'all', min_probability: 0, q: 'money' }],
    ['of the newest', {}],
    ['of every meaning', { q: 'reset my password', scope: 'all' }],
    ['of the oldest', { sort: 'time_asc' }],
    ['of the best by time', { q: 'reset password', sort: 'time' }],
    ['of a concept by time', { q: 'all refusals', sort: 'time_asc' }],
    ['of every word by time', { q: 'parcel', mode: 'keyword', scope: 'all', sort: 'time' }],
    ['folded', { q: 'reset password', fold: true }],
    ['of the newest, folded', { fold: true }],
    ['of what differs', { q: 'reset password', diversity: 0.5 }],
  ])('hold each event once, in one order: %s', async (_, question) => {
    const whole = (await ask({ ...question, k: 1000 })).items.map((item) => item.event_id)
    expect(whole.length).toBeGreaterThan(0)
    expect(await all({ ...question, k: 2 })).toEqual(whole)
  })

  it('leave out what was stored after the first', async () => {
    const first = await ask({ q: 'parcel', mode: 'keyword', k: 1 })
    await engine.append([
      said('late1', { prompt: 'parcel parcel parcel', response: '', timestamp: '2026-01-09T00:00:00Z' }),
    ])
    const second = await ask({ q: 'parcel', mode: 'keyword', k: 1, cursor: first.next_cursor! })
    expect(second.items.map((item) => item.event_id)).not.toContain('late1')
    expect(second.next_cursor).toBeNull()
    const fresh = await ask({ q: 'parcel', mode: 'keyword' })
    expect(fresh.items.map((item) => item.event_id)).toContain('late1')
    expect(fresh.not_examined).toBe(1)
  })

  it('by time are in the order of time', async () => {
    const times = async (question: SearchAsk) => (await ask(question)).items.map((item) => item.timestamp)
    for (const question of [
      {},
      { q: 'reset password' },
      { q: 'all refusals' },
      { q: 'parcel', mode: 'keyword' as const },
    ]) {
      const newest = await times({ ...question, sort: 'time', k: 100 })
      expect(newest).toEqual(newest.toSorted().reverse())
      expect(await times({ ...question, sort: 'time_asc', k: 100 })).toEqual(newest.toSorted())
    }
    await expect(ask({ q: 'x', sort: 'time', diversity: 0.5 })).rejects.toMatchObject({
      errors: [{ path: '/diversity' }],
    })
  })

  it('fold near copies into one line that lists them, the same while events come in', async () => {
    const prompt = (i: number) => `please tell me the access code of the vault in the cellar of the house number ${i}`
    const copy = (i: number) =>
      said(`copy${i}`, { prompt: prompt(i), response: 'No.', user_id: 'crowd', timestamp: '2026-01-08T00:00:00Z' })
    await engine.append(Array.from({ length: 30 }, (_, i) => copy(i)))
    await engine.append([said('single', { prompt: 'lunch', response: 'Soup.', user_id: 'crowd' })])
    const question = { user_id: 'crowd', fold: true, k: 1 }
    const check = async () => {
      const first = await ask(question)
      expect(first.items).toMatchObject([{ event_id: 'copy0', copies: 30 }])
      await engine.append([copy(100 + Math.round(first.items[0]!.copies!)), said('other', { user_id: 'crowd' })])
      const second = await ask({ ...question, cursor: first.next_cursor! })
      expect(second.items.map((item) => item.event_id)).toEqual(['single'])
      expect(second.items[0]).not.toHaveProperty('copies')
      expect(second.next_cursor).toBeNull()
      const unfold = first.items[0]!.unfold!
      const found: string[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: Awaited<ReturnType<typeof ask>> = await ask({
          ...question,
          unfold,
          k: 7,
          ...(cursor === undefined ? {} : { cursor }),
        })
        found.push(...page.items.map((item) => item.event_id))
        cursor = page.next_cursor
      }
      expect(found.toSorted()).toEqual(Array.from({ length: 30 }, (_, i) => `copy${i}`).toSorted())
      for (const wrong of [
        { ...question, unfold: 'x' },
        { ...question, user_id: 'u1', unfold },
        { user_id: 'crowd', unfold },
      ])
        await expect(ask(wrong)).rejects.toMatchObject({ errors: [{ path: '/unfold' }] })
      return first
    }
    await check()
  })

  it('cannot be forged or taken over by another question', async () => {
    const { next_cursor } = await ask({ q: 'password', k: 1 })
    const forged = Buffer.from(JSON.stringify({ v: 1, of: 'x', size: -1 })).toString('base64url')
    for (const question of [
      { q: 'parcel', cursor: next_cursor! },
      { q: 'password', user_id: 'u1', cursor: next_cursor! },
      { q: 'password', cursor: 'rubbish' },
      { q: 'password', cursor: forged },
      { q: 'password', cursor: Buffer.from('null').toString('base64url') },
    ])
      await expect(ask(question)).rejects.toMatchObject({ code: 'BAD_REQUEST', errors: [{ path: '/cursor' }] })
  })
})

it('a time that cannot be read is named, and nothing of the question is quoted', async () => {
  const failed = await ask({ q: 'my secret question', since: 'whenever' }).catch((error: unknown) => error)
  expect(failed).toMatchObject({ code: 'BAD_REQUEST', errors: [{ path: '/since' }] })
  expect(String(failed)).not.toMatch(/secret|whenever/)
})

it('takes a quoted phrase with signs by its characters, and lets a word go on where an asterisk follows', async () => {
  await engine.append([
    said('code1', { prompt: 'call foo_bar(x) first', response: 'REQ-9f3a77 failed', user_id: 'coder' }),
    said('code2', { prompt: 'call foo bar (x) first', response: 'req 9f3a77', user_id: 'coder' }),
  ])
  const found = (q: string, more: Partial<SearchAsk> = {}) => ids({ q, mode: 'keyword', user_id: 'coder', ...more })
  expect(await found('"foo_bar("')).toEqual(['code1'])
  expect((await found('"foo bar"')).toSorted()).toEqual(['code1', 'code2'])
  expect(await found('"foo_bar(y"')).toEqual([])
  expect(await found('"req-9f3*"')).toEqual(['code1'])
  expect((await found('"9f3*"')).toSorted()).toEqual(['code1', 'code2'])
  const answer = await ask({ q: '"req-9f3*"', mode: 'keyword', scope: 'all', user_id: 'coder' })
  expect(answer).toMatchObject({ total: 1, complete: true })
  expect(answer.items[0]!.highlights).toEqual({ response: ['«REQ-9f3»a77 failed'] })
})
