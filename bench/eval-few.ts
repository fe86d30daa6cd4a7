import { join } from 'node:path'
import { averagePrecision } from '../src/concepts/calibrate.ts'
import { conceptOf } from '../src/concepts/classifier.ts'
import { type FewTexts, fitFew } from '../src/concepts/fit-few.ts'
import { packageRoot } from '../src/config.ts'
import type { Concept, FittedConcept } from '../src/core/concept.ts'
import type { Encoder, Part } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { readBackground } from '../src/roof/concept-files.ts'
import { seeded } from '../src/stats/seeded.ts'
import { refusal } from './concepts/refusal.ts'
import type { OutsideSet } from './concepts/source.ts'
import { type Figure, meanOf, told } from './figure.ts'
import { fitConcept } from './fit-concept.ts'
import { encodeAll, type Labelled, outsideSets } from './labelled.ts'
import { keywordList, type Peer, tfIdf } from './refusal-peers.ts'
import type { Skipped } from './skipped.ts'
import { bm25Of, unfitted } from './threats/peers.ts'

export interface FewRow {
  concept: string
  /** How it was made: by Undercurrent, of what, or by whom else. */
  method: string
  /** Of so many positive and negative examples, without the background. */
  positives: number
  negatives: number
  /** Average precision on what was held out: mean over the seeds and 95 % interval of that mean (normal). */
  average_precision: Figure
  /** Of Undercurrent's fit on everything that is not held out. */
  full: number
  /** Mean against full. */
  share: number
}

const SEEDS = Array.from({ length: 10 }, (_, i) => i + 1)
const EXAMPLES = [
  [10, 0],
  [5, 5],
  [10, 10],
] as const
/**
 * Unlabelled texts of the log that a fit in the product reads beside those of the package, and how many of them are of the
 * concept: as rare as in a log, not as in a labelled set.
 */
const STORED = 200
const STORED_MEANT = 0.05
/** Share of the groups that examples are drawn from, and that the full fit is fitted on; the others judge. */
const FIT_SHARE = 0.6

/** Jailbreak templates and those of the wild against harmless requests; near copies share a cluster. */
const jailbreaks: OutsideSet = {
  name: 'jailbreak prompts',
  file: 'jailbreak/prompts.jsonl.gz',
  language: 'en',
  fit: FIT_SHARE,
  read({ text, label, family, cluster }) {
    if (!/^(?:jailbreak|jbb|benign)/.test(family as string)) return null
    return { text: text as string, label: label === 1, group: String(cluster) }
  },
}

const SUBJECTS: readonly { concept: string; part: Part; outside: readonly OutsideSet[]; phrases: Peer }[] = [
  {
    concept: 'refusal',
    part: 'response',
    outside: (refusal.outside ?? []).map((set) => ({ ...set, fit: FIT_SHARE })),
    phrases: keywordList,
  },
  { concept: 'jailbreak', part: 'prompt', outside: [jailbreaks], phrases: unfitted('attacks')[0]! },
]

/**
 * What a concept made of a few examples is worth beside one that was fitted on the whole set: average precision on groups
 * that neither has seen, over ten draws of the examples. Made twice: in an empty store, of the examples and the texts of
 * the package; and in a log, whose unlabelled texts a fit reads as well. Beside them TF-IDF with logistic regression of
 * the same texts as in the log, BM25 of the words of the positive examples, and a list of phrases, which takes no examples.
 * Skipped, aloud, where `dataDir` lacks the labelled sets.
 */
export async function evalFew(
  dataDir: string | undefined,
  { json }: { json: boolean },
): Promise<{ rows: FewRow[] } | Skipped> {
  const models = join(packageRoot, 'models')
  const encoder = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
  try {
    const rows: FewRow[] = []
    for (const { concept, part, outside, phrases } of SUBJECTS) {
      const sets = await outsideSets({ outside }, dataDir, encoder)
      if (sets.size < outside.length) {
        process.stderr.write(`skipped: ${concept}, whose labelled sets are not there; name their folder with --data\n`)
        continue
      }
      const texts = [...sets.values()].flat()
      const background = await packaged(readBackground(models)[part], encoder)
      const [fit, judges] = [texts.filter(isFit), texts.filter((one) => !isFit(one))]
      const full = judged(part, fitConcept(fit), judges)
      for (const [positives, negatives] of EXAMPLES) {
        const values = new Map<string, number[]>()
        for (const seed of SEEDS)
          for (const [method, value] of await tried(drawOf(fit, positives, negatives, seed), {
            part,
            background,
            judges,
            phrases,
          }))
            values.set(method, [...(values.get(method) ?? []), value])
        for (const [method, list] of values) {
          const average_precision = meanOf(list)
          const share = average_precision.value / full
          rows.push({ concept, method, positives, negatives, average_precision, full, share })
        }
      }
    }
    if (rows.length === 0) return { skipped: 'no labelled sets to draw examples from' }
    if (!json) process.stdout.write(`${tableOf(rows)}\n`)
    return { rows }
  } finally {
    await encoder.close()
  }
}

const isFit = ({ part }: Labelled) => part === 'fit'

/** Texts of the package, as negatives. */
async function packaged(lines: readonly string[], encoder: Encoder): Promise<Labelled[]> {
  const vectors = await encodeAll(encoder, lines)
  return lines.map((text, i) => ({
    set: 'background',
    text,
    label: false,
    group: text,
    part: 'fit',
    embedding: vectors[i]!,
  }))
}

/** Examples, and unlabelled texts of the same log. */
interface Draw {
  positives: Labelled[]
  negatives: Labelled[]
  stored: Labelled[]
}

function drawOf(fit: readonly Labelled[], positives: number, negatives: number, seed: number): Draw {
  const random = seeded(seed)
  const examples = {
    positives: drawn(fit, true, positives, random),
    negatives: drawn(fit, false, negatives, random),
  }
  const given = new Set(Object.values(examples).flatMap((list) => list.map(({ group }) => group)))
  const others = fit.filter(({ group }) => !given.has(group))
  const meant = Math.round(STORED_MEANT * STORED)
  return {
    ...examples,
    stored: [...drawn(others, true, meant, random), ...drawn(others, false, STORED - meant, random)],
  }
}

/** What is unlabelled is taken as not meant, as a fit in the product takes it. */
const asNegative = (text: Labelled): Labelled => ({ ...text, label: false })

/** Average precision by every way to make a concept of the examples. */
async function tried(
  { positives, negatives, stored }: Draw,
  { part, background, judges, phrases }: { part: Part; background: Labelled[]; judges: Labelled[]; phrases: Peer },
): Promise<[string, number][]> {
  const ranked = ({ scores }: Peer) => {
    const found = scores(judges)
    return averagePrecision(judges.map(({ label }, i) => ({ p: found[i]!, label })))
  }
  const words = positives.map(({ text }) => text).join(' ')
  return [
    [
      'Undercurrent, in a log',
      judged(part, await fitFew(fewOf(positives, negatives, [...stored, ...background])), judges),
    ],
    ['Undercurrent, empty store', judged(part, await fitFew(fewOf(positives, negatives, background)), judges)],
    [
      'TF-IDF + logistic, in a log',
      ranked(tfIdf([...positives, ...negatives, ...stored.map(asNegative), ...background])),
    ],
    ['BM25 of the examples', ranked(bm25Of(words))],
    ['keyword list', ranked(phrases)],
  ]
}

const fewOf = (positives: Labelled[], negatives: Labelled[], background: Labelled[]): FewTexts => {
  const plain = (texts: Labelled[]) => texts.map(({ text, embedding }) => ({ text, embedding }))
  return { positives: plain(positives), negatives: plain(negatives), background: plain(background) }
}

function judged(
  reads: Part,
  fitted: Pick<FittedConcept, 'threshold' | 'recall_at' | 'weights'>,
  texts: readonly Labelled[],
): number {
  const quality = { precision: 0, recall: 0, f1: 0, average_precision: 0, n: 0 }
  const about = { name: 'few', description: '', version: 1, space: '', aliases: [], quality }
  const { probability }: Concept = conceptOf({ ...about, reads, ...fitted })
  return averagePrecision(texts.map(({ text, embedding, label }) => ({ p: probability(text, embedding), label })))
}

/** So many texts of one label, no two of a group. */
function drawn(texts: readonly Labelled[], label: boolean, n: number, random: () => number): Labelled[] {
  const left = texts.filter((one) => one.label === label)
  const chosen = new Map<string, Labelled>()
  while (chosen.size < n) {
    const one = left[Math.floor(random() * left.length)]!
    chosen.set(one.group, one)
  }
  return [...chosen.values()]
}

function tableOf(rows: readonly FewRow[]): string {
  return [
    'concepts of a few examples: average precision on unseen groups, mean of 10 draws with its 95 % interval',
    '',
    '| concept | examples | method | average precision | full fit | share of it |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      ({ concept, method, positives, negatives, average_precision, full, share }) =>
        `| ${concept} | ${positives} for, ${negatives} against | ${method} | ${told(average_precision)} | ${full.toFixed(3)} | ${share.toFixed(3)} |`,
    ),
  ].join('\n')
}
