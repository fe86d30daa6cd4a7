import { join } from 'node:path'
import { averagePrecision } from '../src/concepts/calibrate.ts'
import { conceptOf } from '../src/concepts/classifier.ts'
import { type FewText, fitFew } from '../src/concepts/fit-few.ts'
import { packageRoot } from '../src/config.ts'
import type { Concept, FittedConcept } from '../src/core/concept.ts'
import type { Part } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { readBackground } from '../src/roof/concept-files.ts'
import { seeded } from '../src/stats/seeded.ts'
import { refusal } from './concepts/refusal.ts'
import type { OutsideSet } from './concepts/source.ts'
import { fitConcept } from './fit-concept.ts'
import { encodeAll, type Labelled, outsideSets } from './labelled.ts'

export interface FewRow {
  concept: string
  /** Of so many positive and negative examples, without the background. */
  positives: number
  negatives: number
  /** Average precision on what was held out: mean over the seeds and 95 % interval of that mean (normal). */
  average_precision: { value: number; low: number; high: number }
  /** Of a fit on everything that is not held out. */
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

const SUBJECTS: readonly { concept: string; part: Part; outside: readonly OutsideSet[] }[] = [
  {
    concept: 'refusal',
    part: 'response',
    outside: (refusal.outside ?? []).map((set) => ({ ...set, fit: FIT_SHARE })),
  },
  { concept: 'jailbreak', part: 'prompt', outside: [jailbreaks] },
]

/**
 * What a concept made of a few examples is worth beside one that was fitted on the whole set: average precision on groups
 * that neither has seen, over ten draws of the examples. Skipped, aloud, where `dataDir` lacks the labelled sets.
 */
export async function evalFew(dataDir: string | undefined, { json }: { json: boolean }): Promise<object> {
  const models = join(packageRoot, 'models')
  const encoder = await createEncoder({ modelsDir: models, model: 'static-logs-en-256' })
  try {
    const rows: FewRow[] = []
    for (const { concept, part, outside } of SUBJECTS) {
      const sets = await outsideSets({ outside }, dataDir, encoder)
      if (sets.size < outside.length) {
        process.stderr.write(`skipped: ${concept}, whose labelled sets are not there; name their folder with --data\n`)
        continue
      }
      const texts = [...sets.values()].flat()
      const lines = readBackground(models)[part]
      const vectors = await encodeAll(encoder, lines)
      const background = lines.map((text, i) => ({ text, embedding: vectors[i]! }))
      const [fit, judges] = [texts.filter(isFit), texts.filter((one) => !isFit(one))]
      const full = judged(part, fitConcept(fit), judges)
      for (const [positives, negatives] of EXAMPLES) {
        const values: number[] = []
        for (const seed of SEEDS) {
          const random = seeded(seed)
          const examples = {
            positives: drawn(fit, true, positives, random),
            negatives: drawn(fit, false, negatives, random),
          }
          values.push(judged(part, await fitFew({ ...examples, background }), judges))
        }
        const average_precision = meanOf(values)
        rows.push({ concept, positives, negatives, average_precision, full, share: average_precision.value / full })
      }
    }
    if (!json) process.stdout.write(`${tableOf(rows)}\n`)
    return { rows }
  } finally {
    await encoder.close()
  }
}

const isFit = ({ part }: Labelled) => part === 'fit'

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
function drawn(texts: readonly Labelled[], label: boolean, n: number, random: () => number): FewText[] {
  const left = texts.filter((one) => one.label === label)
  const chosen = new Map<string, FewText>()
  while (chosen.size < n) {
    const { text, embedding, group } = left[Math.floor(random() * left.length)]!
    chosen.set(group, { text, embedding })
  }
  return [...chosen.values()]
}

function meanOf(values: readonly number[]): FewRow['average_precision'] {
  const value = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - value) ** 2, 0) / (values.length - 1)
  const half = 1.959964 * Math.sqrt(variance / values.length)
  return { value, low: value - half, high: value + half }
}

function tableOf(rows: readonly FewRow[]): string {
  return [
    'concepts of a few examples: average precision on unseen groups, mean of 10 draws with its 95 % interval',
    '',
    'concept     examples  average precision        full fit  share of it',
    ...rows.map(({ concept, positives, negatives, average_precision: { value, low, high }, full, share }) =>
      [
        concept.padEnd(11),
        `${positives}+ ${negatives}-`.padEnd(9),
        `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`.padEnd(24),
        full.toFixed(3).padEnd(9),
        share.toFixed(3),
      ].join(' '),
    ),
  ].join('\n')
}
