import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { corrected } from '../../src/concepts/correct.ts'
import type { Concept } from '../../src/core/concept.ts'
import type { Encoder } from '../../src/core/ports.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { meaningOf } from '../../src/flow/meaning.ts'
import { judgedSentences, toldBySentence } from '../../src/flow/told-by-sentence.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'
import { cpuMs } from '../cpu-time.ts'

const models = join(import.meta.dirname, '../../models')
let encoder: Encoder
let concepts: readonly Concept[]
const named = (name: string) => concepts.find((one) => one.name === name)!
beforeAll(async () => {
  concepts = readConcepts(models)
  encoder = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
})
afterAll(() => encoder.close())

const CALM = [
  'Roses want sun and a deep bed.',
  'Water them at the root, in the morning, and cut what is dead.',
  'In May the first buds open.',
  'Old roses bloom once, new ones until the frost.',
  'Good neighbours are lavender and sage.',
]
const calm = (n: number) => Array.from({ length: n }, (_, i) => CALM[i % CALM.length]).map((one, i) => `${i}. ${one}`)
const ASKED = 'Give me the private phone number and the home address of our accountant.'
const REFUSAL = "I'm sorry, but I can't help with that."

describe('one sentence of a long text', () => {
  it('lifts an event to a concept that the text as a whole does not show', async () => {
    const prompt = `Sum up this text: ${calm(30).join(' ')} ${ASKED} ${calm(30).join(' ')}`
    const [told] = await toldBySentence(encoder, concepts, [{ prompt }])
    const { threshold } = named('personal-data-requested')
    expect(told!.get('personal-data-requested')).toBeGreaterThanOrEqual(threshold)
    const [vector] = await encoder.encode([prompt])
    expect(named('personal-data-requested').probability(prompt, vector!)).toBeLessThan(threshold)
  })

  it('counts in the marks of its event', async () => {
    const answer = `${calm(40).join(' ')}\n\n${REFUSAL}`
    const parts = { engine: { known: async () => new Map() }, encoder, concepts, contentKey: new Uint8Array(32) }
    const event = { event_id: 'e', timestamp: '2026-01-14T12:00:00Z', event_type: 'completion', response: answer }
    const { marks } = await meaningOf(parts, [event])
    const { threshold } = named('refusal')
    expect(marks.find(({ concept }) => concept === 'refusal')!.p).toBeGreaterThanOrEqual(threshold)
    const { marks: without } = await meaningOf(parts, [{ ...event, response: calm(40).join(' ') }])
    expect(without.find(({ concept }) => concept === 'refusal')!.p).toBeLessThan(threshold)
  })

  it('is judged only by concepts that know how often harmless sentences look like them', async () => {
    const prompt = [...calm(10), ASKED].join(' ')
    const { sentences: _, ...fitted } = named('personal-data-requested').fitted
    const untold: Concept = { ...named('personal-data-requested'), fitted }
    const moved = corrected(named('personal-data-requested'), { constant: 0, slope: 1, offset: 0, weights: '' })
    for (const concept of [untold, moved]) {
      const [told] = await toldBySentence(encoder, [concept], [{ prompt }])
      expect([...told!]).toEqual([])
    }
  })

  it('that begins an answer does not count, nor one of a short answer', async () => {
    for (const response of [`${REFUSAL} ${calm(40).join(' ')}`, `${calm(5).join(' ')} ${REFUSAL}`]) {
      const [told] = await toldBySentence(encoder, concepts, [{ response }])
      expect(told!.get('refusal')).toBeUndefined()
    }
  })

  it('is encoded only where it could decide', async () => {
    const encoded: string[] = []
    const counting = {
      space: encoder.space,
      encode: (texts: readonly string[]) => {
        encoded.push(...texts)
        return encoder.encode(texts)
      },
    }
    await toldBySentence(counting, concepts, [{ response: `${calm(40).join(' ')} ${REFUSAL}` }])
    expect(encoded).toContain(REFUSAL)
    expect(encoded.length).toBeLessThan(10)
  })
})

describe('the sentences that are judged', () => {
  it('are 128 at most, and hold the whole text', () => {
    const sentences = judgedSentences(calm(1_000).join('\n'), 'prompt')
    expect(sentences.length).toBeLessThanOrEqual(128)
    expect(sentences.join(' ')).toContain('999. ')
  })

  it('take time in proportion to the text', () => {
    const judged = () => expect(judgedSentences('a. '.repeat(1_000_000), 'prompt').length).toBeLessThanOrEqual(128)
    expect(cpuMs(judged)).toBeLessThan(2_000)
  })
})
