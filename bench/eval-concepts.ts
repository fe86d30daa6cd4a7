import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { conceptOf } from '../src/concepts/classifier.ts'
import type { FittedConcept } from '../src/core/concept.ts'
import type { Encoder } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { SENSITIVE, type SensitiveName, sensitiveTexts } from './sensitive-texts.ts'
import { type Share, shareOf } from './share.ts'

export interface ConceptRow {
  concept: string
  /** Probability from which a text counts as found. */
  from: number
  precision: Share
  recall: Share
  /** Share found of ordinary texts, by side; absent without a folder of them. */
  ordinary?: Record<string, Share>
}

/** Probabilities shown beside the shipped threshold: what a rule that withholds may ask for. */
const FROM = [0.3, 0.8]
/** Ordinary texts of each file and side. */
const MOST = 4_000

/**
 * How well the concepts that a house may withhold by are told, on texts that were written one by one and never fitted
 * on, half of them near misses; and what share of ordinary chats they take, in `dataDir` (`*.jsonl.gz` with prompt and
 * response, or turns). The latter is skipped, aloud, without a folder. Some near misses that were fitted on were
 * written after a look at such chats, so that share is a little too kind.
 */
export async function evalConcepts(dataDir: string | undefined, { json }: { json: boolean }): Promise<object> {
  const root = join(import.meta.dirname, import.meta.dirname.includes('dist') ? '../..' : '..')
  const encoder = await createEncoder({ modelsDir: join(root, 'models'), model: 'static-logs-en-256' })
  try {
    const ordinary = ordinaryTexts(dataDir)
    if (ordinary.size === 0)
      process.stderr.write('skipped: no ordinary chats to count false alarms in; name their folder with --data\n')
    const rows: ConceptRow[] = []
    for (const name of Object.keys(SENSITIVE) as SensitiveName[]) {
      const file = join(root, 'models/concepts', `${name}.json`)
      const fitted = JSON.parse(readFileSync(file, 'utf8')) as FittedConcept
      const heldOut = sensitiveTexts(root, name).filter(({ part }) => part === 'held-out')
      const scored = await scoresOf(
        fitted,
        heldOut.map(({ text }) => text),
        encoder,
      )
      const others = new Map<string, number[]>()
      for (const [side, texts] of ordinary) others.set(side, await scoresOf(fitted, texts, encoder))
      for (const from of [fitted.threshold, ...FROM].toSorted((a, b) => a - b)) {
        const found = heldOut.filter((_, i) => scored[i]! >= from)
        const right = found.filter(({ label }) => label).length
        rows.push({
          concept: name,
          from,
          precision: shareOf(right, found.length),
          recall: shareOf(right, heldOut.filter(({ label }) => label).length),
          ...(others.size === 0 ? {} : { ordinary: sharesOf(others, from) }),
        })
      }
    }
    if (!json) process.stdout.write(`${tableOf(rows)}\n`)
    return { rows }
  } finally {
    await encoder.close()
  }
}

async function scoresOf(fitted: FittedConcept, texts: readonly string[], encoder: Encoder): Promise<number[]> {
  const { probability } = conceptOf(fitted)
  const vectors = await encoder.encode(texts)
  return texts.map((text, i) => probability(text, vectors[i]!))
}

const sharesOf = (scores: ReadonlyMap<string, readonly number[]>, from: number): Record<string, Share> =>
  Object.fromEntries([...scores].map(([side, all]) => [side, shareOf(all.filter((p) => p >= from).length, all.length)]))

interface Chat {
  prompt?: string
  response?: string
  turns?: { role: string; content: string }[]
}

function ordinaryTexts(dir: string | undefined): Map<string, string[]> {
  const texts = new Map<string, string[]>()
  const files =
    dir === undefined || !existsSync(dir) ? [] : readdirSync(dir).filter((name) => name.endsWith('.jsonl.gz'))
  for (const name of files.sort()) {
    const lines = gunzipSync(readFileSync(join(dir!, name)))
      .toString('utf8')
      .split('\n')
    const sides: Record<string, Set<string>> = { prompts: new Set(), responses: new Set() }
    for (const line of lines) {
      if (line === '') continue
      const { prompt, response, turns = [] } = JSON.parse(line) as Chat
      if (prompt !== undefined) sides.prompts!.add(prompt)
      if (response !== undefined) sides.responses!.add(response)
      for (const { role, content } of turns) sides[role === 'user' ? 'prompts' : 'responses']!.add(content)
    }
    for (const [side, all] of Object.entries(sides))
      texts.set(side, [...(texts.get(side) ?? []), ...[...all].slice(0, MOST)])
  }
  return texts
}

function tableOf(rows: readonly ConceptRow[]): string {
  const share = ({ share: value, low, high, n }: Share) =>
    `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] of ${n}`.padEnd(32)
  const lines = rows.map(({ concept, from, precision, recall, ordinary = {} }) =>
    [
      concept.padEnd(10),
      from.toFixed(2).padEnd(5),
      share(precision),
      share(recall),
      ...Object.values(ordinary).map(share),
    ].join(' '),
  )
  const sides = Object.keys(rows[0]?.ordinary ?? {}).map((side) => `ordinary ${side}`)
  const head = ['precision', 'recall', ...sides].map((name) => name.padEnd(32)).join(' ')
  return [
    'concepts that texts may be withheld by, on texts never fitted on, with 95 % intervals (Wilson)',
    '',
    `${'concept'.padEnd(10)} from  ${head}`,
    ...lines,
  ].join('\n')
}
