import { join } from 'node:path'
import { packageRoot } from '../src/config.ts'
import type { Measured } from '../src/core/concept.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { readConcepts } from '../src/roof/concept-files.ts'
import { SOURCES } from './concepts/index.ts'
import { outsideSets, ownTexts } from './labelled.ts'
import { matchesIn, measured, ordinaryChats } from './measure-concept.ts'

export interface ConceptRow extends Measured {
  concept: string
  /** Probability from which a text counts as found. */
  from: number
}

/** Probabilities at which ordinary texts are counted, beside the shipped threshold: what a rule that withholds may ask for. */
const FROM = [0.3, 0.8]

/**
 * How well each built-in concept is told, as shipped: on texts that were written one by one and never fitted on, about
 * half of them near misses; on the labelled sets of others in `dataDir`, those parts that were not fitted on; and how
 * many of a thousand ordinary texts it takes. What needs the folder is skipped, aloud, without it.
 */
export async function evalConcepts(dataDir: string | undefined, { json }: { json: boolean }): Promise<object> {
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const chats = await ordinaryChats(dataDir, encoder)
    if (chats === null)
      process.stderr.write('skipped: no ordinary chats to count matches in; name the folder of the sets with --data\n')
    const shipped = readConcepts(join(packageRoot, 'models'))
    const rows: ConceptRow[] = []
    for (const source of SOURCES.filter(({ fact }) => fact === undefined)) {
      const concept = shipped.find(({ name }) => name === source.name)
      if (concept === undefined) throw new Error(`${source.name} was never fitted: node dist/bench/fit-concepts.js`)
      const add = (from: number, ...found: Measured[]) =>
        rows.push(...found.map((row) => ({ concept: source.name, from, ...row })))
      const own = (await ownTexts(source, encoder)).filter(({ part }) => part === 'held-out')
      if (own.length > 0) add(concept.threshold, measured(concept, 'texts of ours', 'en', own))
      const sets = await outsideSets(source, dataDir, encoder)
      for (const { name, language } of source.outside ?? []) {
        const texts = sets.get(name)?.filter(({ part }) => part === 'held-out')
        if (texts === undefined) process.stderr.write(`skipped: ${source.name} on ${name}, which is not there\n`)
        else add(concept.threshold, measured(concept, name, language, texts))
      }
      if (chats !== null)
        for (const from of [concept.threshold, ...FROM].toSorted((a, b) => a - b))
          add(from, ...matchesIn(chats, concept, from))
    }
    if (!json) process.stdout.write(`${tableOf(rows)}\n`)
    return { rows }
  } finally {
    await encoder.close()
  }
}

function tableOf(rows: readonly ConceptRow[]): string {
  const share = (value: number | undefined, digits = 3) => (value === undefined ? '' : value.toFixed(digits)).padEnd(10)
  const lines = rows.map((row) =>
    [
      row.concept.padEnd(22),
      row.on.padEnd(26),
      String(row.n).padEnd(6),
      row.from.toFixed(2).padEnd(5),
      share(row.precision),
      share(row.recall),
      share(row.f1),
      share(row.average_precision),
      share(row.matches_per_1000, 1),
    ].join(' '),
  )
  const head = ['precision', 'recall', 'F1', 'avg prec', 'of 1,000'].map((name) => name.padEnd(10)).join(' ')
  return [
    'built-in concepts on texts that they were not fitted on; matches in a thousand ordinary texts',
    '',
    `${'concept'.padEnd(22)} ${'on'.padEnd(26)} ${'n'.padEnd(6)} from  ${head}`,
    ...lines,
  ].join('\n')
}
