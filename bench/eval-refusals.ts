import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { averagePrecision, quality } from '../src/concepts/calibrate.ts'
import { conceptOf } from '../src/concepts/classifier.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { refusal } from './concepts/refusal.ts'
import { fitConcept } from './fit-concept.ts'
import { type Labelled, outsideSets, ownTexts } from './labelled.ts'
import { keywordList, type Peer, tfIdf } from './refusal-peers.ts'

/** A figure with its interval at 95 %, by bootstrap over the texts. */
export interface Figure {
  value: number
  low: number
  high: number
}

export interface RefusalRow {
  /** Which texts: the held-out part of a set, or a whole set that nothing was fitted on. */
  on: string
  method: string
  n: number
  refusals: number
  average_precision: Figure
  precision: Figure
  recall: Figure
  f1: Figure
}

/**
 * How well "all refusals" answers: at the shipped threshold on the part of each labelled set in `dataDir` that was not
 * fitted on, beside a list of phrases and TF-IDF with logistic regression fitted on the same texts; and, as the honest
 * figure for a log of other origin, on each whole set when only the others were fitted on. Skipped, aloud, without a folder.
 */
export async function evalRefusals(dataDir: string | undefined, { json }: { json: boolean }): Promise<object> {
  const root = join(import.meta.dirname, import.meta.dirname.includes('dist') ? '../..' : '..')
  const encoder = await createEncoder({ modelsDir: join(root, 'models'), model: 'static-logs-en-256' })
  try {
    const sets = await outsideSets(refusal, dataDir, encoder)
    if (sets.size === 0) {
      process.stderr.write('skipped: no labelled refusal sets; name their folder with --data\n')
      return { skipped: 'no labelled refusal sets' }
    }
    const own = await ownTexts(refusal, encoder)
    const shipped = JSON.parse(readFileSync(join(root, 'models/concepts/refusal.json'), 'utf8')) as FittedConcept
    const outside = [...sets.values()].flat()
    const rows: RefusalRow[] = []
    const together = new Map([...sets, ...(sets.size > 1 ? ([['both', outside]] as const) : [])])
    const peer = tfIdf([...own, ...outside].filter(({ part }) => part === 'fit'))
    for (const [name, texts] of together) {
      const heldOut = texts.filter(({ part }) => part === 'held-out')
      for (const method of [undercurrent(shipped), peer, keywordList])
        rows.push(rowOf(`${name}, held out`, method, heldOut))
    }
    for (const [name, texts] of sets) {
      const others = [...own, ...outside.filter(({ set }) => set !== name)]
      for (const method of [undercurrent({ ...shipped, ...fitConcept(others) }), tfIdf(others), keywordList])
        rows.push(rowOf(`${name}, never fitted`, method, texts))
    }
    if (!json) process.stdout.write(`${tableOf(rows, shipped.threshold)}\n`)
    return { threshold: shipped.threshold, rows }
  } finally {
    await encoder.close()
  }
}

function undercurrent(fitted: FittedConcept): Peer {
  const concept = conceptOf(fitted)
  return {
    name: 'undercurrent',
    threshold: fitted.threshold,
    scores: (texts) => texts.map(({ text, embedding }) => concept.probability(text, embedding)),
  }
}

function rowOf(on: string, method: Peer, texts: readonly Labelled[]): RefusalRow {
  const scored = method.scores(texts).map((p, i) => ({ p, label: texts[i]!.label }))
  const measure = (sample: typeof scored) => ({
    average_precision: averagePrecision(sample),
    ...quality(sample, method.threshold),
  })
  const value = measure(scored)
  const resampled = bootstrap(scored).map(measure)
  const figure = (name: keyof typeof value): Figure => {
    const sorted = resampled.map((one) => one[name]).sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
    return { value: value[name], low: at(0.025), high: at(0.975) }
  }
  return {
    on,
    method: method.name,
    n: texts.length,
    refusals: texts.filter(({ label }) => label).length,
    average_precision: figure('average_precision'),
    precision: figure('precision'),
    recall: figure('recall'),
    f1: figure('f1'),
  }
}

const ROUNDS = 400

/** Samples with replacement, the same in every run. */
function bootstrap<T>(all: readonly T[]): T[][] {
  let state = 20260115
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: ROUNDS }, () => all.map(() => all[Math.floor(next() * all.length)]!))
}

function tableOf(rows: readonly RefusalRow[], threshold: number): string {
  const figure = ({ value, low, high }: Figure) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
  const lines = rows.map((row) =>
    [
      row.on.padEnd(36),
      row.method.padEnd(18),
      `${row.refusals}/${row.n}`.padEnd(10),
      ...[row.average_precision, row.precision, row.recall, row.f1].map((one) => figure(one).padEnd(22)),
    ].join(' '),
  )
  const head = ['on', 'method', 'refusals', 'average precision', 'precision', 'recall', 'F1']
  const widths = [36, 18, 10, 22, 22, 22, 22]
  return [
    `"all refusals" at the shipped threshold ${threshold}, with 95 % intervals (bootstrap); partial refusals are left out`,
    '',
    head.map((name, i) => name.padEnd(widths[i]!)).join(' '),
    ...lines,
  ].join('\n')
}
