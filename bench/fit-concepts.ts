import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { conceptOf } from '../src/concepts/classifier.ts'
import type { ConceptCard, FittedConcept, Measured } from '../src/core/concept.ts'
import type { Encoder } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { SOURCES } from './concepts/index.ts'
import type { ConceptSource, OwnText } from './concepts/source.ts'
import { fitConcept } from './fit-concept.ts'
import { type Labelled, missingSets, OWN, outsideSets, ownTexts } from './labelled.ts'
import { matchesIn, measured, type OrdinaryChats, ordinaryChats } from './measure-concept.ts'

/** Examples on a card, and how long one may be. */
const SHOWN = 4
const LONGEST = 160

/**
 * Fits the built-in concepts, all or those named, and writes models/concepts/<name>.json with their cards.
 * Usage: node dist/bench/fit-concepts.js [NAME…] [--data DIR]
 * DIR holds the labelled sets of others and ordinary chats. Without it a concept that is fitted on such sets is skipped,
 * and what a card says of outside texts is left out. No text of others is written, only weights of hashed words.
 */
const root = join(import.meta.dirname, import.meta.dirname.includes('dist') ? '../..' : '..')
const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' } } })
const unknown = positionals.filter((name) => !SOURCES.some((source) => source.name === name))
if (unknown.length > 0) {
  process.stderr.write(`there is no concept ${unknown.join(', ')}; there are ${SOURCES.map(({ name }) => name)}\n`)
  process.exitCode = 2
} else {
  const encoder = await createEncoder({ modelsDir: join(root, 'models'), model: 'static-logs-en-256' })
  try {
    const chats = await ordinaryChats(values.data, encoder)
    if (chats === null) process.stderr.write('no ordinary chats: cards will not say how many of those match\n')
    mkdirSync(join(root, 'models/concepts'), { recursive: true })
    for (const source of SOURCES.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
      const missing = missingSets(source, values.data)
      if (missing.length > 0) {
        process.stderr.write(`${source.name}: skipped, --data lacks ${missing.map(({ file }) => file).join(', ')}\n`)
        continue
      }
      const concept = await fitted(source, encoder, chats)
      writeFileSync(join(root, 'models/concepts', `${source.name}.json`), `${JSON.stringify(concept)}\n`)
      process.stderr.write(`${source.name}: threshold ${concept.threshold}, ${JSON.stringify(concept.quality)}\n`)
    }
  } finally {
    await encoder.close()
  }
}

async function fitted(source: ConceptSource, encoder: Encoder, chats: OrdinaryChats | null): Promise<FittedConcept> {
  const own = await ownTexts(source, encoder)
  const sets = await outsideSets(source, values.data, encoder)
  const all = [...own, ...[...sets.values()].flat()]
  const fit = fitConcept(
    all.filter(({ part }) => part === 'fit'),
    source.embeddingScale,
  )
  for (const trial of fit.trials) process.stderr.write(`${source.name} ${JSON.stringify(trial)}\n`)
  const concept: FittedConcept = {
    name: source.name,
    description: source.description,
    version: source.version,
    reads: source.reads,
    space: encoder.space.space,
    threshold: Math.max(fit.threshold, source.leastThreshold ?? 0),
    recall_at: fit.recall_at,
    quality: { precision: 0, recall: 0, f1: 0, average_precision: 0, n: 0 },
    aliases: source.aliases,
    ...(source.nouns === undefined ? {} : { nouns: source.nouns }),
    weights: fit.weights,
  }
  const judge = conceptOf(concept)
  const heldOut = (texts: readonly Labelled[]) => texts.filter(({ part }) => part === 'held-out')
  const on = (name: string, language: string, texts: readonly Labelled[]): Measured[] =>
    texts.length === 0 ? [] : [measured(judge, name, language, texts)]
  const card: ConceptCard = {
    definition: source.definition,
    positives: examplesOf(source.texts(), true),
    negatives: examplesOf(source.texts(), false),
    confusions: source.confusions,
    measured: [
      ...on('texts of ours, held out', 'en', heldOut(own)),
      ...(source.outside ?? []).flatMap(({ name, language, fit: share }) =>
        on(share > 0 ? `${name}, held out` : `${name}, never fitted`, language, heldOut(sets.get(name) ?? [])),
      ),
      ...(chats === null ? [] : matchesIn(chats, judge)),
    ],
    fitted_on: fittedOn(all),
    calibration: 'platt',
  }
  const { on: _on, language: _language, ...overall } = measured(judge, '', '', heldOut(all))
  return { ...concept, quality: overall as FittedConcept['quality'], card }
}

/** "3,214 texts of ours; 1,064 of chatgpt_refusals". */
function fittedOn(texts: readonly Labelled[]): string {
  const counts = new Map<string, number>()
  for (const { set, part } of texts) {
    if (part !== 'fit') continue
    const name = OWN.includes(set) ? 'texts of ours' : `of ${set}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, n]) => `${n.toLocaleString('en')} ${name}`).join('; ')
}

/** A few texts of ours, spread evenly over those by hand. */
function examplesOf(texts: readonly OwnText[], label: boolean): string[] {
  const short = texts.filter((one) => one.label === label && one.origin === 'hand' && one.text.length <= LONGEST)
  const count = Math.min(SHOWN, short.length)
  return Array.from({ length: count }, (_, i) => short[Math.floor(((i + 0.5) * short.length) / count)]!.text)
}
