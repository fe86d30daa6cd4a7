import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Encoder } from '../src/core/ports.ts'
import type { ConceptSource } from './concepts/source.ts'

/** A text with the truth about it. */
export interface Labelled {
  set: string
  text: string
  label: boolean
  /** Texts of one group are never split between parts or folds. */
  group: string
  /** Whether it may be fitted on. */
  part: 'fit' | 'held-out'
  embedding: Float32Array
}

/** Names of the sets that were written for this project. Texts by hand are fewer than those by pattern and weigh as much. */
export const OWN: readonly string[] = ['own by hand', 'own by pattern']

/** Our own texts of a concept, with their embeddings. */
export async function ownTexts({ texts }: ConceptSource, encoder: Encoder): Promise<Labelled[]> {
  const own = texts()
  const embeddings = await encodeAll(
    encoder,
    own.map(({ text }) => text),
  )
  return own.map(({ origin, group, ...text }, i) => ({
    ...text,
    set: origin === 'hand' ? OWN[0]! : OWN[1]!,
    group: `own/${group}`,
    embedding: embeddings[i]!,
  }))
}

/**
 * The labelled outside sets of a concept in `dir`, by name; those that are missing are left out. The part that a text
 * falls into depends on a hash of its group alone, so that it is the same in every run.
 */
export async function outsideSets(
  { outside = [] }: Pick<ConceptSource, 'outside'>,
  dir: string | undefined,
  encoder: Encoder,
): Promise<Map<string, Labelled[]>> {
  const sets = new Map<string, Labelled[]>()
  for (const set of outside) {
    const rows = rowsOf(set.file, dir)?.flatMap((row) => set.read(row) ?? [])
    if (rows === undefined) continue
    const embeddings = await encodeAll(
      encoder,
      rows.map(({ text }) => text),
    )
    sets.set(
      set.name,
      rows.map(({ text, label, group }, i) => ({
        set: set.name,
        text,
        label,
        group: `${set.name}/${group}`,
        part: shareOfHash(group) < set.fit ? 'fit' : 'held-out',
        embedding: embeddings[i]!,
      })),
    )
  }
  return sets
}

/** Texts of each ordinary set that are fitted on: those whose hash is least. */
const ORDINARY = 1_000

/** Ordinary texts of others, as negatives, of those sets that `dir` has. */
export async function ordinaryTexts(
  { ordinary = [] }: ConceptSource,
  dir: string | undefined,
  encoder: Encoder,
): Promise<Labelled[]> {
  const found: Labelled[] = []
  for (const { name, file, texts } of ordinary) {
    const all = [...new Set((rowsOf(file, dir) ?? []).flatMap(texts).filter((text) => text.trim() !== ''))]
    const kept = all
      .map((text) => ({ text, place: shareOfHash(text) }))
      .sort((a, b) => a.place - b.place)
      .slice(0, ORDINARY)
    const embeddings = await encodeAll(
      encoder,
      kept.map(({ text }) => text),
    )
    for (const [i, { text }] of kept.entries())
      found.push({ set: name, text, label: false, group: `${name}/${i}`, part: 'fit', embedding: embeddings[i]! })
  }
  return found
}

/** Files of others that a concept is fitted on and that `dir` lacks. */
export function missingFiles({ outside = [], ordinary = [] }: ConceptSource, dir: string | undefined): string[] {
  const needed = [...outside.filter(({ fit }) => fit > 0), ...ordinary].map(({ file }) => file)
  return needed.filter((file) => placeOf(file, dir) === undefined)
}

/** Rows of a file of gzipped JSON lines below `dir`, or in it; undefined where it is absent. */
export function rowsOf(file: string, dir: string | undefined): Record<string, unknown>[] | undefined {
  const place = placeOf(file, dir)
  if (place === undefined) return undefined
  const lines = gunzipSync(readFileSync(place)).toString('utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** Encodes any number of texts. */
export async function encodeAll(encoder: Encoder, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = []
  for (let i = 0; i < texts.length; i += 256) vectors.push(...(await encoder.encode(texts.slice(i, i + 256))))
  return vectors
}

function placeOf(file: string, dir: string | undefined): string | undefined {
  if (dir === undefined) return undefined
  return [join(dir, file), join(dir, file.split('/').at(-1)!)].find((place) => existsSync(place))
}

/** A number in [0, 1) that depends on the text alone. */
function shareOfHash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
