import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Encoder } from '../src/core/ports.ts'
import { type OwnText, refusalTexts } from './refusal-texts.ts'

/** A response with the truth about it. */
export interface Labelled {
  set: string
  text: string
  label: boolean
  /** Responses to one question share a group; a group is never split between parts or folds. */
  group: string
  /** Whether it may be fitted on. */
  part: 'fit' | 'held-out'
  embedding: Float32Array
}

/** Share of the groups of an outside set that may be fitted on. */
const FIT_SHARE = 0.75

/** Names of the sets that were written for this project. Texts by hand are fewer than those by pattern and weigh as much. */
export const OWN: readonly string[] = ['own by hand', 'own by pattern']

/** Texts written for this project: all of them may be fitted on. */
export async function ownTexts(root: string, encoder: Encoder): Promise<Labelled[]> {
  const byHand = jsonLines(readFileSync(join(root, 'data/concepts/refusal.jsonl'))) as unknown as OwnText[]
  const texts = refusalTexts(byHand)
  const embeddings = await encodeAll(
    encoder,
    texts.map(({ text }) => text),
  )
  return texts.map(({ text, label, group }, i) => ({
    set: byHand.some((own) => own.text === text) ? OWN[0]! : OWN[1]!,
    text,
    label: label === 'refusal',
    group: `own/${group}`,
    part: 'fit',
    embedding: embeddings[i]!,
  }))
}

const FILES = ['chatgpt_refusals', 'jailbreak_responses']

/**
 * The labelled outside sets in `dir` (`<name>.jsonl.gz` with response, label and prompt or question), by name; those
 * that are missing are left out. Partial refusals count as neither. The part that a response falls into depends on a
 * hash of its question alone, so that it is the same in every run.
 */
export async function outsideSets(dir: string | undefined, encoder: Encoder): Promise<Map<string, Labelled[]>> {
  const sets = new Map<string, Labelled[]>()
  for (const name of FILES) {
    const file = dir === undefined ? undefined : join(dir, `${name}.jsonl.gz`)
    if (file === undefined || !existsSync(file)) continue
    const rows = jsonLines(gunzipSync(readFileSync(file))).filter(
      (row) => row.response && /refus|compliance/.test(row.label ?? '') && !/partial/.test(row.label ?? ''),
    )
    const embeddings = await encodeAll(
      encoder,
      rows.map((row) => row.response!),
    )
    sets.set(
      name,
      rows.map((row, i) => {
        const group = row.prompt ?? row.question ?? row.response!
        return {
          set: name,
          text: row.response!,
          label: /refus/.test(row.label!),
          group: `${name}/${group}`,
          part: share(group) < FIT_SHARE ? 'fit' : 'held-out',
          embedding: embeddings[i]!,
        }
      }),
    )
  }
  return sets
}

async function encodeAll(encoder: Encoder, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = []
  for (let i = 0; i < texts.length; i += 256) vectors.push(...(await encoder.encode(texts.slice(i, i + 256))))
  return vectors
}

function jsonLines(bytes: Uint8Array): Record<string, string | undefined>[] {
  const lines = new TextDecoder().decode(bytes).split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

/** A number in [0, 1) that depends on the text alone. */
function share(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
