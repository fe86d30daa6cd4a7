import type { Concept } from '../core/concept.ts'
import { formatTime, type Micros } from '../core/window.ts'
import { readQuestion } from './read-question.ts'

/** What a question asks for, where it names a concept. */
export interface Resolved {
  concept: Concept
  scope: 'all'
  /** ISO 8601; half-open, as everywhere. */
  since?: string
  until?: string
}

/** A longer question says more than a concept's name. */
const MAX_CHARS = 200

/**
 * The one concept whose every event a question asks for in whatever words, and nothing else but when: "all refusals",
 * "show me where the assistant declined last week". Null where it asks for more, or for something else.
 * @param now for words such as "yesterday"
 */
export function resolve(q: string, concepts: readonly Concept[], now: Micros): Resolved | null {
  if (q.length > MAX_CHARS) return null
  const { concepts: named, since, until, fields, numbers, phrases, meaning, not } = readQuestion(q, concepts, now)
  const more =
    meaning !== '' ||
    not.time !== null ||
    [fields, numbers, phrases, not.concepts, not.fields, not.words, not.phrases, not.meanings].some(
      (part) => Object.keys(part).length > 0,
    )
  if (named.length !== 1 || more) return null
  return {
    concept: named[0]!,
    scope: 'all',
    ...(since === undefined ? {} : { since: formatTime(since) }),
    ...(until === undefined ? {} : { until: formatTime(until) }),
  }
}
