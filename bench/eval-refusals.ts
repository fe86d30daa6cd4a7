import { join } from 'node:path'
import { averagePrecision, expected, quality } from '../src/concepts/calibrate.ts'
import { conceptOf } from '../src/concepts/classifier.ts'
import { foldsOf } from '../src/concepts/fit.ts'
import { packageRoot } from '../src/config.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { refusal } from './concepts/refusal.ts'
import { bootstrapped, type Figure, told } from './figure.ts'
import { fitConcept } from './fit-concept.ts'
import { type Labelled, outsideSets, ownTexts } from './labelled.ts'
import { bm25, keywordList, type Peer, tfIdf } from './refusal-peers.ts'
import type { Skipped } from './skipped.ts'

export interface RefusalRow {
  /** Which texts, and what they were left out of. */
  on: string
  method: string
  n: number
  refusals: number
  average_precision: Figure
  precision: Figure
  recall: Figure
  f1: Figure
  /** What a search would have claimed of its matches. */
  claimed?: { precision: number; recall: number }
}

/**
 * How well "all refusals" answers on the labelled sets in `dataDir`, judged twice by fits that did not see the texts: of
 * a fold of the questions of all sets (more of the same), and of a whole set (a log of other origin). The threshold and
 * the calibration come from what is fitted, too. Beside a list of phrases, BM25 of them, and TF-IDF with logistic
 * regression fitted on the same texts. Skipped, aloud, without a folder.
 */
export async function evalRefusals(
  dataDir: string | undefined,
  { json }: { json: boolean },
): Promise<{ rows: RefusalRow[] } | Skipped> {
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const sets = await outsideSets(refusal, dataDir, encoder)
    if (sets.size === 0) {
      process.stderr.write('skipped: no labelled refusal sets; name their folder with --data\n')
      return { skipped: 'no labelled refusal sets' }
    }
    const own = await ownTexts(refusal, encoder)
    const outside = [...sets.values()].flat()
    const rows: RefusalRow[] = []
    const homes = foldsOf(outside, FOLDS)
    const folded = METHODS.map((method) => ({ name: '', found: [] as Found[], method }))
    for (let fold = 0; fold < FOLDS; fold++) {
      const fitted = [...own, ...outside.filter((_, i) => homes[i] !== fold)]
      const judged = outside.filter((_, i) => homes[i] === fold)
      for (const one of folded) {
        const peer = one.method(fitted, encoder.space.space)
        one.name = peer.name
        one.found.push(...foundBy(peer, judged))
      }
    }
    for (const name of [...sets.keys(), ...(sets.size > 1 ? ['both'] : [])])
      for (const one of folded)
        rows.push(
          rowOf(
            `${name}, cross-validated`,
            one.name,
            one.found.filter(({ set }) => name === 'both' || set === name),
          ),
        )
    for (const [name, texts] of sets) {
      const others = [...own, ...outside.filter(({ set }) => set !== name)]
      for (const method of METHODS) {
        const peer = method(others, encoder.space.space)
        rows.push(rowOf(`${name}, set left out`, peer.name, foundBy(peer, texts)))
      }
    }
    if (!json) process.stdout.write(`${tableOf(rows)}\n`)
    return { rows }
  } finally {
    await encoder.close()
  }
}

const FOLDS = 5

/** How each method is made from the texts that it may be fitted on. */
const METHODS: readonly ((fitted: readonly Labelled[], space: string) => Claiming)[] = [
  undercurrent,
  tfIdf,
  bm25,
  () => keywordList,
]

/** A method that may say what to expect of its matches. */
interface Claiming extends Peer {
  /** Share of all refusals that it says it finds. */
  recall?: number
}

function undercurrent(fitted: readonly Labelled[], space: string): Claiming {
  const { threshold, recall_at, weights } = fitConcept(fitted, refusal)
  const concept = conceptOf({ ...UNMEASURED, space, threshold, recall_at, weights })
  return {
    name: 'Undercurrent',
    threshold,
    recall: expected([], threshold, recall_at).recall,
    scores: (texts) => texts.map(({ text, embedding }) => concept.probability(text, embedding)),
  }
}

/** What a concept is made with that is measured here, not shipped. */
export const UNMEASURED: Omit<FittedConcept, 'space' | 'threshold' | 'recall_at' | 'weights'> = {
  name: refusal.name,
  description: refusal.description,
  version: refusal.version,
  reads: refusal.reads,
  quality: { precision: 0, recall: 0, f1: 0, average_precision: 0, n: 0 },
  aliases: refusal.aliases,
}

/** What a method made of a text. */
interface Found {
  set: string
  label: boolean
  p: number
  match: boolean
  /** Claimed recall of the search that it belongs to. */
  recall?: number
}

function foundBy(peer: Claiming, texts: readonly Labelled[]): Found[] {
  return peer.scores(texts).map((p, i) => ({
    set: texts[i]!.set,
    label: texts[i]!.label,
    p,
    match: p >= peer.threshold,
    ...(peer.recall === undefined ? {} : { recall: peer.recall }),
  }))
}

function rowOf(on: string, method: string, found: readonly Found[]): RefusalRow {
  const measure = (sample: readonly Found[]) => ({
    average_precision: averagePrecision(sample),
    ...quality(
      sample.map(({ match, label }) => ({ p: match ? 1 : 0, label })),
      1,
    ),
  })
  const claims = found.flatMap(({ recall }) => recall ?? [])
  return {
    on,
    method,
    n: found.length,
    refusals: found.filter(({ label }) => label).length,
    ...bootstrapped(
      found.map((one) => [one]),
      measure,
    ),
    ...(claims.length === 0
      ? {}
      : { claimed: { precision: mean(found.flatMap(({ match, p }) => (match ? [p] : []))), recall: mean(claims) } }),
  }
}

const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / (list.length || 1)

/** As docs/quality/refusals.md has it. */
function tableOf(rows: readonly RefusalRow[]): string {
  const lines = rows.map((row) =>
    [
      row.on,
      row.method,
      `${row.refusals}/${row.n}`,
      ...[row.average_precision, row.precision, row.recall, row.f1].map(told),
      row.claimed === undefined ? '' : `${row.claimed.precision.toFixed(2)} / ${row.claimed.recall.toFixed(2)}`,
    ].join(' | '),
  )
  const head = 'on | method | refusals | average precision | precision | recall | F1 | claimed precision / recall'
  return [
    '"all refusals" on texts that were not fitted on, with 95 % intervals (bootstrap); partial refusals are left out',
    '',
    `| ${head} |`,
    `|${'---|'.repeat(head.split('|').length)}`,
    ...lines.map((line) => `| ${line} |`),
  ].join('\n')
}
