import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { survival } from '../src/concepts/calibrate.ts'
import { conceptOf, type RuleWeights } from '../src/concepts/classifier.ts'
import { packageRoot } from '../src/config.ts'
import type { ConceptCard, FittedConcept, Measured } from '../src/core/concept.ts'
import type { Encoder } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { SOURCES } from './concepts/index.ts'
import type { ConceptSource, OutsideSet, OwnText } from './concepts/source.ts'
import { type Fit, fitConcept, type Trial } from './fit-concept.ts'
import { type Labelled, missingFiles, OWN, ordinaryTexts, outsideSets, ownTexts } from './labelled.ts'
import { figuresOf, matchesIn, measured, type OrdinaryChats, ordinaryChats } from './measure-concept.ts'

/** A concept of which nothing is known yet. */
const UNNAMED: FittedConcept = {
  name: '',
  description: '',
  version: 1,
  reads: 'any',
  space: '',
  threshold: 0.5,
  recall_at: [],
  quality: { precision: 0, recall: 0, f1: 0, average_precision: 0, n: 0 },
  aliases: [],
  weights: null,
}

/** Examples on a card, and how long one may be. */
const SHOWN = 4
const LONGEST = 160

/**
 * Fits the built-in concepts, all or those named, and writes models/concepts/<name>.json with their cards.
 * Usage: node dist/bench/fit-concepts.js [NAME…] [--data DIR]
 * DIR holds the labelled sets of others and ordinary chats. Without it a concept that is fitted on such sets is skipped,
 * and what a card says of outside texts is left out. No text of others is written, only weights of hashed words.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' } } })
const unknown = positionals.filter((name) => !SOURCES.some((source) => source.name === name))
if (unknown.length > 0) {
  process.stderr.write(`there is no concept ${unknown.join(', ')}; there are ${SOURCES.map(({ name }) => name)}\n`)
  process.exitCode = 2
} else {
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const chats = await ordinaryChats(values.data, encoder)
    if (chats === null) process.stderr.write('no ordinary chats: cards will not say how many of those match\n')
    mkdirSync(join(packageRoot, 'models/concepts'), { recursive: true })
    const wanted = SOURCES.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
    for (const source of wanted.filter(({ fact }) => fact === undefined)) {
      const missing = missingFiles(source, values.data)
      if (missing.length > 0) {
        process.stderr.write(`${source.name}: skipped, --data lacks ${missing.join(', ')}\n`)
        continue
      }
      const concept = await fitted(source, encoder, chats)
      writeFileSync(join(packageRoot, 'models/concepts', `${source.name}.json`), `${JSON.stringify(concept)}\n`)
      process.stderr.write(`${source.name}: threshold ${concept.threshold}, ${JSON.stringify(concept.quality)}\n`)
    }
  } finally {
    await encoder.close()
  }
}

async function fitted(source: ConceptSource, encoder: Encoder, chats: OrdinaryChats | null): Promise<FittedConcept> {
  const own = await ownTexts(source, encoder)
  const sets = await outsideSets(source, values.data, encoder)
  const all = [...own, ...[...sets.values()].flat(), ...(await ordinaryTexts(source, values.data, encoder))]
  const fit =
    source.rule === undefined
      ? fitConcept(
          all.filter(({ part }) => part === 'fit'),
          source,
        )
      : ruled(source.rule, all)
  for (const trial of fit.trials) process.stderr.write(`${source.name} ${JSON.stringify(trial)}\n`)
  const concept: FittedConcept = {
    name: source.name,
    description: source.description,
    version: source.version,
    reads: source.reads,
    space: source.rule === undefined ? encoder.space.space : '',
    threshold: Math.min(Math.max(fit.threshold, source.leastThreshold ?? 0), source.mostThreshold ?? 1),
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
      // rules were written with these texts in view
      ...on(
        source.rule === undefined ? 'texts of ours, held out' : 'texts of ours, known to the rule',
        'en',
        heldOut(own),
      ),
      ...(source.outside ?? []).flatMap((set) =>
        set.fit === 1
          ? crossValidated(set, fit, concept.threshold)
          : on(
              `${set.name}, ${set.fit > 0 ? 'held out' : 'never fitted'}`,
              set.language,
              heldOut(sets.get(set.name) ?? []),
            ),
      ),
      ...(chats === null ? [] : matchesIn(chats, judge)),
    ],
    fitted_on: source.rule === undefined ? fittedOn(all) : 'nothing: it is a rule',
    calibration: source.rule === undefined ? 'platt' : 'none',
  }
  const whole = (source.outside ?? []).filter((set) => set.fit === 1).flatMap(({ name }) => fit.folded.get(name) ?? [])
  const {
    on: _on,
    language: _language,
    ...overall
  } = whole.length > 0 ? figuresOf(whole, concept.threshold, '', '') : measured(judge, '', '', heldOut(all))
  return { ...concept, quality: overall as FittedConcept['quality'], card }
}

/** A set that is fitted on as a whole is judged by models that were fitted without a fold of it, and without any of it. */
function crossValidated({ name, language }: OutsideSet, { folded, trials }: Fit, threshold: number): Measured[] {
  const folds = folded.get(name)
  const alone = trials.find(({ set, left }) => set === name && left === 'whole set')
  return [
    ...(folds === undefined ? [] : [figuresOf(folds, threshold, `${name}, cross-validated`, language)]),
    ...(folds === undefined || alone === undefined
      ? []
      : [{ on: `${name}, left out of the fit`, language, n: folds.length, ...sharesOf(alone) }]),
  ]
}

function sharesOf({ precision, recall, f1, average_precision }: Trial) {
  const rounded = Object.entries({ precision, recall, f1, average_precision }).map(
    ([name, share]) => [name, Math.round(share * 1000) / 1000] as const,
  )
  return Object.fromEntries(rounded) as Pick<Trial, 'precision' | 'recall' | 'f1' | 'average_precision'>
}

/** What stands for a fit where a rule decides: the recall that a threshold gives is that of the texts that judge it. */
function ruled(rule: RuleWeights, texts: readonly Labelled[]): Fit {
  const probe = conceptOf({ ...UNNAMED, weights: rule })
  const positives = texts.flatMap(({ text, embedding, label }) => (label ? [probe.probability(text, embedding)] : []))
  return {
    threshold: 0.5,
    recall_at: survival(positives).map((share) => Math.round(share * 1000) / 1000),
    weights: rule,
    trials: [],
    folded: new Map(),
  }
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
