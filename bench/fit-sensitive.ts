import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { averagePrecision, quality } from '../src/concepts/calibrate.ts'
import { conceptOf } from '../src/concepts/classifier.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import type { Encoder } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { fitConcept } from './fit-concept.ts'
import { type Labelled, OWN } from './refusal-sets.ts'
import { SENSITIVE, type SensitiveName, type SensitiveText, sensitiveTexts } from './sensitive-texts.ts'

/**
 * Fits the built-in concepts `medical` and `financial` on the project's own texts and writes models/concepts/<name>.json.
 * Usage: node dist/bench/fit-sensitive.js. No text is written, only weights of hashed words.
 */
const ABOUT: Record<SensitiveName, Pick<FittedConcept, 'description' | 'nouns'>> = {
  medical: {
    description:
      'The text tells of the health of a person: symptoms, diagnoses, medication, treatment, care. Medicine as a subject is not meant.',
    nouns: ['personal health data', 'personal medical data'],
  },
  financial: {
    description:
      'The text tells of the money of a person or a firm: income, debts, accounts, taxes, assets. Finance as a subject and prices are not meant.',
    nouns: ['personal financial data', 'personal finances'],
  },
}

/** These concepts are subjects, which is what embeddings tell apart; above 1 nothing is gained on the folds. */
const EMBEDDING_SCALE = 1
/** Least threshold. F1 over our own sets would go lower, and in a log of ordinary chats most matches would then be wrong. */
const LEAST_THRESHOLD = 0.5

const root = join(import.meta.dirname, import.meta.dirname.includes('dist') ? '../..' : '..')
const encoder = await createEncoder({ modelsDir: join(root, 'models'), model: 'static-logs-en-256' })
try {
  for (const name of Object.keys(SENSITIVE) as SensitiveName[]) {
    const texts = await embedded(sensitiveTexts(root, name), encoder)
    const { trials, ...fitted } = fitConcept(
      texts.filter(({ part }) => part === 'fit'),
      EMBEDDING_SCALE,
    )
    for (const trial of trials) process.stderr.write(`${name} ${JSON.stringify(trial)}\n`)
    const concept: FittedConcept = {
      name,
      ...ABOUT[name],
      version: 1,
      reads: 'any',
      space: encoder.space.space,
      ...fitted,
      threshold: Math.max(fitted.threshold, LEAST_THRESHOLD),
      quality: { precision: 0, recall: 0, f1: 0, average_precision: 0, n: 0 },
      aliases: [],
    }
    const { probability } = conceptOf(concept)
    const heldOut = texts.filter(({ part }) => part === 'held-out')
    const scored = heldOut.map(({ text, embedding, label }) => ({ p: probability(text, embedding), label }))
    const measured = { ...quality(scored, concept.threshold), average_precision: averagePrecision(scored) }
    concept.quality = {
      ...(Object.fromEntries(
        Object.entries(measured).map(([key, value]) => [key, Math.round(value * 1000) / 1000]),
      ) as typeof measured),
      n: heldOut.length,
    }
    writeFileSync(join(root, 'models/concepts', `${name}.json`), `${JSON.stringify(concept)}\n`)
    process.stderr.write(`${name}: threshold ${concept.threshold}, ${JSON.stringify(concept.quality)}\n`)
  }
} finally {
  await encoder.close()
}

/** As the fitting takes them: texts by hand and by pattern are two sets that weigh the same. */
async function embedded(texts: readonly SensitiveText[], by: Encoder): Promise<Labelled[]> {
  const vectors = await by.encode(texts.map(({ text }) => text))
  return texts.map(({ origin, ...text }, i) => ({
    ...text,
    set: origin === 'hand' ? OWN[0]! : OWN[1]!,
    embedding: vectors[i]!,
  }))
}
