import { join } from 'node:path'
import { sigmoid } from '../src/concepts/calibrate.ts'
import { conceptOf } from '../src/concepts/classifier.ts'
import { packageRoot } from '../src/config.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { normal } from '../src/stats/draws.ts'
import { seeded } from '../src/stats/seeded.ts'
import { allotted, strataEdges } from '../src/stats/stratified-draw.ts'
import { type Share as Estimated, type Stratum, stratifiedShares } from '../src/stats/stratified-share.ts'
import { refusal } from './concepts/refusal.ts'
import { UNMEASURED } from './eval-refusals.ts'
import { fitConcept } from './fit-concept.ts'
import { outsideSets, ownTexts } from './labelled.ts'
import { type Share, shareOf } from './share.ts'

/** Events with the probability that a concept gives them, and the truth. */
interface Population {
  name: string
  threshold: number
  events: readonly Judged[]
}
type Judged = { p: number; label: boolean }

export interface EstimateRow {
  on: string
  events: number
  /** Share of the events that are right. */
  base_rate: number
  labels: number
  /** Sessions whose interval holds the truth, and the mean width of the interval. */
  precision: { truth: number; covered: Share; width: number }
  recall: { truth: number; covered: Share; width: number }
}

/** Labelling sessions of each row. */
const SESSIONS = 200
const LABELS = [10, 50, 200]

/**
 * Whether the intervals of estimated precision and recall hold the truth: sessions in which the labels of a stratified
 * draw become known, over populations whose truth is known in full. Made ones vary the share that is right and how far the
 * calibration is off; those of the labelled refusal sets in `dataDir` are judged by a fit that did not see the set, and
 * are skipped, aloud, without a folder.
 */
export async function evalEstimates(
  dataDir: string | undefined,
  { json }: { json: boolean },
): Promise<{ rows: EstimateRow[] }> {
  const rows: EstimateRow[] = []
  for (const population of [...made(), ...(await refusalSets(dataDir))])
    for (const labels of LABELS) rows.push(rowOf(population, labels))
  if (!json) process.stdout.write(`${tableOf(rows)}\n`)
  return { rows }
}

/** How far the probabilities of a made population are from the truth: a factor on log-odds, and a shift. */
const CALIBRATIONS = [
  { called: 'calibrated', slope: 1, shift: 0 },
  { called: 'far too sure', slope: 3, shift: 0 },
  { called: 'far too high', slope: 1, shift: 2 },
]

function made(): Population[] {
  return [0.003, 0.03, 0.3].flatMap((rate, r) =>
    CALIBRATIONS.map(({ called, slope, shift }, c) => {
      const random = seeded(1_000 + 10 * r + c)
      // log-odds of two normals four apart with variance four are linear in x: the calibrated case is exact
      const events = Array.from({ length: 20_000 }, (): Judged => {
        const label = random() < rate
        const z = 2 * normal(random) + (label ? 4 : -4)
        return { label, p: sigmoid(slope * (2 * z + Math.log(rate / (1 - rate))) + shift) }
      })
      return { name: `made, ${called}`, threshold: 0.5, events }
    }),
  )
}

/** Each set judged by a fit on the others and our own texts, as it is, and with one in ten of its refusals. */
async function refusalSets(dataDir: string | undefined): Promise<Population[]> {
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const sets = await outsideSets(refusal, dataDir, encoder)
    if (sets.size === 0) {
      process.stderr.write('skipped: no labelled refusal sets; name their folder with --data\n')
      return []
    }
    const own = await ownTexts(refusal, encoder)
    const outside = [...sets.values()].flat()
    return [...sets].flatMap(([name, texts]) => {
      const others = outside.filter(({ set }) => set !== name)
      const { threshold, recall_at, weights } = fitConcept([...own, ...others], refusal)
      const concept = conceptOf({ ...UNMEASURED, space: encoder.space.space, threshold, recall_at, weights })
      const events = texts.map(({ text, embedding, label }) => ({ label, p: concept.probability(text, embedding) }))
      let seen = 0
      const fewer = events.filter(({ label }) => !label || seen++ % 10 === 0)
      return [
        { name: `${name}, set left out`, threshold, events },
        { name: `${name}, one refusal in ten`, threshold, events: fewer },
      ]
    })
  } finally {
    await encoder.close()
  }
}

function rowOf({ name, threshold, events }: Population, labels: number): EstimateRow {
  const edges = strataEdges(threshold)
  const strata = edges.map((from, i) => events.filter(({ p }) => p >= from && p < (edges[i + 1] ?? 2)))
  const shapes = strata.map((held, i) => ({
    size: held.length,
    matched: edges[i]! >= threshold,
    probability: held.length === 0 ? 0 : held.reduce((sum, { p }) => sum + p, 0) / held.length,
  }))
  const counts = allotted(shapes, labels)
  const found = events.filter(({ p }) => p >= threshold)
  const right = events.filter(({ label }) => label).length
  const hits = found.filter(({ label }) => label).length
  const truths = { precision: hits / found.length, recall: hits / right }
  const sums = { precision: { covered: 0, width: 0 }, recall: { covered: 0, width: 0 } }
  const random = seeded(7)
  for (let session = 0; session < SESSIONS; session++) {
    const labelled = shapes.map((shape, i): Stratum => {
      const drawn = drawnOf(strata[i]!, counts[i]!, random)
      return { ...shape, labelled: drawn.length, right: drawn.filter(({ label }) => label).length }
    })
    const estimates = stratifiedShares(labelled, session)
    for (const name of ['precision', 'recall'] as const) {
      const { low, high }: Omit<Estimated, 'value'> = estimates[name] ?? { low: 0, high: 1 }
      sums[name].width += (high - low) / SESSIONS
      if (low <= truths[name] && truths[name] <= high) sums[name].covered++
    }
  }
  const told = (of: 'precision' | 'recall') => ({
    truth: truths[of],
    covered: shareOf(sums[of].covered, SESSIONS),
    width: sums[of].width,
  })
  return {
    on: name,
    events: events.length,
    base_rate: right / events.length,
    labels,
    precision: told('precision'),
    recall: told('recall'),
  }
}

/** So many of a list, each as likely as any, none twice. */
function drawnOf(list: readonly Judged[], n: number, random: () => number): Judged[] {
  const places = new Set<number>()
  // Floyd's method: one number for each event that is drawn
  for (let last = list.length - n; last < list.length; last++) {
    const place = Math.floor(random() * (last + 1))
    places.add(places.has(place) ? last : place)
  }
  return [...places].map((place) => list[place]!)
}

function tableOf(rows: readonly EstimateRow[]): string {
  const head =
    '| on | events | right | labels | precision | covered | width | recall | covered | width |\n|---|---|---|---|---|---|---|---|---|---|'
  const told = ({ truth, covered, width }: EstimateRow['precision']) => [
    truth.toFixed(3),
    `${covered.share.toFixed(3)} [${covered.low.toFixed(2)}, ${covered.high.toFixed(2)}]`,
    width.toFixed(2),
  ]
  const lines = rows.map(({ on, events, base_rate, labels, precision, recall }) =>
    [on, events, base_rate.toFixed(3), labels, ...told(precision), ...told(recall)].join(' | '),
  )
  return [head, ...lines.map((line) => `| ${line} |`)].join('\n')
}
