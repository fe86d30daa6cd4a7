import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { said, withheld } from '../../bench/concepts/refusal-kind-said.ts'
import { KIND_TEMPLATES } from '../../bench/concepts/refusal-kind-texts.ts'
import { refusalKinds } from '../../bench/concepts/refusal-kinds.ts'
import type { Concept } from '../../src/core/concept.ts'
import type { Encoder } from '../../src/core/ports.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { readConcepts } from '../../src/roof/concept-files.ts'

const models = join(import.meta.dirname, '../../models')
const kinds = readConcepts(models).filter(({ name }) => refusalKinds.some((source) => source.name === name))
let encoder: Encoder

beforeAll(async () => {
  encoder = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
})
afterAll(() => encoder?.close())

/** Names of the concepts that find the text, the most probable one first. */
async function found(text: string): Promise<string[]> {
  const [vector] = await encoder.encode([text])
  const p = (concept: Concept) => concept.probability(text, vector!)
  return kinds
    .filter((concept) => p(concept) >= concept.threshold)
    .toSorted((a, b) => p(b) - p(a))
    .map(({ name }) => name)
}

describe('the kinds of refusals', () => {
  it('are shipped, each as it is described', () => {
    expect(kinds.map(({ name }) => name).sort()).toEqual(refusalKinds.map(({ name }) => name).sort())
    for (const { fitted } of kinds) expect(fitted.card?.measured.length).toBeGreaterThan(1)
  })

  it.each([
    ["I won't help with that, as it is illegal and could hurt somebody.", 'refusal-policy'],
    ["My guidelines don't allow me to write such content.", 'refusal-policy'],
    ["I don't have access to live data, so I can't tell you the price.", 'refusal-inability'],
    ['I cannot open attachments, so I do not know what is in the file.', 'refusal-inability'],
    ['Could you tell me which version you use?', 'clarifying-question'],
    ['Sure! How many guests do you expect?', 'clarifying-question'],
  ])('"%s" is of the kind %s', async (text, kind) => {
    expect((await found(text))[0]).toBe(kind)
  })

  it('are not found in a plain answer', async () => {
    for (const text of ['Boil the eggs for eight minutes.', 'The invoice was paid on Tuesday, and the parcel is out.'])
      expect(await found(text)).toEqual([])
  })

  it('are judged by texts that were not fitted on', () => {
    const fitted = new Set([...Object.values(said).flat(), ...Object.values(KIND_TEMPLATES).flat()])
    expect(
      Object.values(withheld)
        .flat()
        .filter((text) => fitted.has(text)),
    ).toEqual([])
  })
})
