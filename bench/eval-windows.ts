import { join } from 'node:path'
import { averagePrecision } from '../src/concepts/calibrate.ts'
import { packageRoot } from '../src/config.ts'
import type { Concept } from '../src/core/concept.ts'
import { sentencesOf } from '../src/core/passages.ts'
import type { Encoder, Part } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { toldBySentence } from '../src/flow/told-by-sentence.ts'
import { readConcepts } from '../src/roof/concept-files.ts'
import { seeded } from '../src/stats/seeded.ts'
import { SOURCES } from './concepts/index.ts'
import { encodeAll, rowsOf } from './labelled.ts'
import { PLANTED_REFUSALS } from './planted-refusals.ts'
import { everydayAnswers, harmlessToJudge } from './sentence-texts.ts'

/** Shares at the concept's threshold, by the text as a whole, and with what its sentences say. */
interface Both {
  whole: number
  sentences: number
}

interface SentenceRow {
  concept: string
  /** Of answers with one telling sentence put in somewhere, those found; by length of the answer in characters. */
  planted: { from: number; to: number; n: number; found: Both }[]
  /** Matches among a thousand harmless texts. */
  harmless: { on: string; n: number; of_1000: Both }[]
  /** On the labelled sets of others. */
  sets: { on: string; n: number; average_precision: Both; precision: Both; recall: Both }[]
}

/** Lengths of answers that sentences are put into; the last by joining some. */
const LENGTHS = [
  [400, 1_000],
  [1_000, 2_000],
  [2_000, 3_100],
  [5_000, 7_000],
] as const
const OF_A_LENGTH = 200
const LONGEST_PLANT = 400

/**
 * What it is worth that single sentences of long texts are judged: sentences that were never fitted on, put into harmless
 * answers; what it costs in false matches; and what becomes of the labelled sets. Skipped, aloud, without the folder.
 */
export async function evalWindows(dataDir: string | undefined, { json }: { json: boolean }): Promise<object> {
  const harmless = { prompt: harmlessToJudge(dataDir, 'prompt'), response: harmlessToJudge(dataDir, 'response') }
  const answers = everydayAnswers(dataDir, 6_000)
  if (harmless.prompt === null || harmless.response === null || answers === null) {
    process.stderr.write('skipped: name the folder of the sets with --data\n')
    return { skipped: 'no data' }
  }
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const rows: SentenceRow[] = []
    for (const concept of readConcepts(join(packageRoot, 'models'))) {
      if (concept.fitted.sentences === undefined) continue
      const part = concept.reads as Part
      const judge = (texts: readonly string[]) => judged(encoder, concept, part, texts)
      const row: SentenceRow = { concept: concept.name, planted: [], harmless: [], sets: [] }
      const random = seeded(1)
      for (const [from, to] of LENGTHS) {
        const texts = planted(ofLength(answers, from, to), plantsOf(concept.name), random)
        const found = shares(await judge(texts), concept.threshold)
        row.planted.push({ from, to, n: texts.length, found })
      }
      for (const { name: on, texts } of harmless[part]!) {
        const { whole, sentences } = shares(await judge(texts), concept.threshold)
        row.harmless.push({ on, n: texts.length, of_1000: { whole: 1_000 * whole, sentences: 1_000 * sentences } })
      }
      for (const set of SOURCES.find(({ name }) => name === concept.name)?.outside ?? []) {
        const texts = rowsOf(set.file, dataDir)?.flatMap((one) => set.read(one) ?? []) ?? []
        if (!texts.some(({ label }) => label)) continue
        const labels = texts.map(({ label }) => label)
        const p = await judge(texts.map(({ text }) => text))
        row.sets.push({ on: set.name, n: texts.length, ...quality(p, labels, concept.threshold) })
      }
      rows.push(row)
    }
    const cost = await costOf(encoder, readConcepts(join(packageRoot, 'models')), answers.slice(0, 500))
    if (!json) process.stdout.write(`${tablesOf(rows)}\n\n${JSON.stringify(cost)}\n`)
    return { rows, cost }
  } finally {
    await encoder.close()
  }
}

interface Judged {
  whole: number[]
  sentences: number[]
}

async function judged(encoder: Encoder, concept: Concept, part: Part, texts: readonly string[]): Promise<Judged> {
  const vectors = await encodeAll(encoder, texts)
  const whole = texts.map((text, i) => concept.probability(text, vectors[i]!))
  const told = await toldBySentence(
    encoder,
    [concept],
    texts.map((text) => ({ [part]: text })),
  )
  return { whole, sentences: whole.map((p, i) => Math.max(p, told[i]!.get(concept.name) ?? 0)) }
}

const ofEach = (p: Judged, share: (list: readonly number[]) => number): Both => ({
  whole: share(p.whole),
  sentences: share(p.sentences),
})

const shares = (p: Judged, threshold: number): Both =>
  ofEach(p, (list) => list.filter((one) => one >= threshold).length / (list.length || 1))

function quality(p: Judged, labels: readonly boolean[], threshold: number) {
  const positives = labels.filter((label) => label).length
  const hits = (list: readonly number[]) => list.filter((one, i) => one >= threshold && labels[i]).length
  return {
    average_precision: ofEach(p, (list) => averagePrecision(list.map((one, i) => ({ p: one, label: labels[i]! })))),
    precision: ofEach(p, (list) => hits(list) / list.filter((one) => one >= threshold).length),
    recall: ofEach(p, (list) => hits(list) / positives),
  }
}

/** Positives of a concept that nothing was fitted on. */
function plantsOf(name: string): string[] {
  if (name === 'refusal') return [...PLANTED_REFUSALS]
  const texts = SOURCES.find((source) => source.name === name)?.texts() ?? []
  const held = texts.filter(({ part, label, text }) => part === 'held-out' && label && text.length <= LONGEST_PLANT)
  return [...new Set(held.map(({ text }) => text))]
}

/** Answers of a length; where none is so long, some together. */
function ofLength(answers: readonly string[], from: number, to: number): string[] {
  const own = answers.filter(({ length }) => length >= from && length < to)
  if (own.length > 0) return own.slice(0, OF_A_LENGTH)
  const pieces = answers.filter(({ length }) => length > from / 3 && length < to / 3)
  return Array.from({ length: Math.min(OF_A_LENGTH, Math.floor(pieces.length / 3)) }, (_, i) =>
    pieces.slice(3 * i, 3 * i + 3).join('\n\n'),
  )
}

/** Each text with one of the sentences at the end of one of its own, or before them all. */
function planted(texts: readonly string[], plants: readonly string[], random: () => number): string[] {
  return texts.map((text, i) => {
    const ends = [0, ...sentencesOf(text).map(({ end }) => end)]
    const at = ends[Math.floor(random() * ends.length)]!
    const before = at === 0 ? '' : `${text.slice(0, at)}${random() < 0.5 ? ' ' : '\n\n'}`
    return `${before}${plants[i % plants.length]} ${text.slice(at).trimStart()}`
  })
}

/** Milliseconds of processor time to an answer: to embed it, to score it by all concepts, and to judge its sentences as a response and as a prompt. */
async function costOf(encoder: Encoder, concepts: readonly Concept[], answers: readonly string[]) {
  const timed = async (work: () => unknown) => {
    const begun = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(begun)
    return Math.round((user + system) / 10 / answers.length) / 100
  }
  const vectors = await encodeAll(encoder, answers)
  const as = (part: Part) => () =>
    toldBySentence(
      encoder,
      concepts,
      answers.map((text) => ({ [part]: text })),
    )
  return {
    mean_characters: Math.round(answers.reduce((sum, { length }) => sum + length, 0) / answers.length),
    embed_ms: await timed(() => encodeAll(encoder, answers)),
    score_ms: await timed(() => answers.map((text, i) => concepts.map((one) => one.probability(text, vectors[i]!)))),
    as_response_ms: await timed(as('response')),
    as_prompt_ms: await timed(as('prompt')),
  }
}

function tablesOf(rows: readonly SentenceRow[]): string {
  const both = ({ whole, sentences }: Both, digits = 2) => `${whole.toFixed(digits)} → ${sentences.toFixed(digits)}`
  const table = (head: readonly string[], lines: readonly (readonly string[])[]) =>
    [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n')
  return [
    table(
      ['concept', ...LENGTHS.map(([from, to]) => `${from} to ${to}`)],
      rows.map(({ concept, planted: found }) => [concept, ...found.map((one) => both(one.found))]),
    ),
    table(
      ['concept', 'on', 'n', 'of 1,000'],
      rows.flatMap(({ concept, harmless }) =>
        harmless.map(({ on, n, of_1000 }) => [concept, on, String(n), both(of_1000, 1)]),
      ),
    ),
    table(
      ['concept', 'on', 'n', 'average precision', 'precision', 'recall'],
      rows.flatMap(({ concept, sets }) =>
        sets.map(({ on, n, average_precision, precision, recall }) => [
          concept,
          on,
          String(n),
          both(average_precision, 4),
          both(precision, 3),
          both(recall, 3),
        ]),
      ),
    ),
  ].join('\n\n')
}
