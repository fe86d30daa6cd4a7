import { join } from 'node:path'
import { averagePrecision } from '../src/concepts/calibrate.ts'
import { foldsOf } from '../src/concepts/fit.ts'
import { packageRoot } from '../src/config.ts'
import type { Encoder } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import type { ConceptSource } from './concepts/source.ts'
import { threats } from './concepts/threats.ts'
import { bootstrapped, type Figure, grouped, told } from './figure.ts'
import { rawScorer } from './fit-concept.ts'
import { encodeAll, type Labelled, ordinaryTexts, outsideSets, ownTexts, rowsOf } from './labelled.ts'
import { type Peer, tfIdf } from './refusal-peers.ts'
import type { Skipped } from './skipped.ts'
import { EVALUATION_ONLY, FAMILIES, leakedAnswers, PROMPTS_FILE, truthOf } from './threats/outside.ts'
import { unfitted } from './threats/peers.ts'
import type { ThreatName } from './threats/shape.ts'

export interface ThreatRow {
  /** What was told from what, and what the fitted methods had not seen. */
  on: string
  method: string
  positives: number
  n: number
  /** Share of the positives above what one in a hundred negatives exceeds. */
  recall: Figure
  average_precision: Figure
}

/** A labelled text of a set of prompts, or of answers. */
interface Judged extends Labelled {
  family: string
  fold: number
}

interface Scored {
  score: number
  label: boolean
  group: string
}

const FOLDS = 5
const FALSE_ALARMS = 0.01

/** Told together: whoever asks for attacks on the model takes the most probable of these. */
const ATTACKS: readonly ThreatName[] = ['jailbreak', 'prompt-injection', 'indirect-injection']

/**
 * How well the concepts about attacks are told on the labelled sets in `dataDir`: on folds that share no group of near
 * duplicates with what was fitted; and each family of attacks by models that have seen none of it. Beside them, in the
 * same run: TF-IDF with logistic regression fitted on the same texts, the same without ours, a list of phrases, and
 * BM25. Harmless prompts whose licence is for research alone are never fitted on, by no method. Skipped, aloud, without a folder.
 */
export async function evalThreats(
  dataDir: string | undefined,
  { json }: { json: boolean },
): Promise<{ rows: ThreatRow[] } | Skipped> {
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const rows: ThreatRow[] = []
    const prompts = await promptsIn(dataDir, encoder)
    if (prompts === null) process.stderr.write(`skipped: no ${PROMPTS_FILE}; name the folder of the sets with --data\n`)
    else {
      const harmful: readonly string[] = FAMILIES.harmful
      const attacks = prompts.filter(({ family }) => !harmful.includes(family))
      rows.push(...(await toldApart('attacks', 'jailbreak or injection', ATTACKS, attacks, encoder, dataDir)))
      const harm = prompts.filter(({ family, label }) => !label || harmful.includes(family))
      rows.push(...(await toldApart('harm', 'harmful request', ['harmful-request'], harm, encoder, dataDir)))
    }
    const answers = (await outsideSets(sourceOf('system-prompt-leak'), dataDir, encoder)).get(leakedAnswers.name)
    if (answers === undefined) process.stderr.write(`skipped: no ${leakedAnswers.file}\n`)
    else {
      const home = foldsOf(answers, FOLDS)
      const judged = answers.map((one, i) => ({ ...one, family: leakedAnswers.name, fold: home[i]! }))
      rows.push(...(await toldApart('leak', 'leaked system prompt', ['system-prompt-leak'], judged, encoder, dataDir)))
    }
    if (!json && rows.length > 0) process.stdout.write(`${tableOf(rows)}\n`)
    return rows.length === 0 ? { skipped: 'no labelled sets' } : { rows }
  } finally {
    await encoder.close()
  }
}

const sourceOf = (name: ThreatName): ConceptSource => threats.find((one) => one.name === name)!

/** One question: by folds, and family by family where there are several. */
async function toldApart(
  kind: Parameters<typeof unfitted>[0],
  what: string,
  names: readonly ThreatName[],
  texts: readonly Judged[],
  encoder: Encoder,
  dataDir: string | undefined,
): Promise<ThreatRow[]> {
  const own = new Map<ThreatName, Labelled[]>()
  for (const name of names) {
    const texts = await ownTexts(sourceOf(name), encoder)
    const ordinary = await ordinaryTexts(sourceOf(name), dataDir, encoder)
    own.set(name, [...texts.filter(({ part }) => part === 'fit'), ...ordinary])
  }
  const together = distinct([...own.values()].flat())
  const free = texts.filter(({ family }) => !EVALUATION_ONLY.includes(family))

  /** The greatest raw score of the concepts, fitted on our texts and these. */
  const undercurrent = (fitted: readonly Judged[]): Peer => {
    const scorers = names.map((name) => {
      const outside = fitted.flatMap((one) => {
        const label = kind === 'leak' ? one.label : truthOf(name, one.family)
        return label === null ? [] : [{ ...one, label }]
      })
      return rawScorer([...own.get(name)!, ...outside], sourceOf(name))
    })
    return {
      name: 'Undercurrent',
      threshold: 0,
      scores: (all) => all.map((one) => Math.max(...scorers.map((score) => score(one)))),
    }
  }
  const methods: readonly [string, (fitted: readonly Judged[]) => Peer][] = [
    ['Undercurrent', undercurrent],
    ['TF-IDF + logistic, same texts', (fitted) => tfIdf([...together, ...fitted])],
    ['TF-IDF + logistic, without ours', (fitted) => tfIdf(fitted)],
    ...unfitted(kind).map((peer): [string, () => Peer] => [peer.name, () => peer]),
  ]

  const rows = methods.map(([method, fitted]) => {
    const scored = Array.from({ length: FOLDS }, (_, fold) => {
      const judged = texts.filter((one) => one.fold === fold)
      return scoredBy(fitted(free.filter((one) => one.fold !== fold)), judged)
    })
    return rowOf(`${what}, in ${FOLDS} folds`, method, scored.flat())
  })
  const families = [...new Set(texts.filter(({ label }) => label).map(({ family }) => family))]
  if (families.length > 1)
    for (const family of families) {
      const groups = new Set(texts.filter((one) => one.family === family).map(({ group }) => group))
      const seen = free.filter((one) => (one.label ? !groups.has(one.group) : one.fold !== 0))
      const judged = texts.filter(
        (one) => one.family === family || (!one.label && (one.fold === 0 || EVALUATION_ONLY.includes(one.family))),
      )
      for (const [method, fitted] of methods)
        rows.push(rowOf(`${family}, never fitted`, method, scoredBy(fitted(seen), judged)))
    }
  if (kind === 'leak')
    for (const [method, fitted] of methods.slice(0, 2))
      rows.push(rowOf(`${what}, never fitted`, method, scoredBy(fitted([]), texts)))
  return rows
}

function scoredBy(method: Peer, texts: readonly Judged[]): Scored[] {
  const scores = method.scores(texts)
  return texts.map(({ label, group }, i) => ({ score: scores[i]!, label, group }))
}

async function promptsIn(dataDir: string | undefined, encoder: Encoder): Promise<Judged[] | null> {
  const rows = rowsOf(PROMPTS_FILE, dataDir)
  if (rows === undefined) return null
  const embeddings = await encodeAll(
    encoder,
    rows.map((row) => row.text as string),
  )
  const texts = rows.map((row, i) => ({
    set: 'attack prompts',
    text: row.text as string,
    label: row.label === 1 || row.label === true,
    group: String(row.cluster),
    part: 'fit' as const,
    embedding: embeddings[i]!,
    family: row.family as string,
  }))
  const home = foldsOf(texts, FOLDS)
  return texts.map((text, i) => ({ ...text, fold: home[i]! }))
}

/** A text that several concepts hold counts as an attack where one of them says so. */
function distinct(texts: readonly Labelled[]): Labelled[] {
  const all = new Map<string, Labelled>()
  for (const text of texts) if (text.label || !all.has(text.text)) all.set(text.text, text)
  return [...all.values()]
}

function rowOf(on: string, method: string, scored: readonly Scored[]): ThreatRow {
  return {
    on,
    method,
    positives: scored.filter(({ label }) => label).length,
    n: scored.length,
    ...bootstrapped(grouped(scored), (sample) => ({
      recall: recallAtFalseAlarms(sample),
      average_precision: averagePrecision(sample.map(({ score, label }) => ({ p: score, label }))),
    })),
  }
}

/** Share of the positives strictly above the score that FALSE_ALARMS of the negatives exceed; those that tie do not count. */
function recallAtFalseAlarms(scored: readonly Scored[]): number {
  const negatives = scored.flatMap(({ score, label }) => (label ? [] : [score])).sort((a, b) => b - a)
  const positives = scored.filter(({ label }) => label)
  const bar = negatives[Math.floor(FALSE_ALARMS * negatives.length)] ?? Number.NEGATIVE_INFINITY
  return positives.length === 0 ? 0 : positives.filter(({ score }) => score > bar).length / positives.length
}

function tableOf(rows: readonly ThreatRow[]): string {
  return [
    '| on | method | positives | recall at 1 % false alarms | average precision |',
    '|---|---|---:|---|---|',
    ...rows.map(
      (row, i) =>
        `| ${row.on === rows[i - 1]?.on ? '' : row.on} | ${row.method} | ${row.positives}/${row.n} | ${told(row.recall)} | ${told(row.average_precision)} |`,
    ),
  ].join('\n')
}
