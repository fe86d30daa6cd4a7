import { conceptOf } from '../../concepts/classifier.ts'
import { type FewFit, type FewText, fitFew, LEAST_POSITIVES } from '../../concepts/fit-few.ts'
import type { FittedConcept } from '../../core/concept.ts'
import type { FitReport, KeptExamples } from '../../core/concept-record.ts'
import type { ExampleAsk } from '../../core/own-concept.ts'
import type { Encoder, Engine, Part } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import type { Redactor } from '../../redactors/index.ts'
import { wilson } from '../../stats/wilson.ts'
import { breath } from '../breath.ts'
import { backgroundOf } from './background.ts'
import { type Example, examplesOf, keptOf } from './examples.ts'

export interface FitParts {
  engine: Pick<Engine, 'events'>
  encoder: Encoder
  redactor: Pick<Redactor, 'text' | 'forms'>
  /** Ordinary texts that come with the package. */
  background(): Readonly<Record<Part, readonly string[]>>
}

export interface FitAsk extends Pick<FittedConcept, 'name' | 'description' | 'reads' | 'aliases'> {
  positives: readonly ExampleAsk[]
  negatives: readonly ExampleAsk[]
  /** What feedback said of events; goes before examples of the same event, and of the same text. An event that is gone is passed over. */
  labels?: readonly { event_id: string; label: boolean }[]
  /** Of whose events examples and background are, as it is stored; absent: of all. */
  tenant_id?: string
  /** False for whoever sees no texts: he may name events, and not give words. */
  texts: boolean
  /** Examples by event that are gone are passed over rather than refused: the fit is of a concept that stands. */
  lenient?: boolean
}

export interface ConceptFit {
  /** Version 0: whoever keeps it numbers it. */
  fitted: FittedConcept
  report: FitReport
  examples: KeptExamples
}

/** Characters of all examples together. */
const MOST_CHARS = 2_000_000

/**
 * Fits a concept on texts and events, and says how well it tells them apart. Bounded: so many examples, so many characters;
 * some seconds for a thousand of them. Throws BAD_REQUEST naming the example where one is no event that the caller sees, has
 * no text that is kept, or stands on both sides; UNPROCESSABLE where there are too few, or too much of them.
 */
export async function fitConcept(parts: FitParts, ask: FitAsk): Promise<ConceptFit> {
  const examples = withoutOverruled(await examplesOf(parts, ask))
  const positives = examples.filter(({ label }) => label)
  if (positives.length < LEAST_POSITIVES)
    throw new Problem(
      'UNPROCESSABLE',
      `a concept needs ${LEAST_POSITIVES} different positive examples; here are ${positives.length}`,
    )
  const length = examples.reduce((sum, { texts }) => sum + texts.reduce((own, text) => own + text.length, 0), 0)
  if (length > MOST_CHARS)
    throw new Problem(
      'UNPROCESSABLE',
      `the examples have more than ${MOST_CHARS} characters together; give fewer, or shorter ones`,
    )
  const background = await backgroundOf(parts, ask, examples)
  const embed = await embedder(
    parts.encoder,
    [...examples, ...background].flatMap((one) => one.texts),
  )
  const { space } = parts.encoder.space
  const { name, description, reads, aliases } = ask
  const made = async (given: readonly Example[]) => await fitFew(sidesOf([...given, ...background], embed), breath)
  const asConcept = ({ found: _, calibration: __, ...fit }: FewFit): FittedConcept => ({
    name,
    description,
    reads,
    aliases,
    version: 0,
    space,
    ...fit,
  })
  const settled = positives.some(({ texts }) => texts.length > 1)
    ? oneTextEach(examples, asConcept(await made(examples)), embed)
    : examples
  const fit = await made(settled)
  return {
    fitted: asConcept(fit),
    report: reportOf(fit, examples, background.length),
    examples: keptOf(examples),
  }
}

type Embed = (text: string) => Float32Array

/** Vectors of texts, each text encoded once. */
export async function embedder(encoder: Encoder, all: readonly string[]): Promise<Embed> {
  const texts = [...new Set(all)]
  const vectors = await encoder.encode(texts)
  const known = new Map(texts.map((text, i) => [text, vectors[i]!]))
  return (text) => known.get(text)!
}

/** An example whose text a label has overruled says nothing beside it. */
function withoutOverruled(examples: readonly Example[]): Example[] {
  const said = new Set(examples.flatMap(({ labelled, texts }) => (labelled ? texts : [])))
  return examples.filter(({ labelled, texts }) => labelled || !texts.some((text) => said.has(text)))
}

/** What two texts of events share on both sides tells neither apart, and is left out of the negatives. */
function sidesOf(examples: readonly Example[], embed: Embed) {
  const meant = new Set(examples.flatMap(({ label, texts }) => (label ? texts : [])))
  const side = (of: (one: Example) => boolean): FewText[] =>
    examples.filter(of).flatMap(({ texts, label, group }) => {
      const own = label || texts.length === 1 ? texts : texts.filter((text) => !meant.has(text))
      return own.map((text) => ({ text, embedding: embed(text), group }))
    })
  return {
    positives: side(({ label }) => label),
    negatives: side(({ label, background }) => !label && !background),
    background: side(({ background }) => background),
  }
}

/**
 * One text of each positive event: of two, the one that a first fit on both finds more probable, since an event is one by
 * either (multiple-instance learning, after Andrews, Tsochantaridis & Hofmann, 2002, one round).
 */
function oneTextEach(examples: readonly Example[], first: FittedConcept, embed: Embed): Example[] {
  const { probability } = conceptOf(first)
  const chance = (text: string) => probability(text, embed(text))
  return examples.map((one) =>
    one.label && one.texts.length > 1
      ? { ...one, texts: one.texts.toSorted((a, b) => chance(b) - chance(a)).slice(0, 1) }
      : one,
  )
}

const NOTES = {
  isotonic: 'probabilities were fitted to the cross-validated scores by isotonic regression over Platt’s curve',
  platt: 'probabilities were fitted to the cross-validated scores by Platt’s curve; isotonic regression takes hundreds',
  none: 'too few examples to fit probabilities: their order holds, their size says little',
} as const

function reportOf({ found, calibration }: FewFit, examples: readonly Example[], background: number): FitReport {
  const positives = examples.filter(({ label }) => label).length
  const negatives = examples.length - positives
  const matches = found.positives + (negatives > 0 ? found.negatives : found.background)
  return {
    precision: wilson(found.positives, matches),
    recall: wilson(found.positives, positives),
    positives,
    negatives,
    background,
    labels: examples.filter(({ labelled }) => labelled).length,
    calibration: { method: calibration, note: NOTES[calibration] },
    notes:
      negatives > 0
        ? [`precision is that among the ${examples.length} examples: where the concept is rarer, it is lower`]
        : [
            'no negatives were given: precision was judged against ordinary texts and stored events, each taken for one',
          ],
  }
}
