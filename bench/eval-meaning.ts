import { join } from 'node:path'
import { words } from '../src/concepts/word-scan.ts'
import { packageRoot } from '../src/config.ts'
import type { Encoder } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { discover, rowsOf as inRows, inTurns } from '../src/flow/clusters/discover.ts'
import { seeded } from '../src/stats/seeded.ts'
import { sphereMeans } from '../src/stats/sphere-means.ts'
import { agreementOf, spearman } from './agreement.ts'
import { shuffled } from './eval-topics.ts'
import { bootstrapped, type Figure, meanOf, told } from './figure.ts'
import { encodeAll, rowsOf } from './labelled.ts'
import { byBm25, byMeaning, byTfIdf, type Nearness } from './nearness.ts'
import type { Skipped } from './skipped.ts'

export interface MeaningRow {
  on: string
  method: string
  n: number
  figures: Readonly<Record<string, Figure>>
}

/**
 * What the product's own encoder makes of texts on which it was not trained: whether the nearest labelled prompts name the intent of
 * a prompt, whether sentences that people find alike are near, and whether groups that are found by night are the intents.
 * Skipped, aloud, where `dataDir` lacks the labelled sets.
 */
export async function evalMeaning(
  dataDir: string | undefined,
  { json }: { json: boolean },
): Promise<{ intents: MeaningRow[]; similarity: MeaningRow[]; clusters: MeaningRow[] } | Skipped> {
  const prompts = rowsOf('similarity/clinc150_intents.jsonl.gz', dataDir) as Prompt[] | undefined
  const pairs = rowsOf('similarity/sts_2012_2015.jsonl.gz', dataDir) as Pair[] | undefined
  if (prompts === undefined || pairs === undefined) {
    process.stderr.write(
      'skipped: no labelled intents or pairs of sentences; name the folder of the sets with --data\n',
    )
    return { skipped: 'no labelled intents or pairs of sentences' }
  }
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const report = {
      intents: await intentRows(prompts, encoder),
      similarity: await similarityRows(pairs, encoder),
      clusters: await clusterRows(prompts, encoder),
    }
    if (!json) process.stdout.write(`${Object.values(report).map(tableOf).join('\n\n')}\n`)
    return report
  } finally {
    await encoder.close()
  }
}

interface Prompt {
  text: string
  split: string
  intent: string
}

interface Pair {
  a: string
  b: string
  score: number
  year: number
  split: string
}

/** Neighbours that vote. */
const NEIGHBOURS = 5
/** A vote counts by this power of its likeness, as the page of the model has it. */
const SHARPNESS = 4

async function intentRows(prompts: readonly Prompt[], encoder: Encoder): Promise<MeaningRow[]> {
  const [known, asked] = ['train', 'test'].map((wanted) => prompts.filter(({ split }) => split === wanted)) as [
    Prompt[],
    Prompt[],
  ]
  const [knownTexts, askedTexts] = [known, asked].map((list) => list.map(({ text }) => text)) as [string[], string[]]
  const row = (method: string, right: readonly boolean[]): MeaningRow => ({
    on: `${new Set(known.map(({ intent }) => intent)).size} intents`,
    method,
    n: asked.length,
    figures: bootstrapped(
      right.map((one) => [one]),
      (sample) => ({ accuracy: sample.filter(Boolean).length / sample.length }),
    ),
  })
  const ways = [
    byMeaning(await encodeAll(encoder, askedTexts), await encodeAll(encoder, knownTexts)),
    byTfIdf(askedTexts, knownTexts),
    byBm25(askedTexts, knownTexts),
  ]
  const intents = [...new Set(known.map(({ intent }) => intent))]
  return [
    ...ways.map((way) =>
      row(
        way.name,
        asked.map(({ intent }, i) => voted(way.toAll(i), known) === intent),
      ),
    ),
    row(
      'keyword list',
      asked.map(({ text, intent }) => named(text, intents) === intent),
    ),
  ]
}

/** The intent that the nearest have, each voting by how near it is. */
function voted(likeness: Float64Array, known: readonly Prompt[]): string {
  const nearest = mostAlike(likeness)
  const votes = new Map<string, number>()
  for (const { like, place } of nearest) {
    const { intent } = known[place]!
    votes.set(intent, (votes.get(intent) ?? 0) + Math.max(like, 1e-6) ** SHARPNESS)
  }
  return [...votes].reduce((best, one) => (one[1] > best[1] ? one : best))[0]
}

/** The nearest, without putting the rest in order. */
function mostAlike(likeness: Float64Array): { like: number; place: number }[] {
  const nearest: { like: number; place: number }[] = []
  for (const [place, like] of likeness.entries()) {
    if (nearest.length === NEIGHBOURS && like <= nearest.at(-1)!.like) continue
    nearest.push({ like, place })
    nearest.sort((a, b) => b.like - a.like)
    nearest.length = Math.min(nearest.length, NEIGHBOURS)
  }
  return nearest
}

/** The intent of whose name the text holds the largest share of words; the first of several. */
function named(text: string, intents: readonly string[]): string {
  const said = new Set(words(text))
  const share = (intent: string) => {
    const parts = intent.split('_')
    return parts.filter((part) => said.has(part)).length / parts.length
  }
  return intents.reduce((best, intent) => (share(intent) > share(best) ? intent : best))
}

async function similarityRows(pairs: readonly Pair[], encoder: Encoder): Promise<MeaningRow[]> {
  const judged = pairs.filter(({ split }) => split === 'test')
  const years = [...new Set(judged.map(({ year }) => year))].sort()
  const rows: MeaningRow[] = []
  for (const year of years) {
    const of = judged.filter((pair) => pair.year === year)
    const [a, b] = [of.map((pair) => pair.a), of.map((pair) => pair.b)]
    const ways: Nearness[] = [
      byMeaning(await encodeAll(encoder, a), await encodeAll(encoder, b)),
      byTfIdf(a, b),
      byBm25(a, b),
    ]
    for (const way of ways) {
      const scored = of.map(({ score }, i) => ({ score, like: way.toAll(i)[i]! }))
      rows.push({
        on: `STS ${year}`,
        method: way.name,
        n: of.length,
        figures: bootstrapped(
          scored.map((one) => [one]),
          (sample) => ({
            spearman: spearman(
              sample.map(({ like }) => like),
              sample.map(({ score }) => score),
            ),
          }),
        ),
      })
    }
  }
  return rows
}

/** Draws of intents that are grouped, and how many each has. */
const DRAWS = 5
const DRAWN_INTENTS = 44

/**
 * Prompts of some intents grouped as by night, and by k-means that is told how many there are. Entropies of a sample with
 * repeats are no measure of those of the whole, so that the interval is of the mean over the draws.
 */
async function clusterRows(prompts: readonly Prompt[], encoder: Encoder): Promise<MeaningRow[]> {
  const all = prompts.filter(({ split }) => split === 'test' || split === 'val')
  const vectors = await encodeAll(
    encoder,
    all.map(({ text }) => text),
  )
  const judged = all.map(({ intent }, i) => ({ intent, vector: vectors[i]! }))
  const intents = [...new Set(judged.map(({ intent }) => intent))].sort()
  const ways = { Undercurrent: byNight, [`k-means, told ${DRAWN_INTENTS}`]: byMeans }
  const found = new Map(Object.keys(ways).map((method) => [method, [] as Agreement[]]))
  for (let seed = 1; seed <= DRAWS; seed++) {
    const some = new Set(shuffled(intents, seeded(seed)).slice(0, DRAWN_INTENTS))
    const drawn = judged.filter(({ intent }) => some.has(intent))
    for (const [method, group] of Object.entries(ways)) {
      const groups = await group(
        drawn.map(({ vector }) => vector),
        seeded(seed),
      )
      const agreement = agreementOf(drawn.map(({ intent }, i) => ({ truth: intent, found: groups[i]! })))
      found.get(method)!.push({ ...agreement, groups: new Set(groups).size })
    }
  }
  return [...found].map(([method, draws]) => ({
    on: `${DRAWN_INTENTS} intents, ${DRAWS} draws`,
    method,
    n: Math.round((all.length * DRAWN_INTENTS) / intents.length),
    figures: {
      rand: meanOf(draws.map(({ rand }) => rand)),
      v: meanOf(draws.map(({ v }) => v)),
      groups: meanOf(draws.map(({ groups }) => groups)),
    },
  }))
}

type Agreement = ReturnType<typeof agreementOf> & { groups: number }
type Group = (vectors: readonly Float32Array[], random: () => number) => Promise<string[]>

/** As the job does; those of no group together. */
const byNight: Group = async (vectors, random) => {
  const alone = { tenant_id: null, user_id: null }
  const placed = vectors.map((vector, seq) => ({ seq, event_id: `evt_${seq}`, ...alone, vector }))
  const found = new Array<string>(vectors.length).fill('none')
  for (const [group, { members }] of (await discover(placed, [], random)).entries())
    for (const { seq } of members) found[seq] = String(group)
  return found
}

const byMeans: Group = async (vectors, random) =>
  Array.from(await inTurns(sphereMeans(inRows(vectors), DRAWN_INTENTS, random)), String)

function tableOf(rows: readonly MeaningRow[]): string {
  const names = Object.keys(rows[0]!.figures)
  return [
    `| ${['on', 'method', 'n', ...names].join(' | ')} |`,
    `|${'---|'.repeat(names.length + 3)}`,
    ...rows.map(
      ({ on, method, n, figures }) =>
        `| ${[on, method, n, ...names.map((name) => told(figures[name]!))].join(' | ')} |`,
    ),
  ].join('\n')
}
