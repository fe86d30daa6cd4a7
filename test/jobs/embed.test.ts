import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { embedJob } from '../../jobs/embed.ts'
import { packageRoot } from '../../src/config.ts'
import type { Encoder, Engine } from '../../src/core/ports.ts'
import { SECOND } from '../../src/core/window.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { embedStage } from '../../src/flow/embed-stage.ts'
import { ingestRecords } from '../../src/flow/ingest.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'
import { storeKey } from '../store-key.ts'

const models = join(packageRoot, 'models')
const concepts = readConcepts(models)
const contentKey = new Uint8Array(32).fill(4)
const redactor = createRedactor({ key: new Uint8Array(32).fill(5) })
const never = new AbortController().signal
let real: Encoder
let engine: Engine
let folder: string
let now = 0

beforeAll(async () => {
  real = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
})
afterAll(() => real.close())
beforeEach(async () => {
  now = Date.UTC(2026, 1, 1) * 1000
  folder = mkdtempSync(join(tmpdir(), 'uc-embed-'))
  engine = await openEmbedded({ key: storeKey, dataDir: join(folder, 'var'), clock: { now: () => now } })
})
afterEach(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

let n = 0
async function say(texts: Record<string, unknown>[], tenant_id: string | null = null) {
  const records = texts.map((more) => ({
    value: { event_id: `e${n++}`, timestamp: '2026-01-31T10:00:00Z', event_type: 'llm.completion', ...more },
  }))
  const answer = await ingestRecords(
    { append: (batch) => engine.append(batch), redactor, newId: () => 'unused' },
    records,
    { tenant_id },
  )
  expect(answer.accepted).toBe(texts.length)
  return records.map((record) => record.value.event_id)
}

/** The real encoder, with a list of all that it was given. */
function counting(encoder: Encoder = real) {
  const texts: string[] = []
  const encode: Encoder['encode'] = (given, signal) => {
    texts.push(...given)
    return encoder.encode(given, signal)
  }
  return { texts, encoder: { ...encoder, space: encoder.space, encode } as Encoder }
}

const embed = (encoder: Encoder, over: Partial<Engine> = {}, signal = never) =>
  embedJob({ engine: { ...engine, ...over }, encoder, concepts, contentKey }, signal)

it('equal texts are encoded once, in a run and ever after', async () => {
  const { texts, encoder } = counting()
  await say([
    { prompt: 'where is my parcel', response: 'on its way' },
    { prompt: 'where is my parcel', response: 'it was delivered' },
    { prompt: 'on its way' },
  ])
  expect(await embed(encoder)).toEqual({ done: 3 })
  expect(texts.sort()).toEqual(['it was delivered', 'on its way', 'where is my parcel'])

  const [again] = await say([{ prompt: 'where is my parcel', response: 'tomorrow' }])
  expect(await embed(encoder)).toEqual({ done: 1 })
  expect(texts.filter((text) => text === 'where is my parcel')).toHaveLength(1)
  const shared = await engine.vectorOf(again!, 'prompt', real.space.space)
  expect(shared).toEqual((await real.encode(['where is my parcel']))[0])
})

it('equal texts of two tenants share nothing', async () => {
  const { texts, encoder } = counting()
  await say([{ prompt: 'the same words' }], 'acme')
  await say([{ prompt: 'the same words' }], 'birch')
  await embed(encoder)
  expect(texts).toEqual(['the same words', 'the same words'])
})

it('an event without a text is finished with nothing encoded', async () => {
  const { texts, encoder } = counting()
  await say([{ event_type: 'auth.failure' }, { prompt: '   ' }, { prompt_hash: 'sha256:abcdef0123456789abcdef01' }])
  expect(await embed(encoder)).toEqual({ done: 3 })
  expect(texts).toEqual([])
  expect(await engine.waiting(embedStage(real.space.space))).toBe(0)
})

it('answers get the probability of each concept', async () => {
  const [refused, helped] = await say([
    { prompt: 'a', response: 'I am sorry, but I cannot help with that request.' },
    { prompt: 'a', response: 'Your parcel will arrive on Tuesday.' },
  ])
  await embed(real)
  const marks = await engine.marksOf([refused!, helped!])
  expect(marks.get(refused!)!.refusal).toBeGreaterThan(0.8)
  expect(marks.get(helped!)!.refusal).toBeLessThan(0.2)
})

it('a run that died between taking and saving costs nothing but the wait for its lease', async () => {
  await say([{ prompt: 'one' }, { prompt: 'two' }])
  const { texts, encoder } = counting()
  const dies = () => Promise.reject(new Error('killed'))
  await expect(embed(encoder, { settle: dies })).rejects.toThrow('killed')
  // its lease holds
  expect(await embed(encoder)).toEqual({ done: 0 })
  now += 61 * SECOND
  expect(await embed(encoder)).toEqual({ done: 2 })
  expect(texts).toEqual(['one', 'two', 'one', 'two'])
  expect((await engine.index()).stored).toBe(2)
  expect(await embed(encoder)).toEqual({ done: 0 })
})

it('what was taken over meanwhile is not counted, and stored once', async () => {
  await say([{ prompt: 'one' }])
  const slow = counting()
  const encode: Encoder['encode'] = async (texts, signal) => {
    now += 61 * SECOND
    expect(await embed(real)).toEqual({ done: 1 })
    return real.encode(texts, signal)
  }
  expect(await embed({ ...slow.encoder, encode } as Encoder)).toEqual({ done: 0 })
  expect((await engine.index()).stored).toBe(1)
})

it('a run that is told to end stops between two tickets', async () => {
  await say(Array.from({ length: 600 }, (_, i) => ({ prompt: `text ${i % 10}` })))
  const stop = new AbortController()
  const encode: Encoder['encode'] = (texts, signal) => {
    stop.abort()
    return real.encode(texts, signal === undefined ? undefined : never)
  }
  const { done } = await embed({ ...counting().encoder, encode } as Encoder, {}, stop.signal)
  expect(done).toBeGreaterThan(0)
  expect(done).toBeLessThan(600)
  expect(await engine.waiting(embedStage(real.space.space))).toBe(600 - done)
})

it('another model fills a space beside the present one, and answers once it is level', async () => {
  const [id] = await say(Array.from({ length: 300 }, (_, i) => ({ prompt: `text ${i}` })))
  await embed(real)
  const states = async () => (await engine.spaces()).map(({ space, state }) => `${space} ${state}`).sort()
  expect(await states()).toEqual([`${real.space.space} active`])

  // the same weights with other settings are another model
  const other = join(folder, 'other-model')
  cpSync(join(models, 'static-logs-en-256'), other, { recursive: true })
  const config = join(other, 'config.json')
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), note: 'changed' }))
  const second = await createEncoder({ modelsDir: models, model: other })
  try {
    expect(second.space.space).not.toBe(real.space.space)
    const dies = { settle: () => Promise.reject(new Error('killed')) }
    await expect(embed(second, dies)).rejects.toThrow('killed')
    expect(await states()).toEqual([`${real.space.space} active`, `${second.space.space} filling`].sort())
    const q = (await real.encode(['text 1']))[0]!
    expect((await engine.nearest(q, real.space.space, 1, {})).hits).toHaveLength(1)

    now += 61 * SECOND
    expect(await embed(second)).toEqual({ done: 300 })
    expect(await states()).toEqual([`${real.space.space} retired`, `${second.space.space} active`].sort())
    expect(await engine.vectorOf(id!, 'prompt', second.space.space)).toHaveLength(second.space.dims)

    // and back: what was filled before is not filled again
    await say([{ prompt: 'said meanwhile' }])
    expect(await embed(real)).toEqual({ done: 1 })
    expect(await states()).toEqual([`${real.space.space} active`, `${second.space.space} retired`].sort())
  } finally {
    await second.close()
  }
})

it('a sentence deep in a long answer is found by what it means', async () => {
  const filler = 'The museum opens at nine and closes at five, and the garden behind it has roses of many kinds. '
  const deep = 'To reset the router, hold the small button on its back for ten seconds. '
  const [long] = await say([
    { prompt: 'Tell me about the town.', response: filler.repeat(30) + deep + filler.repeat(20) },
  ])
  await say([{ prompt: 'Tell me about the museum.', response: filler }])
  const encoder = counting()
  await embedJob({ engine, encoder: encoder.encoder, concepts, contentKey }, never)
  const [q] = await real.encode(['how do I reset my router'])
  const { hits } = await engine.nearest(q!, real.space.space, 1, { part: 'response' })
  expect(hits).toMatchObject([{ event_id: long, chunk: expect.any(Number) }])
  const whole = await engine.vectorOf(long!, 'response', real.space.space)
  expect(hits[0]!.score).toBeGreaterThan(whole!.reduce((sum, value, i) => sum + value * q![i]!, 0) + 0.05)
})
