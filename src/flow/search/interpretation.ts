import type { Reading } from '../../concepts/read-question.ts'
import { type Concept, calledOf } from '../../core/concept.ts'
import type { Interpretation, SearchAnswer, SearchAsk } from '../../core/search.ts'
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

/**
 * The same as it may leave: it holds the words of a question, and whoever asks pastes what he looks for. Names and times
 * that are ours stay as they are. A part may no longer show that it is a password where the question did, so of a question
 * that something is taken from, only words are told that are left in it.
 * @param q the question as it was asked
 * @param redacted takes away what is sensitive
 */
export function tellable(told: Interpretation, q: string, redacted: (text: string) => string): Interpretation {
  const clean = redacted(q)
  const left = (part: string) => part.replace(/\S+/g, (word) => (clean.includes(word) ? word : '[…]'))
  const text = (part: string) => redacted(clean === q ? part : left(part))
  const each = (list: readonly string[]) => list.map(text)
  const fields = (given: Record<string, string[]>) =>
    Object.fromEntries(Object.entries(given).map(([name, values]) => [name, each(values)]))
  const { meaning, phrases, unread, not } = told
  return {
    ...told,
    ...(meaning === undefined ? {} : { meaning: text(meaning) }),
    ...(phrases === undefined ? {} : { phrases: each(phrases) }),
    ...(unread === undefined ? {} : { unread: each(unread) }),
    ...(told.fields === undefined ? {} : { fields: fields(told.fields) }),
    ...(not === undefined
      ? {}
      : {
          not: {
            ...not,
            ...(not.words === undefined ? {} : { words: each(not.words) }),
            ...(not.phrases === undefined ? {} : { phrases: each(not.phrases) }),
            ...(not.meaning === undefined ? {} : { meaning: each(not.meaning) }),
            ...(not.fields === undefined ? {} : { fields: fields(not.fields) }),
          },
        }),
  }
}

/** An answer as it may leave. */
export function tellableAnswer(
  answer: SearchAnswer,
  { q = '' }: Pick<SearchAsk, 'q'>,
  redacted: (text: string) => string,
): SearchAnswer {
  const { interpreted_as: told } = answer
  return told === undefined ? answer : { ...answer, interpreted_as: tellable(told, q, redacted) }
}

const timeOf = ({ since, until }: { since?: Micros | undefined; until?: Micros | undefined }) => ({
  ...(since === undefined ? {} : { since: formatTime(since) }),
  ...(until === undefined ? {} : { until: formatTime(until) }),
})

/** The members that hold something. */
function filled<T extends Record<string, object>>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => Object.keys(value).length > 0)) as Partial<T>
}
