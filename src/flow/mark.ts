import type { Concept } from '../core/concept.ts'
import type { MarkRow, Part } from '../core/ports.ts'

/**
 * Probability of each concept for one event, of those whose text the event has. Pure.
 * @param vectors unit vectors of the texts
 * @param space model space of the vectors; a concept fitted in another one goes by the words alone
 */
export function scoreConcepts(
  concepts: readonly Concept[],
  seq: number,
  texts: { readonly [part in Part]?: string },
  vectors: { readonly [part in Part]?: Float32Array },
  space?: string,
): MarkRow[] {
  return concepts.flatMap((concept): MarkRow[] => {
    const text = texts[concept.reads]
    if (text === undefined || text.trim() === '') return []
    const vector = space === undefined || space === concept.fitted.space ? vectors[concept.reads] : undefined
    const p = concept.probability(text, vector ?? NO_VECTOR)
    return [{ seq, concept: concept.name, version: concept.version, p }]
  })
}

const NO_VECTOR = new Float32Array(0)
