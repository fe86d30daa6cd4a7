import type { Part } from '../../core/ports.ts'
import { dot } from '../../stats/dot.ts'
import type { Found } from './items.ts'

/** Vectors of an event's texts, unit length. */
export type Meanings = { readonly [part in Part]?: Float32Array }

/**
 * An order in which what was shown already is told less again (maximal marginal relevance; Carbonell & Goldstein, 1998):
 * next is always whatever has the highest (1 - diversity) · relevance - diversity · likeness to the likest before it.
 * Relevance is the score, spread over 0 to 1; likeness the cosine of the nearer texts. What has no vector is like nothing.
 * Time grows with the square of the list.
 * @param diversity from 0 (order as given) to 1 (nothing but difference)
 */
export function diversified(
  list: readonly Found[],
  meanings: ReadonlyMap<string, Meanings>,
  diversity: number,
): Found[] {
  const scores = list.map(({ score }) => score)
  const [high, low] = [Math.max(...scores), Math.min(...scores)]
  const spread = high - low || 1
  const left = list.map((found) => ({
    found,
    relevance: (found.score - low) / spread,
    meaning: meanings.get(found.event_id) ?? {},
    likest: 0,
  }))
  const order: Found[] = []
  while (left.length > 0) {
    let best = 0
    let most = Number.NEGATIVE_INFINITY
    for (const [i, { relevance, likest }] of left.entries()) {
      const worth = (1 - diversity) * relevance - diversity * likest
      if (worth <= most) continue
      most = worth
      best = i
    }
    const [taken] = left.splice(best, 1)
    order.push(taken!.found)
    for (const one of left) one.likest = Math.max(one.likest, likeness(one.meaning, taken!.meaning))
  }
  return order
}

function likeness(a: Meanings, b: Meanings): number {
  let most = 0
  for (const part of ['prompt', 'response'] as const) {
    const [x, y] = [a[part], b[part]]
    if (x !== undefined && y !== undefined) most = Math.max(most, dot(x, y))
  }
  return most
}
