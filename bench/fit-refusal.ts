import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { averagePrecision, quality } from '../src/concepts/calibrate.ts'
import { conceptOf } from '../src/concepts/classifier.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { fitConcept } from './fit-concept.ts'
import { type Labelled, outsideSets, ownTexts } from './refusal-sets.ts'

/**
 * Fits the built-in concept `refusal` and writes models/concepts/refusal.json.
 * Usage: node dist/bench/fit-refusal.js [folder of labelled refusal sets]
 * Without the folder it is fitted on the project's own texts alone. No text is written, only weights of hashed words.
 */
/** Words by which a question names the concept, beside its name; src/concepts/resolve.ts inflects them. */
const ALIASES = [
  'refuse',
  'decline',
  'turn down',
  'say no',
  'reject',
  'would not answer',
  'would not help',
  'would not respond',
]

const root = join(import.meta.dirname, import.meta.dirname.includes('dist') ? '../..' : '..')
const encoder = await createEncoder({ modelsDir: join(root, 'models'), model: 'static-logs-en-256' })
try {
  const own = await ownTexts(root, encoder)
  const sets = await outsideSets(process.argv[2], encoder)
  if (sets.size === 0) process.stderr.write('no outside sets: fitting on own texts alone, quality is not measured\n')
  const all = [...own, ...[...sets.values()].flat()]
  const fitted = fitConcept(all.filter(({ part }) => part === 'fit'))
  for (const trial of fitted.trials) process.stderr.write(`${JSON.stringify(trial)}\n`)
  const refusal: FittedConcept = {
    name: 'refusal',
    description: 'The assistant says that it will not, may not or cannot do what was asked, and does not do it.',
    version: 1,
    reads: 'response',
    space: encoder.space.space,
    threshold: fitted.threshold,
    recall_at: fitted.recall_at,
    quality: { precision: 0, recall: 0, f1: 0, average_precision: 0, n: 0 },
    aliases: ALIASES,
    weights: fitted.weights,
  }
  const judged = (texts: readonly Labelled[]) => {
    const concept = conceptOf(refusal)
    const scored = texts.map(({ text, embedding, label }) => ({ p: concept.probability(text, embedding), label }))
    return { ...quality(scored, refusal.threshold), average_precision: averagePrecision(scored), n: texts.length }
  }
  for (const [name, texts] of sets)
    for (const part of ['fit', 'held-out'] as const)
      process.stderr.write(`${name} ${part} ${JSON.stringify(judged(texts.filter((text) => text.part === part)))}\n`)
  if (sets.size > 0) {
    const measured = judged(all.filter(({ part }) => part === 'held-out'))
    const rounded = Object.entries(measured).map(([key, value]) => [key, Math.round(value * 1000) / 1000])
    refusal.quality = Object.fromEntries(rounded) as FittedConcept['quality']
  }
  mkdirSync(join(root, 'models/concepts'), { recursive: true })
  writeFileSync(join(root, 'models/concepts/refusal.json'), `${JSON.stringify(refusal)}\n`)
  process.stderr.write(`threshold ${refusal.threshold}, ${JSON.stringify(refusal.quality)}\n`)
} finally {
  await encoder.close()
}
