import type { Reading } from '../../concepts/read-question.ts'
import { type Concept, calledOf } from '../../core/concept.ts'
import type { Interpretation } from '../../core/search.ts'
import { formatTime, type Micros } from '../../core/window.ts'

/**
 * How a question was read, as it is told. Undefined where it added nothing.
 * @param asked the concept that was asked for by name, of which nothing is told
 */
export function interpretationOf(reading: Reading, asked: Concept | null = null): Interpretation | undefined {
  const { concepts, since, until, fields, numbers, phrases, meaning, not, group, unread } = reading
  const names = concepts.filter((one) => one !== asked).map(calledOf)
  const told: Interpretation = {
    ...(names[0] === undefined ? {} : { concept: names[0], scope: 'all' }),
    ...(names.length > 1 ? { concepts: names } : {}),
    ...timeOf({ since, until }),
    ...filled({ fields, numbers, phrases }),
    ...filled({
      not: filled({
        concepts: not.concepts.map(calledOf),
        fields: not.fields,
        words: not.words,
        phrases: not.phrases,
        meaning: not.meanings,
        time: timeOf(not.time ?? {}),
      }),
    }),
    ...(meaning === '' ? {} : { meaning }),
    ...(group === null ? {} : { group }),
    ...filled({ unread }),
  }
  return Object.keys(told).length === 0 ? undefined : told
}

const timeOf = ({ since, until }: { since?: Micros | undefined; until?: Micros | undefined }) => ({
  ...(since === undefined ? {} : { since: formatTime(since) }),
  ...(until === undefined ? {} : { until: formatTime(until) }),
})

/** The members that hold something. */
function filled<T extends Record<string, object>>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => Object.keys(value).length > 0)) as Partial<T>
}
