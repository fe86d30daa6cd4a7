import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { embedJob } from '../../jobs/embed.ts'
import { packageRoot } from '../../src/config.ts'
import type { Concept } from '../../src/core/concept.ts'
import { type RedactedEvent, responseOf } from '../../src/core/event.ts'
import type { Encoder, Engine } from '../../src/core/ports.ts'
import { Problem } from '../../src/core/problem.ts'
import type { RedactionPolicy } from '../../src/core/redaction-policy.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { ingestRecords } from '../../src/flow/ingest.ts'
import { keepRules } from '../../src/flow/keep-rules.ts'
import { search } from '../../src/flow/search/search.ts'
import { withholder } from '../../src/flow/withhold.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { createTagger } from '../../src/redactors/placeholder.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'
import { storeKey } from '../store-key.ts'

const models = join(packageRoot, 'models')
const shipped = readConcepts(models)
const key = new Uint8Array(32).fill(5)
const redactor = createRedactor({ key })
const tagger = createTagger(key)
const contentKey = new Uint8Array(32).fill(4)
const clock = { now: () => Date.UTC(2026, 1, 1) * 1000 }
let real: Encoder
let engine: Engine
let folder: string

beforeAll(async () => {
  real = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
})
afterAll(() => real.close())
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-withhold-'))
  engine = await openEmbedded({ key: storeKey, dataDir: join(folder, 'var'), clock })
})
afterEach(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A concept that one word decides. */
const concept = (name: string, reads: Concept['reads'], word: string, version = 1): Concept => ({
  ...shipped[0]!,
  name,
  version,
  reads,
  threshold: 0.5,
  fitted: { ...shipped[0]!.fitted, name, version, reads },
  probability: (text) => (text.includes(word) ? 0.9 : 0.1),
})
const concepts = [
  concept('storms', 'prompt', 'storm'),
  concept('thanks', 'response', 'thank'),
  concept('fish', 'any', 'trout'),
]

interface Over {
  encoder?: () => Promise<Encoder>
  patience?: () => AbortSignal
  identifier?: (field: string, value: string) => string
}

const withholding = (
  policy: RedactionPolicy,
  { encoder = async () => real, identifier = redactor.identifier }: Over = {},
) => withholder({ engine, encoder, concepts, contentKey, tagger, rules: keepRules(policy, concepts, identifier)! })

let n = 0
/** Takes texts in as the service does, and gives them back as they are stored. */
async function say(
  policy: RedactionPolicy,
  texts: Record<string, unknown>[],
  over: Over = {},
): Promise<RedactedEvent[]> {
  const withhold = withholding(policy, over)
  const records = texts.map((more) => ({
    value: { event_id: `e${n++}`, timestamp: '2026-01-31T10:00:00Z', event_type: 'llm.completion', ...more },
  }))
  await ingestRecords(
    {
      append: (batch, primary) => engine.append(batch, primary),
      withhold: (batch) => withhold(batch, over.patience),
      redactor,
      newId: () => 'unused',
    },
    records,
    { tenant_id: null },
  )
  const ids = records.map(({ value }) => value.event_id)
  const { items } = await engine.events({ event_ids: ids }, { limit: ids.length })
  return ids.flatMap((id) => items.find(({ event }) => event.event_id === id)?.event ?? [])
}

const embed = (encoder: Encoder = real) =>
  embedJob({ engine, encoder, concepts, contentKey }, new AbortController().signal)
const ask = (question: Parameters<typeof search>[1], others: readonly Concept[] = concepts) =>
  search({ engine, encoder: real, concepts: others, clock }, question)
const vectorOf = (event: RedactedEvent, part: 'prompt' | 'response') =>
  engine.vectorOf(event.event_id, part, real.space.space)

const TEXT = /^\[TEXT:[0-9a-f]{16} \d+ characters\]$/

describe('a tenant whose text is only hashed', () => {
  const policy: RedactionPolicy = { hash_only: ['acme'] }

  it('is found by meaning and by concept before any job has run, and keeps no text', async () => {
    const [event] = await say(policy, [
      { tenant_id: 'acme', prompt: 'a storm is coming from the sea', response: 'thank you' },
    ])
    expect(event!.prompt).toMatch(TEXT)
    expect(event!.redaction.withheld).toEqual({ prompt: 'hash', response: 'hash' })
    expect(await vectorOf(event!, 'prompt')).toHaveLength(real.space.dims)
    expect(await engine.marksOf([event!.event_id])).toEqual(
      new Map([[event!.event_id, { storms: 0.9, thanks: 0.9, fish: 0.1 }]]),
    )
    const near = await ask({ q: 'bad weather over the ocean', mode: 'semantic' })
    expect(near.items[0]).toMatchObject({ event_id: event!.event_id, prompt: event!.prompt, highlights: {} })
    expect((await ask({ concept: 'storms', scope: 'all' })).total).toBe(1)
  })

  it('is found by no word, neither of the text nor of its placeholder', async () => {
    await say(policy, [{ tenant_id: 'acme', prompt: 'a storm is coming from the sea' }])
    for (let round = 0; round < 2; round++) {
      expect((await ask({ q: 'storm', mode: 'keyword' })).items).toEqual([])
      expect((await ask({ q: 'characters', mode: 'keyword' })).items).toEqual([])
      while ((await engine.tend(100)) > 0);
    }
  })

  it('keeps its vectors and marks when the jobs have seen it, and is waited for by none', async () => {
    const [event] = await say(policy, [{ tenant_id: 'acme', prompt: 'a storm', response: 'thank you' }])
    const before = await vectorOf(event!, 'prompt')
    const marks = await engine.marksOf([event!.event_id])
    await embed()
    expect(await vectorOf(event!, 'prompt')).toEqual(before)
    expect(await engine.marksOf([event!.event_id])).toEqual(marks)
    expect(await ask({ q: 'storm' })).toMatchObject({ not_examined: 0 })
  })

  it('leaves other tenants as they are, for the jobs to read', async () => {
    const [own, other] = await say(policy, [
      { tenant_id: 'acme', prompt: 'a storm' },
      { tenant_id: 'zeta', prompt: 'a storm' },
    ])
    expect(own!.prompt).toMatch(TEXT)
    expect(other!.prompt).toBe('a storm')
    expect(other!.redaction).not.toHaveProperty('withheld')
    expect(await vectorOf(other!, 'prompt')).toBeNull()
    expect(await ask({ q: 'storm' })).toMatchObject({ not_examined: 2 })
  })

  it('is every tenant, and none, where the file says so', async () => {
    const [named, none] = await say({ hash_only: ['*'] }, [
      { tenant_id: 'zeta', prompt: 'a storm' },
      { prompt: 'a storm' },
    ])
    expect([named!.prompt, none!.prompt]).toEqual([expect.stringMatching(TEXT), expect.stringMatching(TEXT)])
  })

  it('is compared as tenants are stored', async () => {
    const mail = 'mail@acme.example'
    const [event] = await say({ hash_only: [mail] }, [{ tenant_id: mail, prompt: 'a storm' }])
    expect(event!.tenant_id).toBe(redactor.identifier('tenant_id', mail))
    expect(event!.prompt).toMatch(TEXT)
  })

  it('is told apart by the model and the concepts that it came with', async () => {
    const [event] = await say(policy, [{ tenant_id: 'acme', prompt: 'a storm' }])
    await embed()
    const later = [concept('storms', 'prompt', 'storm', 2)]
    expect(await ask({ concept: 'storms', scope: 'all' }, later)).toMatchObject({ total: 0, not_examined: 1 })

    const second = { ...real, space: { ...real.space, space: 'another@1/q8' } } as Encoder
    expect(await embed(second)).toEqual({ done: 1 })
    expect((await engine.spaces()).find(({ state }) => state === 'active')?.space).toBe('another@1/q8')
    expect(await engine.vectorOf(event!.event_id, 'prompt', 'another@1/q8')).toBeNull()
    expect(await vectorOf(event!, 'prompt')).not.toBeNull()
    const answer = await search({ engine, encoder: second, concepts, clock }, { q: 'storm', mode: 'semantic' })
    expect(answer).toMatchObject({ items: [], not_examined: 1 })
  })

  it('encodes equal texts once', async () => {
    const texts: string[] = []
    const encode: Encoder['encode'] = (given, signal) => {
      texts.push(...given)
      return real.encode(given, signal)
    }
    const encoder = async () => ({ ...real, space: real.space, encode }) as Encoder
    await say(
      policy,
      [
        { tenant_id: 'acme', prompt: 'a storm' },
        { tenant_id: 'acme', prompt: 'a storm' },
      ],
      { encoder },
    )
    await say(policy, [{ tenant_id: 'acme', prompt: 'a storm' }], { encoder })
    expect(texts).toEqual(['a storm'])
  })
})

describe('a model that does not answer', () => {
  const policy: RedactionPolicy = { hash_only: ['acme'] }
  const event = { tenant_id: 'acme', prompt: 'a storm' }
  const never = async () =>
    ({
      ...real,
      space: real.space,
      encode: (_texts, signal) =>
        new Promise((_, reject) => {
          const end = () => reject(signal?.reason)
          if (signal?.aborted) end()
          else signal?.addEventListener('abort', end)
        }),
    }) as Encoder

  it('is waited for as long as the sender is told, and nothing is stored', async () => {
    const patience = new AbortController()
    const answer = say(policy, [event], { encoder: never, patience: () => patience.signal })
    setImmediate(() => patience.abort())
    await expect(answer).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterS: 5 })
    expect((await engine.head()).size).toBe(0)
  })

  it('is waited for as long as it gets on, however long that is', async () => {
    const asked: AbortSignal[] = []
    const patience = () => {
      asked.at(-1)?.throwIfAborted()
      asked.push(new AbortController().signal)
      return asked.at(-1)!
    }
    const many = Array.from({ length: 600 }, (_, i) => ({ ...event, prompt: `storm number ${i}` }))
    const events = await say(policy, many, { patience })
    expect(asked).toHaveLength(3)
    expect(events.every(({ prompt }) => prompt?.startsWith('[TEXT:'))).toBe(true)
    expect((await vectorOf(events[599]!, 'prompt'))?.length).toBeGreaterThan(0)
  })

  it('refuses further senders at once when many events wait for it, and lets an import wait', async () => {
    const withhold = withholding(policy, { encoder: never })
    const entries = (many: number) =>
      Array.from({ length: many }, (_, i) => ({
        kind: 'event' as const,
        event_id: `w${i}`,
        ts: 0,
        body: redactor.event({ event_id: `w${i}`, timestamp: '2026-01-31T10:00:00Z', event_type: 'x', ...event }),
      }))
    const first = new AbortController()
    const waiting = withhold(entries(5_001), () => first.signal)
    const late = new AbortController()
    await expect(withhold(entries(1), () => late.signal)).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      status: 429,
    })
    let told = false
    void withhold(entries(1)).finally(() => {
      told = true
    })
    first.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    expect(told).toBe(false)
  })

  it('turns senders away where it cannot be loaded, and stores nothing unread', async () => {
    const encoder = async () => {
      throw new Problem('MODEL_BROKEN', 'a file is missing')
    }
    await expect(say(policy, [event], { encoder })).rejects.toMatchObject({ code: 'ENGINE_BUSY', status: 503 })
    expect((await engine.head()).size).toBe(0)
  })

  it('is not asked about events that say nothing', async () => {
    const encoder = async () => {
      throw new Problem('MODEL_BROKEN', 'a file is missing')
    }
    const [login] = await say(policy, [{ tenant_id: 'acme', event_type: 'auth.failure', user_id: 'u1' }], { encoder })
    expect(login).toMatchObject({ event_type: 'auth.failure', user_id: 'u1' })
  })
})

describe('a rule on fields', () => {
  it('decides for the tenants, types and fields that it names, the first that fits before all others', async () => {
    const policy: RedactionPolicy = {
      keep: [
        { tenants: ['acme'], fields: ['response'], keep: 'redacted' },
        { event_types: ['tool.call'], keep: 'drop' },
        { fields: ['prompt', 'response'], keep: 'hash' },
      ],
    }
    const [own, other, tool] = await say(policy, [
      { tenant_id: 'acme', prompt: 'a storm', response: 'well', system: 'be kind' },
      { prompt: 'a storm', response: 'well' },
      { tenant_id: 'acme', event_type: 'tool.call', prompt: 'a storm', response: 'well', system: 'be kind' },
    ])
    expect(own).toMatchObject({ prompt: expect.stringMatching(TEXT), response: 'well', system: 'be kind' })
    expect(other).toMatchObject({ prompt: expect.stringMatching(TEXT), response: expect.stringMatching(TEXT) })
    expect(tool).toMatchObject({ response: 'well', redaction: { withheld: { prompt: 'drop', system: 'drop' } } })
    expect(tool).not.toHaveProperty('prompt')
  })

  it('leaves no vector and no mark of what is dropped', async () => {
    const [event] = await say({ keep: [{ fields: ['prompt'], keep: 'drop' }] }, [
      { prompt: 'a storm', response: 'thank you' },
    ])
    await embed()
    expect(await vectorOf(event!, 'prompt')).toBeNull()
    expect(await vectorOf(event!, 'response')).not.toBeNull()
    expect((await engine.marksOf([event!.event_id])).get(event!.event_id)).toEqual({ thanks: 0.9, fish: 0.1 })
  })

  it('is no looser than a tenant whose text is only hashed', async () => {
    const policy: RedactionPolicy = {
      hash_only: ['acme'],
      keep: [{ fields: ['prompt'], keep: 'redacted' }, { keep: 'drop' }],
    }
    const [event] = await say(policy, [{ tenant_id: 'acme', prompt: 'a storm', response: 'well' }])
    expect(event!.redaction.withheld).toEqual({ prompt: 'hash', response: 'drop' })
  })
})

describe('a rule on what a text says', () => {
  const storms: RedactionPolicy = { withhold: [{ concept: 'storms', above: 0.5, keep: 'hash' }] }

  it('withholds the text that the concept read and what repeats it, and nothing of other events', async () => {
    const [one, other] = await say(storms, [
      {
        prompt: 'a storm',
        messages: [{ role: 'user', content: 'a storm' }],
        response: 'stay inside',
        reasoning: 'a storm?',
      },
      { prompt: 'sunshine', response: 'go out' },
    ])
    expect(one!.redaction.withheld).toEqual({ prompt: 'hash', messages: 'hash', reasoning: 'hash' })
    expect(responseOf(one!)).toBe('stay inside')
    expect(other).toMatchObject({ prompt: 'sunshine', response: 'go out' })
    await embed()
    expect((await ask({ concept: 'storms', scope: 'all' })).total).toBe(1)
    expect((await ask({ q: 'a tempest', mode: 'semantic', in: 'prompt' })).items[0]?.event_id).toBe(one!.event_id)
    expect((await ask({ q: 'inside', mode: 'keyword' })).items).toHaveLength(1)
    expect(await ask({ q: 'storm' })).toMatchObject({ not_examined: 0 })
  })

  it('spares the question where only the answer was read', async () => {
    const [event] = await say({ withhold: [{ concept: 'thanks', above: 0.5, keep: 'hash' }] }, [
      { prompt: 'a storm', response: 'thank you' },
    ])
    expect(event!.redaction.withheld).toEqual({ response: 'hash' })
  })

  it('withholds all where question and answer are read, whichever it was', async () => {
    const rule: RedactionPolicy = { withhold: [{ concept: 'fish', above: 0.5, keep: 'hash' }] }
    const [event] = await say(rule, [{ prompt: 'what is this', response: 'a trout', system: 'be kind' }])
    expect(event!.redaction.withheld).toEqual({ prompt: 'hash', response: 'hash', system: 'hash' })
  })

  it('keeps the marks of what it drops, and nothing else', async () => {
    const [event] = await say({ withhold: [{ concept: 'fish', above: 0.5, keep: 'drop' }] }, [{ prompt: 'a trout' }])
    await embed()
    expect(event).not.toHaveProperty('prompt')
    expect(await vectorOf(event!, 'prompt')).toBeNull()
    expect((await engine.marksOf([event!.event_id])).get(event!.event_id)).toMatchObject({ fish: 0.9 })
    expect((await ask({ concept: 'fish', scope: 'all' })).total).toBe(1)
  })

  it('holds for its tenants, and only above its probability', async () => {
    const rule = (above: number, tenants: string[]): RedactionPolicy => ({
      withhold: [{ concept: 'storms', above, keep: 'hash', tenants }],
    })
    const [exact] = await say(rule(0.9, ['acme']), [{ tenant_id: 'acme', prompt: 'a storm' }])
    expect(exact!.prompt).toBe('a storm')
    const [other] = await say(rule(0.5, ['acme']), [{ tenant_id: 'zeta', prompt: 'a storm' }])
    expect(other!.prompt).toBe('a storm')
  })
})

describe('a file that cannot be meant', () => {
  it('is refused where a concept is unknown, naming those that there are', () => {
    expect(() => withholding({ withhold: [{ concept: 'medicla', above: 0.5, keep: 'hash' }] })).toThrow(
      '/withhold/0/concept is no concept; there are storms, thanks, fish',
    )
  })

  it('decides nothing where it says nothing', () => {
    expect(keepRules({ names: 'high' }, concepts, redactor.identifier)).toBeNull()
  })
})
