import { averagePrecision, quality } from '../src/concepts/calibrate.ts'
import type { Concept, Measured } from '../src/core/concept.ts'
import type { Encoder } from '../src/core/ports.ts'
import type { Judged } from './fit-concept.ts'
import { encodeAll, type Labelled, rowsOf } from './labelled.ts'

/** A text and its unit vector. */
export interface Read {
  text: string
  embedding: Float32Array
}

/** Texts of ordinary chats, by side. */
export type OrdinaryChats = ReadonlyMap<'prompts' | 'responses', readonly Read[]>

/** How well a concept tells these texts. Rounded to thousandths. */
export function measured(concept: Concept, on: string, language: string, texts: readonly Labelled[]): Measured {
  const scored = texts.map(({ text, embedding, label }) => ({ p: concept.probability(text, embedding), label }))
  return figuresOf(scored, concept.threshold, on, language)
}

/** The same of texts that are scored already. */
export function figuresOf(scored: readonly Judged[], threshold: number, on: string, language: string): Measured {
  const { precision, recall, f1 } = quality(scored, threshold)
  const shares = { precision, recall, f1, average_precision: averagePrecision(scored) }
  const rounded = Object.entries(shares).map(([name, share]) => [name, Math.round(share * 1000) / 1000])
  return { on, language, n: scored.length, ...(Object.fromEntries(rounded) as typeof shares) }
}

/** How many of a thousand ordinary texts are at or above a probability, of the sides that the concept reads. */
export function matchesIn(chats: OrdinaryChats, concept: Concept, from = concept.threshold): Measured[] {
  return [...chats].flatMap(([side, texts]): Measured[] => {
    if (concept.reads !== 'any' && concept.reads !== 'context' && side !== `${concept.reads}s`) return []
    const found = texts.filter(({ text, embedding }) => concept.probability(text, embedding) >= from).length
    const share = Math.round((10_000 * found) / (texts.length || 1)) / 10
    return [{ on: `ordinary ${side}`, language: 'en', n: texts.length, matches_per_1000: share }]
  })
}

const FILES = ['alpaca_eval_1', 'alpaca_eval_2', 'alpaca_eval_3', 'dolly_sample']
/** Different texts of each file and side that are read. */
const MOST = 2_000

/** Requests of everyday use and the answers to them, in `dir`; null where they are absent. */
export async function ordinaryChats(dir: string | undefined, encoder: Encoder): Promise<OrdinaryChats | null> {
  const sides = { prompts: new Set<string>(), responses: new Set<string>() }
  for (const name of FILES) {
    const rows = rowsOf(`chat_traffic/${name}.jsonl.gz`, dir) ?? []
    for (const [field, side] of [
      ['prompt', sides.prompts],
      ['response', sides.responses],
    ] as const) {
      const texts = new Set(rows.map((row) => row[field]).filter((text) => typeof text === 'string' && text !== ''))
      for (const text of [...texts].slice(0, MOST)) side.add(text as string)
    }
  }
  if (sides.prompts.size === 0) return null
  const read = async (texts: readonly string[]): Promise<Read[]> => {
    const vectors = await encodeAll(encoder, texts)
    return texts.map((text, i) => ({ text, embedding: vectors[i]! }))
  }
  return new Map([
    ['prompts', await read([...sides.prompts])],
    ['responses', await read([...sides.responses])],
  ] as const)
}
