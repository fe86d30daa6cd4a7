import type { Concept, Facts } from '../core/concept.ts'
import type { MarkRow, Part } from '../core/ports.ts'

/**
 * Probability of each concept for one event, of those whose text the event has. Pure.
 * @param vectors unit vectors of the texts
 * @param facts what the event says of the texts
 * @param space model space of the vectors; a concept fitted in another one goes by the words alone
 */
export function scoreConcepts(
  concepts: readonly Concept[],
  seq: number,
  texts: { readonly [part in Part]?: string },
  vectors: { readonly [part in Part]?: Float32Array },
  space?: string,
  facts: Facts = {},
): MarkRow[] {
  return concepts.flatMap((concept): MarkRow[] => {
    const own = space === undefined || space === concept.fitted.space
    const parts: readonly Part[] = concept.reads === 'any' ? ['prompt', 'response'] : [concept.reads]
    const each = parts.flatMap((part) => {
      const text = texts[part]
      if (text === undefined || (text.trim() === '' && concept.blank !== true)) return []
      return [concept.probability(text, (own ? vectors[part] : undefined) ?? NO_VECTOR, facts)]
    })
    return each.length === 0 ? [] : [{ seq, concept: concept.name, version: concept.version, p: Math.max(...each) }]
  })
}

const NO_VECTOR = new Float32Array(0)
