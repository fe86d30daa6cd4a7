import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { conceptOf } from '../src/concepts/classifier.ts'
import { fitTail, stricterTail } from '../src/concepts/sentence-tail.ts'
import { packageRoot } from '../src/config.ts'
import type { FittedConcept, SentenceTail } from '../src/core/concept.ts'
import type { Part } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { judgedSentences } from '../src/flow/told-by-sentence.ts'
import { encodeAll } from './labelled.ts'
import { harmlessToFit } from './sentence-texts.ts'

/** Concepts of which one sentence tells, as docs/quality/windows.md measures: of others it finds too little to be worth its time. */
const TOLD_BY_SENTENCE: Readonly<Record<string, Part>> = {
  'delimiter-forgery': 'prompt',
  exfiltration: 'prompt',
  jailbreak: 'prompt',
  'personal-data-requested': 'prompt',
  refusal: 'response',
  'secrets-requested': 'prompt',
  'system-prompt-extraction': 'prompt',
}

/**
 * Learns how often harmless sentences look like the concepts of which one sentence tells, and writes it into
 * models/concepts/<name>.json: two numbers each, by the set in which they look like it most. To be run after
 * fit-concepts. Usage: node dist/bench/fit-sentences.js --data DIR
 */
const { values } = parseArgs({ options: { data: { type: 'string' } } })
const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
try {
  for (const [name, part] of Object.entries(TOLD_BY_SENTENCE)) {
    const sets = harmlessToFit(values.data, name, part)
    if (sets === null) throw new Error('--data lacks the sets of refusals and of attack prompts')
    const file = join(packageRoot, 'models/concepts', `${name}.json`)
    const fitted = JSON.parse(readFileSync(file, 'utf8')) as FittedConcept
    const concept = conceptOf(fitted)
    const tails: SentenceTail[] = []
    for (const { name: set, texts } of sets) {
      const sentences = texts.flatMap((text) => judgedSentences(text, part))
      const vectors = await encodeAll(encoder, sentences)
      const tail = fitTail(sentences.map((text, i) => concept.probability(text, vectors[i]!)))
      process.stderr.write(`${name}: ${sentences.length} sentences of ${set}: ${JSON.stringify(tail)}\n`)
      if (tail !== null) tails.push(tail)
    }
    const { rate, decay } = tails.reduce(stricterTail)
    const rounded = { rate: Math.round(rate * 1e3) / 1e3, decay: Math.round(decay * 1e3) / 1e3 }
    const { weights, card, sentences: _, ...rest } = fitted
    const whole = { ...rest, sentences: rounded, weights, ...(card === undefined ? {} : { card }) }
    writeFileSync(file, `${JSON.stringify(whole)}\n`)
  }
} finally {
  await encoder.close()
}
