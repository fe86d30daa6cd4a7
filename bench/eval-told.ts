import { join } from 'node:path'
import { averagePrecision, quality } from '../src/concepts/calibrate.ts'
import { packageRoot } from '../src/config.ts'
import type { Concept } from '../src/core/concept.ts'
import type { Encoder } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { readConcepts } from '../src/roof/concept-files.ts'
import { SOURCES } from './concepts/index.ts'
import type { ConceptSource } from './concepts/source.ts'
import { bootstrapped, type Figure, grouped, told } from './figure.ts'
import { type Labelled, missingFiles, ordinaryTexts, outsideSets, ownTexts } from './labelled.ts'
import { type Peer, phraseList, tfIdf } from './refusal-peers.ts'
import type { Skipped } from './skipped.ts'
import { bm25Of } from './threats/peers.ts'

export interface ToldRow {
  concept: string
  /** Texts that it was not fitted on. */
  on: string
  positives: number
  n: number
  /** Average precision by method; null where there was nothing to fit a method on. */
  average_precision: { ours: Figure; tfIdf: Figure | null; bm25: Figure; list: Figure }
  /** Of the concept as shipped, at its threshold. */
  f1: Figure
}

/**
 * Every shipped concept on texts that it was not fitted on: ours that were written apart, and the held-out parts of the
 * labelled sets in `dataDir`. Beside it TF-IDF with logistic regression of the same fitted texts, BM25 of its description
 * and definition, and the words by which a question names it as a list. Concepts that are fitted on all of their sets have no row: the tables of their own cross-validate them.
 * Skipped, aloud, where `dataDir` lacks a set.
 */
export async function evalTold(
  dataDir: string | undefined,
  { json }: { json: boolean },
): Promise<{ rows: ToldRow[] } | Skipped> {
  const missing = [...new Set(SOURCES.flatMap((source) => missingFiles(source, dataDir)))]
  if (missing.length > 0) {
    process.stderr.write(`skipped: --data lacks ${missing.join(', ')}\n`)
    return { skipped: 'no labelled sets' }
  }
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const shipped = readConcepts(join(packageRoot, 'models'))
    const rows: ToldRow[] = []
    for (const source of SOURCES.filter(({ fact }) => fact === undefined)) {
      const concept = shipped.find(({ name }) => name === source.name)
      if (concept === undefined) throw new Error(`${source.name} was never fitted: node dist/bench/fit-concepts.js`)
      rows.push(...(await rowsOf(source, concept, dataDir, encoder)))
    }
    if (!json) process.stdout.write(`${tableOf(rows)}\n`)
    return { rows }
  } finally {
    await encoder.close()
  }
}

async function rowsOf(
  source: ConceptSource,
  concept: Concept,
  dataDir: string | undefined,
  encoder: Encoder,
): Promise<ToldRow[]> {
  const sets = await outsideSets(source, dataDir, encoder)
  const own = await ownTexts(source, encoder)
  const fitted = [...own, ...[...sets.values()].flat()].filter(({ part }) => part === 'fit')
  const judged = [['texts of ours', own] as const, ...sets].flatMap(([on, texts]) => {
    const held = texts.filter(({ part }) => part === 'held-out')
    // average precision needs both kinds
    return new Set(held.map(({ label }) => label)).size === 2 ? [{ on, held }] : []
  })
  if (judged.length === 0) return []
  const words =
    source.rule === undefined ? tfIdf([...fitted, ...(await ordinaryTexts(source, dataDir, encoder))]) : null
  const bm25 = bm25Of(`${source.description} ${source.definition}`)
  const list = phraseList([...(source.nouns ?? [source.name.replaceAll('-', ' ')]), ...source.aliases])
  return judged.map(({ on, held }) => ({
    concept: source.name,
    on,
    positives: held.filter(({ label }) => label).length,
    n: held.length,
    average_precision: {
      ours: ranked({ scores: (texts) => texts.map((one) => concept.probability(one.text, one.embedding)) }, held),
      tfIdf: words === null ? null : ranked(words, held),
      bm25: ranked(bm25, held),
      list: ranked(list, held),
    },
    f1: atThreshold(concept, held),
  }))
}

function ranked({ scores }: Pick<Peer, 'scores'>, held: readonly Labelled[]): Figure {
  const found = scores(held)
  const judged = held.map(({ label, group }, i) => ({ p: found[i]!, label, group }))
  return bootstrapped(grouped(judged), (sample) => ({ ap: averagePrecision(sample) })).ap
}

function atThreshold({ probability, threshold }: Concept, held: readonly Labelled[]): Figure {
  const judged = held.map(({ text, embedding, label, group }) => ({ p: probability(text, embedding), label, group }))
  return bootstrapped(grouped(judged), (sample) => ({ f1: quality(sample, threshold).f1 })).f1
}

function tableOf(rows: readonly ToldRow[]): string {
  return [
    '| concept | on | positives | average precision | TF-IDF + logistic | BM25 | keyword list | F1 |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(({ concept, on, positives, n, average_precision: { ours, tfIdf: words, bm25, list }, f1 }) => {
      const figures = [ours, words, bm25, list, f1].map((one) => (one === null ? '' : told(one)))
      return `| ${[concept, on, `${positives}/${n}`, ...figures].join(' | ')} |`
    }),
  ].join('\n')
}
