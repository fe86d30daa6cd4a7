import { createHash } from 'node:crypto'
import type { Part } from '../src/core/ports.ts'
import { refusal } from './concepts/refusal.ts'
import type { OutsideSet } from './concepts/source.ts'
import { rowsOf } from './labelled.ts'
import { attackPrompts, evaluationPrompts } from './threats/outside.ts'

/** A set of texts of others in which no sentence should tell anything of a concept. */
export interface HarmlessSet {
  name: string
  texts: readonly string[]
}

/**
 * What concepts of prompts or of responses may learn from how often a harmless sentence looks like them: halves, by a hash
 * of the text, of sets that may be fitted on. A prompt may hold a document, so answers stand for those. Answers to attacks
 * are left out for the two concepts that many of them speak of, though they count as harmless: they play the part of a
 * jailbreak, or decline in a sentence. Null where `dataDir` lacks a file.
 */
export function harmlessToFit(dataDir: string | undefined, name: string, part: Part): HarmlessSet[] | null {
  return setsOf(
    dataDir,
    [
      ...(part === 'prompt' ? [attackPrompts('exfiltration')] : []),
      ...answers().slice(0, ['jailbreak', 'refusal'].includes(name) ? 1 : 2),
    ],
    (text) => shareOf(text) < 0.5,
  )
}

/** What they are judged by, which shares no text with that: the other halves, prompts for evaluation only, and answers to everyday requests. */
export function harmlessToJudge(dataDir: string | undefined, part: Part): HarmlessSet[] | null {
  const labelled = part === 'prompt' ? [attackPrompts('exfiltration'), evaluationPrompts('exfiltration')] : answers()
  const sets = setsOf(dataDir, labelled, (text) => shareOf(text) >= 0.5)
  const everyday = everydayAnswers(dataDir)
  return sets === null || everyday === null
    ? null
    : [{ name: 'answers to everyday requests', texts: everyday }, ...sets]
}

/** Answers to everyday requests, some of each length; for evaluation only. */
export function everydayAnswers(dataDir: string | undefined, most = 1_500): string[] | null {
  const rows = rowsOf('chat_traffic/alpaca_eval_3.jsonl.gz', dataDir)
  const texts = new Set(rows?.map(({ response }) => response).filter((text) => typeof text === 'string'))
  return rows === undefined ? null : [...texts].sort((a, b) => shareOf(a) - shareOf(b)).slice(0, most)
}

/** Answers to ordinary prompts that often provoke, and to attacks. */
const answers = (): readonly OutsideSet[] => refusal.outside ?? []

function setsOf(dir: string | undefined, sets: readonly OutsideSet[], own: (text: string) => boolean) {
  const found = sets.map(({ name, file, read }) => {
    const rows = rowsOf(file, dir)?.flatMap((row) => read(row) ?? [])
    return { name, texts: rows?.flatMap(({ text, label }) => (!label && own(text) ? [text] : [])) }
  })
  return found.some(({ texts }) => texts === undefined)
    ? null
    : found.map(({ name, texts }) => ({ name, texts: [...new Set(texts)] }))
}

/** A number in [0, 1) that depends on the text alone. */
const shareOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
