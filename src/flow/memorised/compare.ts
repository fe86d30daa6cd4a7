import { type Answer, isAlike } from './answer.ts'
import { commonRun, isLong, type Span } from './passage.ts'

/** Words in a row that two answers have in common: where in the one, and where in the other. */
export interface Shared {
  here: Span
  there: Span
}

/**
 * Passages that two answers have in common and nothing explains: they were given to different people, in different sessions,
 * to questions that are not alike, and neither quotes them from what its model was shown.
 */
export function sharedPassages(one: Answer, other: Answer): Shared[] {
  if (isSame(one, other) || isAlike(one.asked, other.asked)) return []
  const places = new Map(other.prints.map(({ print, at }) => [print, at]))
  const found: Shared[] = []
  for (const { print, at } of one.prints) {
    const there = places.get(print)
    if (there === undefined || found.some(({ here }) => holds(here, at))) continue
    const a = one.spans.find((span) => holds(span, at))
    const b = other.spans.find((span) => holds(span, there))
    if (a === undefined || b === undefined) continue
    const here = commonRun(one.words, other.words, { a: at, b: there }, { a, b })
    const apart = there - at
    if (isLong(one.words, here)) found.push({ here, there: { from: here.from + apart, to: here.to + apart } })
  }
  return found
}

const holds = ({ from, to }: Span, at: number): boolean => at >= from && at < to

/** Whether the same person asked, or in the same session. */
const isSame = (one: Answer, other: Answer): boolean =>
  (one.asker.field === other.asker.field && one.asker.id === other.asker.id) ||
  (one.session_id !== null && one.session_id === other.session_id)
