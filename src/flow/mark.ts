import { type Concept, type Facts, NO_VECTOR } from '../core/concept.ts'
import { partsOf } from '../core/parts.ts'
import type { MarkRow, Part } from '../core/ports.ts'
import { contextPassages } from './context-passages.ts'

/**
 * Probability of each concept for one event, of those whose text the event has. Pure.
 * @param texts documents and results of tools are told apart in passages, for an order that is hidden in one line
 * @param vectors unit vectors of the texts; passages have none
 * @param facts what the event says of the texts
 * @param told what single sentences say, by concept: the more probable of both counts
 * @param space model space of the vectors; a concept fitted in another one goes by the words alone
 */
export function scoreConcepts(
  concepts: readonly Concept[],
  seq: number,
  texts: { readonly [part in Part]?: string } & { readonly context?: readonly string[] },
  vectors: { readonly [part in Part]?: Float32Array },
  space?: string,
  facts: Facts = {},
  told: ReadonlyMap<string, number> = NOTHING,
): MarkRow[] {
  const passages = texts.context === undefined ? [] : contextPassages(texts.context)
  return concepts.flatMap((concept): MarkRow[] => {
    if (concept.asks !== undefined && facts[concept.asks] === undefined) return []
    if (concept.reads === 'context') {
      const p = passages.reduce((most, passage) => Math.max(most, concept.probability(passage, NO_VECTOR)), 0)
      return passages.length === 0 ? [] : [{ seq, concept: concept.name, version: concept.version, p }]
    }
    const own = space === undefined || space === concept.fitted.space
    const each = partsOf(concept.reads).flatMap((part) => {
      const text = texts[part]
      if (text === undefined || (text.trim() === '' && concept.blank !== true)) return []
      return [concept.probability(text, (own ? vectors[part] : undefined) ?? NO_VECTOR, facts)]
    })
    return each.length === 0
      ? []
      : [{ seq, concept: concept.name, version: concept.version, p: Math.max(...each, told.get(concept.name) ?? 0) }]
  })
}

const NOTHING: ReadonlyMap<string, number> = new Map()
