import { type FittedCorrection, fitCorrection, type LabelledText } from '../../concepts/correct.ts'
import type { Concept } from '../../core/concept.ts'
import { conceptKey, type FitReport } from '../../core/concept-record.ts'
import type { Encoder, Engine } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import type { Redactor } from '../../redactors/index.ts'
import { wilson } from '../../stats/wilson.ts'
import { type EventLabel, labelsFor } from '../labels.ts'
import { askedAgain, examplesOf } from './examples.ts'
import { embedder, type FitAsk } from './fit.ts'
import { keepVersion, type NewVersion, type OwnConceptParts } from './own.ts'
import { type StandingRow, versionOf } from './rows.ts'

/** What a refit comes to. `none`: the labels do not pay, and why. */
export type Refit = { version: number } | { none: string }

/** Own concepts of so many examples and labels are fitted at once when somebody labels; larger ones by the job. */
export const AT_ONCE = 300
/** Labels that a correction of a built-in concept takes: fewer tell nothing of it. The newest count where there are more. */
const LEAST_LABELS = 10
const MOST_LABELS = 2_000
/** By how much the mean log-loss of labels must fall: less is not worth a pass over all events. */
const LEAST_GAIN = 0.01

/**
 * Fits an own concept anew on its examples and on every label that was given. Throws as fitConcept does; NOT_FOUND where
 * there is no such concept any more.
 */
export async function refitOwn(
  { engine, clock, fitConcept }: Pick<OwnConceptParts, 'engine' | 'clock' | 'fitConcept'>,
  { key, row }: Pick<StandingRow, 'key' | 'row'>,
  by: string,
): Promise<Refit> {
  const newest = row.version === null ? null : await versionOf(engine, row, row.version)
  if (newest?.examples == null) throw new Problem('NOT_FOUND', 'there is no concept of this name any more')
  const { labels, rev } = await labelsFor(engine, key)
  const { name, description, reads, aliases, nouns } = newest.fitted
  const fit = await fitConcept({
    name,
    description,
    reads,
    aliases,
    ...askedAgain(newest.examples),
    labels,
    texts: true,
    lenient: true,
    ...(row.tenant_id === null ? {} : { tenant_id: row.tenant_id }),
  })
  const version = await keepVersion(
    { engine, clock },
    {
      name: row.name,
      tenant_id: row.tenant_id,
      how: 'labels',
      by,
      fitted: { ...fit.fitted, ...(nouns === undefined ? {} : { nouns }) },
      // a label that overrules an example may be taken back; what was erased is no example any more, in the record already
      examples: newest.examples,
      report: fit.report,
      labels_rev: rev,
    },
  )
  return { version }
}

export interface CorrectParts {
  engine: Pick<Engine, 'records' | 'putRecords' | 'events'>
  clock: OwnConceptParts['clock']
  encoder: Encoder
  redactor: Pick<Redactor, 'text' | 'forms'>
  builtIn: readonly Concept[]
}

/**
 * Corrects a built-in concept by every label that was given of it: the shipped weights stay, and what is added to them is held
 * near nothing by a strong prior. It pays where labels that it was not fitted on are told better than before; else nothing
 * changes. A correction of a tenant's labels speaks of that tenant's events alone.
 */
export async function refitBuiltIn(
  parts: CorrectParts,
  of: { name: string; tenant_id: string | null },
  by: string,
): Promise<Refit & { rev: number }> {
  const { engine, clock, encoder } = parts
  const shipped = parts.builtIn.find(({ name }) => name === of.name)
  const key = conceptKey(of.name, of.tenant_id)
  const { labels, rev } = await labelsFor(engine, key)
  if (shipped === undefined) return { none: 'there is no such concept', rev }
  if (shipped.reads === 'context') return { none: 'it judges passages, and a label tells of the whole event', rev }
  if (encoder.space.space !== shipped.fitted.space) return { none: 'its weights are of another model', rev }
  const told = await toldTexts(parts, shipped, of, labels.slice(-MOST_LABELS))
  const groups = new Set(told.map(({ group }) => group)).size
  if (groups < LEAST_LABELS) return { none: `a correction takes ${LEAST_LABELS} labels; here are ${groups}`, rev }
  const found = fitCorrection(shipped, told)
  if (!(found.lossAfter < found.lossBefore - LEAST_GAIN))
    return { none: 'labels that a correction had not seen were told no better by it', rev }
  const kept: NewVersion = {
    ...of,
    how: 'labels',
    by,
    fitted: shipped.fitted,
    correction: found.correction,
    examples: null,
    report: reportOf(found, shipped.threshold),
    shipped: shipped.version,
    labels_rev: rev,
  }
  return { version: await keepVersion({ engine, clock }, kept), rev }
}

/** The text of each labelled event that the concept goes by: of two, the more probable one. */
async function toldTexts(
  { engine, encoder, redactor }: CorrectParts,
  concept: Concept,
  { tenant_id }: { tenant_id: string | null },
  labels: readonly EventLabel[],
): Promise<LabelledText[]> {
  const ask: FitAsk = {
    name: concept.name,
    description: '',
    reads: concept.reads,
    aliases: [],
    positives: [],
    negatives: [],
    labels,
    texts: true,
    lenient: true,
    ...(tenant_id === null ? {} : { tenant_id }),
  }
  const examples = await examplesOf({ engine, redactor }, ask)
  const vectorOf = await embedder(
    encoder,
    examples.flatMap((one) => one.texts),
  )
  return examples.map(({ texts: own, label, group }) => {
    const each = own.map((text) => ({ text, vector: vectorOf(text) }))
    const ranked = each.toSorted(
      (a, b) => concept.probability(b.text, b.vector) - concept.probability(a.text, a.vector),
    )
    return { ...ranked[0]!, label, group }
  })
}

function reportOf({ held, recalibrated }: FittedCorrection, threshold: number): FitReport {
  const found = held.filter(({ p }) => p >= threshold)
  const hits = found.filter(({ label }) => label).length
  const positives = held.filter(({ label }) => label).length
  return {
    precision: wilson(hits, found.length),
    recall: wilson(hits, positives),
    positives,
    negatives: held.length - positives,
    background: 0,
    labels: held.length,
    calibration: recalibrated
      ? { method: 'platt', note: 'probabilities were fitted anew to the labels' }
      : { method: 'shipped', note: 'that of the concept as shipped: too few labels of either kind to fit it anew' },
    notes: ['precision and recall are those among the labelled events, which are not a sample of all'],
  }
}
