import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { averagePrecision } from '../../src/concepts/calibrate.ts'
import { conceptOf } from '../../src/concepts/classifier.ts'
import { type FewFit, type FewText, fitFew } from '../../src/concepts/fit-few.ts'
import type { Encoder } from '../../src/core/ports.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { readBackground } from '../../src/roof/concept-files.ts'
import { answering, ordinary, refusing } from './a-few-answers.ts'

const models = join(import.meta.dirname, '../../models')
let encoder: Encoder
let texts: { refusing: FewText[]; answering: FewText[]; background: FewText[] }
let fit: FewFit

const read = async (list: readonly string[]): Promise<FewText[]> => {
  const vectors = await encoder.encode([...list])
  return list.map((text, i) => ({ text, embedding: vectors[i]! }))
}
const concept = (fitted: FewFit) =>
  conceptOf({
    name: 'own',
    description: '',
    version: 1,
    reads: 'response',
    space: encoder.space.space,
    aliases: [],
    ...fitted,
  })

beforeAll(async () => {
  encoder = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
  texts = {
    refusing: await read(refusing),
    answering: await read([...answering, ...ordinary]),
    background: await read(readBackground(models).response),
  }
  fit = await fitFew({ positives: texts.refusing.slice(0, 10), background: texts.background })
})
afterAll(() => encoder?.close())

describe('a concept of ten examples', () => {
  it('ranks texts that it has not seen', () => {
    const { probability } = concept(fit)
    const unseen = [
      ...texts.refusing.slice(10).map((one) => ({ p: probability(one.text, one.embedding), label: true })),
      ...texts.answering.map((one) => ({ p: probability(one.text, one.embedding), label: false })),
    ]
    expect(averagePrecision(unseen)).toBeGreaterThan(0.65)
  })

  it('says that ten examples calibrate nothing, and how many it found of each kind', () => {
    expect(fit.calibration).toBe('none')
    expect(fit.quality.n).toBe(10)
    expect(fit.found.positives).toBeGreaterThan(6)
    expect(fit.found.negatives).toBe(0)
    expect(fit.found.background).toBeLessThan(20)
    expect(fit.recall_at).toHaveLength(100)
  })

  it('is the same each time', async () => {
    const few = { positives: texts.refusing.slice(0, 5), background: texts.background.slice(0, 10) }
    expect(await fitFew(few)).toEqual(await fitFew(few))
  })

  it('gives its thread a turn between fits', async () => {
    let turns = 0
    await fitFew({ positives: texts.refusing.slice(0, 5), negatives: texts.answering.slice(0, 5) }, async () => {
      turns++
    })
    expect(turns).toBe(5)
  })
})

describe('examples that make no concept', () => {
  const positives = () => texts.refusing.slice(0, 5)

  it('are refused where they are too few, equal ones counting once', async () => {
    const twice = [...positives().slice(0, 4), { ...positives()[0]!, text: ` ${positives()[0]!.text.toUpperCase()}` }]
    await expect(fitFew({ positives: twice, background: texts.background })).rejects.toThrow(/there are 4$/)
    await expect(fitFew({ positives: positives() })).rejects.toThrow(/needs 5 negative examples/)
  })

  it('are refused where one is on both sides', async () => {
    const negatives = [...texts.answering.slice(0, 5), positives()[2]!]
    await expect(fitFew({ positives: positives(), negatives })).rejects.toThrow(/negative example 6 is a positive one/)
  })

  it('are refused where there are too many to be fitted in good time', async () => {
    const many = Array.from({ length: 5_001 }, (_, i) => ({ text: `text ${i}`, embedding: new Float32Array(256) }))
    await expect(fitFew({ positives: many, background: texts.background })).rejects.toThrow(/at most 5000/)
  })
})
