import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { averagePrecision, quality } from '../../src/concepts/calibrate.ts'
import { conceptOf } from '../../src/concepts/classifier.ts'
import type { FittedConcept } from '../../src/core/concept.ts'
import type { Encoder } from '../../src/core/ports.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { scoreConcepts } from '../../src/flow/mark.ts'
import { cpuMs } from '../cpu-time.ts'
import { answering, ordinary, refusing } from './a-few-answers.ts'

const models = join(import.meta.dirname, '../../models')
const file = readFileSync(join(models, 'concepts/refusal.json'), 'utf8')
const refusal = conceptOf(JSON.parse(file))
let encoder: Encoder
let probabilities: number[]
const texts = [...refusing, ...answering]

beforeAll(async () => {
  encoder = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
  const vectors = await encoder.encode(texts)
  probabilities = texts.map((text, i) => refusal.probability(text, vectors[i]!))
})
afterAll(() => encoder?.close())

const judged = (list: readonly number[]) => list.map((p, i) => ({ p, label: i < refusing.length }))

describe('the shipped refusal concept', () => {
  it('tells refusals from answers that apologise, warn, correct, disclaim or speak of refusing', () => {
    expect(quality(judged(probabilities), refusal.threshold).f1).toBeGreaterThan(0.9)
    expect(averagePrecision(judged(probabilities))).toBeGreaterThan(0.95)
  })

  it('does not take ordinary traffic for refusals', async () => {
    const vectors = await encoder.encode([...ordinary])
    const taken = ordinary.filter((text, i) => refusal.probability(text, vectors[i]!) >= refusal.threshold)
    expect(taken).toEqual([])
  })

  it('says what recall its threshold gives', () => {
    const { recall_at } = refusal.fitted
    expect(recall_at).toHaveLength(100)
    expect(recall_at).toEqual(recall_at.toSorted((a, b) => b - a))
    expect(recall_at[0]).toBe(1)
  })

  it('goes by the words alone where there is no vector of its space', () => {
    const alone = texts.map((text) => refusal.probability(text, new Float32Array(0)))
    expect(quality(judged(alone), refusal.threshold).f1).toBeGreaterThan(0.85)
  })

  it('belongs to the shipped model', () => {
    expect(refusal.fitted.space).toBe(encoder.space.space)
  })

  it('reads every kind of apostrophe and any case alike', () => {
    const none = new Float32Array(0)
    const p = refusal.probability("I'm sorry, but I can't help with that.", none)
    expect(refusal.probability('I’m sorry, but I can’t help with that.', none)).toBe(p)
    expect(refusal.probability("I'M SORRY, BUT I CAN'T HELP WITH THAT.", none)).toBe(p)
  })

  it('gives a text without a word no probability, and a huge one an answer in good time', () => {
    expect(refusal.probability('', new Float32Array(256))).toBe(0)
    expect(refusal.probability('🙂 … !!!', new Float32Array(256))).toBe(0)
    const huge = 'word '.repeat(2_000_000)
    expect(cpuMs(() => refusal.probability(huge, new Float32Array(256)))).toBeLessThan(2_000)
  })

  it('holds no sentence beside those of its card: nothing but numbers, names and aliases', () => {
    const strings: string[] = []
    const { card: _, ...rest } = JSON.parse(file)
    JSON.parse(JSON.stringify(rest), (_, value) => {
      if (typeof value === 'string') strings.push(value)
      return value
    })
    const readable = strings.filter((text) => text.length < 1_000)
    expect(readable.join(' ').length).toBeLessThan(1_000)
    for (const packed of strings.filter((text) => text.length >= 1_000)) expect(packed).toMatch(/^[A-Za-z0-9+/]+=*$/)
  })

  it('is refused with its name where its weights are damaged', () => {
    const fitted = JSON.parse(file) as FittedConcept & { weights: { words: unknown[] } }
    for (const weights of [
      null,
      {},
      { ...fitted.weights, words: fitted.weights.words.slice(1) },
      { ...fitted.weights, bits: 40 },
    ])
      expect(() => conceptOf({ ...fitted, weights })).toThrow(/concept refusal is damaged/)
  })
})

describe('an event', () => {
  it('is scored for the concepts whose text it has', async () => {
    const text = "I'm sorry, but I can't help with that."
    const [vector] = await encoder.encode([text])
    const { space } = encoder.space
    expect(scoreConcepts([refusal], 7, { prompt: text }, { prompt: vector! }, space)).toEqual([])
    expect(scoreConcepts([refusal], 7, { response: '  ' }, {}, space)).toEqual([])
    const [mark] = scoreConcepts([refusal], 7, { response: text }, { response: vector! }, space)
    expect(mark).toEqual({
      seq: 7,
      concept: 'refusal',
      version: refusal.version,
      p: refusal.probability(text, vector!),
    })
  })

  it('is scored by its words where its vector is of another model', async () => {
    const text = 'I cannot help with that.'
    const [mark] = scoreConcepts(
      [refusal],
      7,
      { response: text },
      { response: new Float32Array(256).fill(1 / 16) },
      'other',
    )
    expect(mark?.p).toBe(refusal.probability(text, new Float32Array(0)))
  })
})
