import type { SearchParts } from './page.ts'
import type { Question } from './question.ts'

/** Events that may be left out of one answer for what they mean. Of more, the nearest to what is not wanted are. */
const MOST = 20_000

/**
 * A question whose filter leaves out every event that says what is not wanted: one whose text is at least as close to it
 * as texts that mean the same (see every.ts). Exact, and the same for every page.
 */
export async function withoutMeanings(
  { engine, encoder }: Pick<SearchParts, 'engine' | 'encoder'>,
  question: Question,
  size: number,
  sameMeaning: number,
): Promise<{ question: Question; complete: boolean }> {
  const { unlike, filter } = question
  if (unlike.length === 0) return { question, complete: true }
  const out = new Set(filter.without?.event_ids ?? [])
  let complete = true
  for (const vector of await encoder.encode(unlike)) {
    if (vector.every((value) => value === 0)) continue
    const bounded = { ...filter, before_seq: size }
    const { items, next } = await engine.within(vector, encoder.space.space, sameMeaning, bounded, { limit: MOST })
    for (const { event_id } of items) out.add(event_id)
    complete &&= next === null
  }
  const without = { ...filter.without, event_ids: [...out] }
  return { question: { ...question, filter: { ...filter, without } }, complete }
}
