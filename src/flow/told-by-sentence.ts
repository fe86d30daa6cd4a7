import { liftedTo } from '../concepts/sentence-tail.ts'
import type { Concept } from '../core/concept.ts'
import { PARTS } from '../core/parts.ts'
import type { Encoder, Part } from '../core/ports.ts'
import { contextPassages } from './context-passages.ts'

/**
 * A text of fewer sentences is told as a whole. Shorter answers that decline in one sentence and then help count as no
 * refusal; in a long one that sentence is lost (docs/quality/windows.md).
 */
const LEAST: Readonly<Record<Part, number>> = { prompt: 3, response: 20 }
/** Of a text with more, neighbours are judged together. */
const MOST = 128

/** Sentences by which an answer begins: there "I have no opinions, but" is common, and what it makes of them shows in the whole. */
const OPENING: Readonly<Record<Part, number>> = { prompt: 0, response: 2 }

/**
 * Sentences of a text that concepts judge one by one, short ones with the next; at most 128, which cover what concepts read
 * of it, of an answer without its beginning.
 */
export function judgedSentences(text: string, part: Part): string[] {
  const all = contextPassages([text]).slice(OPENING[part])
  const together = Math.ceil(all.length / MOST)
  if (together <= 1) return all
  return Array.from({ length: Math.ceil(all.length / together) }, (_, i) =>
    all.slice(i * together, (i + 1) * together).join(' '),
  )
}

/**
 * What a single sentence says of each text: by concept the probability that it lifts the event to, at least the concept's
 * threshold. For concepts that know how often a harmless sentence looks like them, and in their own space. Sentences are
 * encoded only where that could decide, and their vectors are not kept.
 */
export async function toldBySentence(
  encoder: Pick<Encoder, 'space' | 'encode'>,
  concepts: readonly Concept[],
  events: readonly { readonly [part in Part]?: string }[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>[]> {
  const judging = concepts.filter(({ fitted, reading }) => {
    return fitted.sentences !== undefined && reading !== undefined && fitted.space === encoder.space.space
  })
  const asked: Asked[] = []
  for (const [at, texts] of events.entries())
    for (const part of PARTS) {
      const own = judging.filter(({ reads }) => reads === part || reads === 'any')
      const sentences = own.length === 0 ? [] : judgedSentences(texts[part] ?? '', part)
      if (sentences.length < LEAST[part]) continue
      for (const sentence of sentences)
        for (const concept of own) {
          const lift = (p: number) => liftedTo(concept.fitted.sentences!, concept.threshold, sentences.length, p)
          const { most, of } = concept.reading!(sentence)
          if (lift(most) !== null) asked.push({ at, concept: concept.name, sentence, told: (v) => lift(of(v)) })
        }
    }
  const distinct = [...new Set(asked.map(({ sentence }) => sentence))]
  const vectors = distinct.length === 0 ? [] : await encoder.encode(distinct, signal)
  const vectorOf = new Map(distinct.map((sentence, i) => [sentence, vectors[i]!]))
  const told = events.map(() => new Map<string, number>())
  for (const { at, concept, sentence, told: probability } of asked) {
    const p = probability(vectorOf.get(sentence)!)
    if (p !== null && p > (told[at]!.get(concept) ?? 0)) told[at]!.set(concept, p)
  }
  return told
}

interface Asked {
  /** Place of the event. */
  at: number
  concept: string
  sentence: string
  told(vector: Float32Array): number | null
}
