import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SOURCES } from '../../bench/concepts/index.ts'
import { quality } from '../../src/concepts/calibrate.ts'
import { resolve } from '../../src/concepts/resolve.ts'
import type { Concept } from '../../src/core/concept.ts'
import type { Encoder } from '../../src/core/ports.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { scoreConcepts } from '../../src/flow/mark.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'
import { answering, ordinary, refusing } from './a-few-answers.ts'

const models = join(import.meta.dirname, '../../models')
const concepts = readConcepts(models)
const named = (name: string) => concepts.find((concept) => concept.name === name)!
const textsOf = (name: string) => SOURCES.find((source) => source.name === name)!.texts()
let encoder: Encoder

beforeAll(async () => {
  encoder = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
})
afterAll(() => encoder?.close())

async function scores({ probability }: Concept, texts: readonly string[]) {
  const vectors = await encoder.encode(texts)
  return texts.map((text, i) => probability(text, vectors[i]!))
}

describe.each(['medical', 'financial'] as const)('the shipped concept %s', (name) => {
  it('tells a person from the subject, on texts that it was not fitted on', async () => {
    const heldOut = textsOf(name).filter(({ part }) => part === 'held-out')
    const concept = named(name)
    const p = await scores(
      concept,
      heldOut.map(({ text }) => text),
    )
    const { precision, recall } = quality(
      heldOut.map(({ label }, i) => ({ p: p[i]!, label })),
      concept.threshold,
    )
    expect(precision).toBeGreaterThan(0.85)
    expect(recall).toBeGreaterThan(0.65)
  })

  it('was fitted on none of the texts that are held out', () => {
    const texts = textsOf(name)
    const fitted = new Set(texts.filter(({ part }) => part === 'fit').map(({ text }) => text))
    expect(texts.filter(({ part, text }) => part === 'held-out' && fitted.has(text))).toEqual([])
  })

  it('takes few ordinary answers, refusals among them', async () => {
    const texts = [...ordinary, ...answering, ...refusing]
    const taken = (await scores(named(name), texts)).filter((p) => p >= named(name).threshold)
    expect(taken.length / texts.length).toBeLessThan(0.05)
  })

  it('belongs to the shipped model and reads both sides', () => {
    expect(named(name)).toMatchObject({ reads: 'any', fitted: { space: encoder.space.space } })
  })
})

describe('an event of which both sides are read', () => {
  const word: Concept = { ...named('medical'), probability: (text) => (text.includes('fever') ? 0.9 : 0.2) }
  const p = (texts: { prompt?: string; response?: string }) => scoreConcepts([word], 3, texts, {}).map((mark) => mark.p)

  it('is as probable as the more probable of them', () => {
    expect(p({ prompt: 'a fever', response: 'a storm' })).toEqual([0.9])
    expect(p({ prompt: 'a storm', response: 'a fever' })).toEqual([0.9])
    expect(p({ response: 'a storm' })).toEqual([0.2])
    expect(p({ prompt: ' ' })).toEqual([])
  })
})

describe('a question', () => {
  const asked = (q: string) => resolve(q, concepts, 0)?.concept.name ?? null

  it.each([
    'medical',
    'all medical',
    'medical questions',
    'medical advice about vaccines',
    'financial',
    'financial answers',
    'show me financial reports',
    'financial advice',
    'health',
    'data about patients with asthma',
    'medical data model',
    'how do I file a complaint about noise',
    'complaint form template',
    'code',
    'promo code does not work',
    'error',
    'server errors',
    'the model of the car has an error',
    'legal',
    'legal department phone number',
    'lazy loading of images',
    'lazy',
    'ledger reconciliation fails',
    'truncate table',
    'bias voltage',
    'toxic waste',
    'frustration tolerance of children',
    'insults in the comments of a video',
    'is this a hallucination',
  ])('is taken as it stands where it only speaks of the subject: %s', (q) => {
    expect(asked(q)).toBeNull()
  })

  it.each([
    ['personal health data', 'medical'],
    ['show me all prompts with personal health data', 'medical'],
    ['every response with personal medical data', 'medical'],
    ['where did users give personal financial data', 'financial'],
    ['personal finances', 'financial'],
    ['all refusals', 'refusal'],
    ['all complaints', 'complaint'],
    ['user complaints last week', 'complaint'],
    ['lazy answers last week', 'lazy'],
    ['truncated responses', 'truncated'],
    ['show me every empty answer', 'truncated'],
    ['hallucination reports since Monday', 'hallucination-report'],
    ['all toxic messages', 'toxicity'],
    ['biased answers', 'bias'],
    ['model errors yesterday', 'model-error'],
    ['legal questions', 'legal'],
    ['prompts with source code', 'code'],
    ['structured financial data', 'structured-financial'],
  ])('finds the concept that it names: %s', (q, name) => {
    const given = asked(q)
    expect(given).toBe(name)
  })
})
