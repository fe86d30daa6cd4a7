import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embedJob } from '../../jobs/embed.ts'
import { topicsJob } from '../../jobs/topics.ts'
import type { Concept } from '../../src/core/concept.ts'
import type { Encoder, Engine } from '../../src/core/ports.ts'
import type { SearchAsk } from '../../src/core/search.ts'
import { TOPIC } from '../../src/core/topic.ts'
import { DAY, formatTime, HOUR, parseTime } from '../../src/core/window.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { search } from '../../src/flow/search/search.ts'
import { listTopics, relearnTopic } from '../../src/flow/topics/show.ts'
import { learnt, offTopic } from '../../src/flow/topics/topic.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { said } from '../contracts/engine/said.ts'
import { storeKey } from '../store-key.ts'

const models = join(import.meta.dirname, '../../models')
const START = parseTime('2026-01-05T08:00:00Z')!
const clock = { now: () => parseTime('2026-01-14T12:00:00Z')! }
const { signal } = new AbortController()

/** What people ask a bank: 384 ways. */
const ASKED = ['how do I', 'please', 'I want to', 'can you'].flatMap((begin) =>
  [
    'transfer money to',
    'see the balance of',
    'order a new card for',
    'close',
    'raise the limit of',
    'block the card of',
  ].flatMap((deed) =>
    ['my savings account', 'my current account', 'the account of my wife', 'our business account'].flatMap((what) =>
      ['today', 'from abroad', 'without a fee', 'online'].map((how) => `${begin} ${deed} ${what} ${how}`),
    ),
  ),
)
const STRAYS = [
  'write a poem about a dragon in the snow',
  'how long do I roast a duck in the oven',
  'explain the rules of cricket to a child',
  'which python library draws a graph',
]

let dir: string
let engine: Engine
let encoder: Encoder
let concepts: readonly Concept[]
let topical: Concept
const parts = () => ({ engine, encoder, concepts, contentKey: new Uint8Array(32), clock })
const ask = (question: SearchAsk) => search({ engine, encoder, concepts, clock }, question)
const off = async (more: SearchAsk = {}) =>
  (await ask({ q: 'off-topic', k: 1_000, ...more })).items.map(({ event_id }) => event_id)

async function told(id: string, prompts: readonly string[], more: object = {}, every = HOUR) {
  await engine.append(
    prompts.map((prompt, i) =>
      said(`${id}${i}`, {
        prompt,
        response: 'Done.',
        service: 'bank',
        user_id: `u${i % 30}`,
        timestamp: formatTime(START + i * every),
        ...more,
      }),
    ),
  )
  await embedJob(parts(), signal)
}

const learn = () => topicsJob({ engine, clock, concepts: { builtIn: concepts } }, signal)

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'topics-'))
  engine = await openEmbedded({ key: storeKey, dataDir: dir, clock })
  encoder = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
  topical = readConcepts(models).find(({ name }) => name === 'off-topic')!
  concepts = [topical]
})
afterAll(async () => {
  await encoder?.close()
  await engine?.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('the topic of a service', () => {
  it('is not known before there is enough history, and the answer says so', async () => {
    expect((await ask({ q: 'off-topic' })).notices).toMatchObject([{ code: 'topics_unknown' }])
    await told('few', ASKED.slice(0, 60), { service: 'young' })
    await told('fast', ASKED, { service: 'imported' }, 1)
    expect(await learn()).toEqual({ done: 0 })
    const { items, notices } = await ask({ q: 'off-topic' })
    expect(items).toEqual([])
    expect(notices![0]!.message).toContain('2 of the services: 444 events')
  })

  it('once learnt tells what was asked off it, of before and from now on', async () => {
    await told('on', ASKED)
    await told('early', STRAYS.slice(0, 2))
    expect((await learn()).done).toBe(ASKED.length + 2)
    await told('late', STRAYS)
    const found = await off()
    for (const id of ['early0', 'early1', 'late0', 'late1', 'late2', 'late3']) expect(found).toContain(id)
    expect(found.filter((id) => id.startsWith('on')).length).toBeLessThan(0.06 * ASKED.length)
    expect(found.filter((id) => /^few|^fast/.test(id))).toEqual([])
  })

  it('stays as it is, however often something else is asked', async () => {
    const recipes = Array.from({ length: 400 }, (_, i) => `how long do I roast a duck of ${i} grams in the oven`)
    await told('flood', recipes, { user_id: 'mallory' })
    expect(await learn()).toEqual({ done: 0 })
    await told('again', ['how long do I roast a duck in the oven'])
    expect(await off()).toContain('again0')
  })

  it('is learnt anew where an admin asks for it, from what comes then, and answers as before meanwhile', async () => {
    const later = { engine, clock: { now: () => START + 60 * DAY } }
    await expect(relearnTopic(later, { service: 'nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await told('other', ASKED, { service: 'shop' })
    await learn()
    expect((await relearnTopic(later, { service: 'shop' })).relearning_from).toBe(formatTime(START + 60 * DAY))
    expect(await learn()).toEqual({ done: 0 })
    const ways = ['braise', 'grill', 'roast', 'steam', 'fry', 'stew']
    const meals = ['a duck', 'beef', 'carrots', 'salmon', 'rice', 'an egg', 'mushrooms', 'a whole chicken']
    const cooking = ways.flatMap((way) =>
      meals.flatMap((meal) =>
        ['for six people', 'without salt', 'in butter', 'for a child', 'in an hour', 'with herbs', 'on a fire'].map(
          (how) => `how do I ${way} ${meal} ${how}`,
        ),
      ),
    )
    await engine.append(
      cooking.map((prompt, i) =>
        said(`meal${i}`, {
          prompt,
          service: 'shop',
          user_id: `u${i % 30}`,
          timestamp: formatTime(START + 61 * DAY + i * HOUR),
        }),
      ),
    )
    await embedJob(parts(), signal)
    expect((await off({ service: 'shop' })).filter((id) => id.startsWith('meal')).length).toBeGreaterThan(200)
    await learn()
    const after = await off({ service: 'shop' })
    expect(after.filter((id) => id.startsWith('meal')).length).toBeLessThan(40)
    expect(after.filter((id) => id.startsWith('other')).length).toBeGreaterThan(200)
    const [shop] = (await listTopics(engine, { tenant_id: '' })).filter(({ service }) => service === 'shop')
    expect(shop).toMatchObject({ prompts: cooking.length, relearning_from: null })
  })

  it('is found by time, as other concepts are', async () => {
    const { interpreted_as } = await ask({ q: 'off-topic questions since Monday' })
    expect(interpreted_as).toMatchObject({
      concept: 'off-topic',
      scope: 'all',
      since: expect.stringMatching(/^2026-01-12/),
    })
  })

  it('is that of one tenant', async () => {
    await told('acme', STRAYS, { tenant_id: 'acme' })
    await learn()
    expect(await off({ tenant_id: 'acme' })).toEqual([])
    expect((await ask({ q: 'off-topic', tenant_id: 'acme' })).notices![0]!.message).toContain(
      '1 of the services: 4 events',
    )
  })

  it('holds no vector of a single prompt', async () => {
    const [record] = await engine.records(TOPIC, {}, { order: 'ts', limit: 1 })
    const { means } = record!.body as { means: string }
    const values = new Float32Array(new Uint8Array(Buffer.from(means, 'base64')).buffer)
    const vectors = await encoder.encode(ASKED)
    for (let at = 0; at < values.length; at += 256) {
      const mean = values.subarray(at, at + 256)
      for (const vector of vectors) expect(vector.reduce((sum, x, i) => sum + x * mean[i]!, 0)).toBeLessThan(0.9999)
    }
  })
})

describe('what is learnt', () => {
  const near = (random: () => number, towards: number, dims = 16) => {
    const vector = Float32Array.from({ length: dims }, (_, i) => (i === towards ? 3 : 0) + random() - 0.5)
    const norm = Math.hypot(...vector)
    return vector.map((x) => x / norm)
  }
  const asked = (n: number, towards: number, user: (i: number) => string, seed: number) => {
    const random = seeded(seed)
    return Array.from({ length: n }, (_, i) => ({ user_id: user(i), vector: near(random, towards) }))
  }
  const many = (i: number) => `u${i % 20}`

  it('needs 300 different prompts', async () => {
    expect(await learnt(asked(299, 0, many, 1), seeded(1))).toBeNull()
    const one = asked(1, 0, many, 1)
    expect(
      await learnt(
        Array.from({ length: 400 }, () => one[0]!),
        seeded(1),
      ),
    ).toBeNull()
    expect(await learnt(asked(300, 0, many, 1), seeded(1))).not.toBeNull()
  })

  it('is not what a single user asks among many', async () => {
    const topic = (await learnt([...asked(400, 0, many, 1), ...asked(40, 5, () => 'mallory', 2)], seeded(1)))!
    expect(offTopic(topic, near(seeded(9), 5))).toBeGreaterThan(0.3)
    const shared = (await learnt([...asked(400, 0, many, 1), ...asked(40, 5, many, 2)], seeded(1)))!
    expect(offTopic(shared, near(seeded(9), 5))).toBeLessThan(0.3)
  })

  it('tells two in a hundred prompts on the topic to be off it, and nothing of a prompt without a known word', async () => {
    const topic = (await learnt(asked(2_000, 0, many, 1), seeded(1)))!
    const told = asked(2_000, 0, many, 2).filter(({ vector }) => offTopic(topic, vector)! >= 0.5).length
    expect(told / 2_000).toBeGreaterThan(0.005)
    expect(told / 2_000).toBeLessThan(0.045)
    expect(offTopic(topic, new Float32Array(16))).toBeNull()
  })
})
