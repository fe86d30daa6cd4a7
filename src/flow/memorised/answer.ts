import { type LogEvent, promptOf, responseOf } from '../../core/event.ts'
import type { StoredEvent } from '../../core/ports.ts'
import type { Micros } from '../../core/window.ts'
import { readableOf } from '../../core/withheld.ts'
import type { Fingerprinter, Print } from './fingerprints.ts'
import { GRAM, gramsOf, LEAST_WORDS, type Span, unquoted } from './passage.ts'
import { type Words, wordsOf } from './words.ts'

/** An answer with what may be a memorised passage in it. */
export interface Answer {
  seq: number
  event_id: string
  ts: Micros
  /** Who asked: a user, or where none is named a session. */
  asker: Asker
  session_id: string | null
  words: Words
  /** What of it is not quoted from what the model was shown. */
  spans: Span[]
  prints: Print[]
  /** Words of the question. */
  asked: ReadonlySet<number>
}

export interface Asker {
  field: 'user_id' | 'session_id'
  id: string
}

/** Characters that the model was shown, of which more are not read: what it quoted cannot be told then. */
const MOST_SHOWN = 2 ** 20
/** Characters of an answer that are read. */
const MOST_READ = 2 ** 16

/**
 * An answer as it is compared; null of one that is too short, was not asked by anybody or with nothing that is known, or
 * was quoted throughout.
 */
export function answerOf({ seq, ts, event }: StoredEvent, printsOf: Fingerprinter): Answer | null {
  const text = readableOf(responseOf(event)).slice(0, MOST_READ)
  const asker = askerOf(event)
  // each word has a letter and what parts it from the next
  if (asker === null || text.length < 2 * LEAST_WORDS) return null
  const words = wordsOf(text)
  if (words.hashes.length < LEAST_WORDS) return null
  const shown = shownTo(event)
  if (shown.reduce((sum, { length }) => sum + length, 0) > MOST_SHOWN) return null
  const asked = askedWords(wordsOf(readableOf(promptOf(event))))
  if (asked.size === 0) return null
  const grams = gramsOf(words)
  const spans = unquoted(grams, words.hashes.length, shownGrams(shown))
  const prints = printsOf(words, grams, spans)
  if (prints.length === 0) return null
  const { event_id, session_id = null } = event
  return { seq, event_id, ts, asker, session_id, words, spans, prints, asked }
}

function askerOf({ user_id, session_id }: LogEvent): Asker | null {
  if (user_id !== undefined) return { field: 'user_id', id: user_id }
  return session_id === undefined ? null : { field: 'session_id', id: session_id }
}

/** Grams of texts that the model was shown. */
export const shownGrams = (shown: readonly string[]): Uint32Array[] => shown.map((text) => gramsOf(wordsOf(text)))

/** All that the log says the model was shown before it answered. */
export function shownTo(event: LogEvent): string[] {
  const { system, prompt, rag_query, rag_documents, messages = [], prompt_template, memory, citations } = event
  // a log may have the answer itself as the last message
  const last = messages.findLastIndex(({ role }) => role !== 'assistant')
  const said = messages.slice(0, last + 1).map(({ content }) => content)
  const results = event.tools_called?.map((one) => (typeof one === 'string' ? '' : one.result))
  return stringsIn([system, prompt, rag_query, rag_documents, results, said, prompt_template, memory, citations])
}

/** Texts inside a value, also of JSON in them, that are long enough to be quoted; of hostile depth nothing is asked of the stack. */
function stringsIn(value: unknown): string[] {
  const found: string[] = []
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) waiting.push(inner)
    if (typeof one !== 'string' || one.length < 2 * GRAM) continue
    const inner = /^\s*[{[]/.test(one) ? parsed(one) : undefined
    if (inner === undefined) found.push(one)
    else waiting.push(inner)
  }
  return found
}

/** Of a text that is JSON, what it says; undefined of others. */
function parsed(text: string): object | undefined {
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}

/** Letters from which a word of a question says what it is about; shorter ones stand in any. */
const TELLING = 4

/** The words that a question is compared by: all of them where none is long, as in scripts without spaces. */
function askedWords({ hashes, letters }: Words): ReadonlySet<number> {
  const telling = hashes.filter((_, at) => letters[at]! >= TELLING)
  return new Set(telling.length === 0 ? hashes : telling)
}

/**
 * Share of the words of the shorter question from which two ask for much the same. Of 412,686 pairs of unlike ones, chance
 * makes 1.6 in 100 alike; higher, and "the MIT licence, please" is unlike "print the MIT licence".
 */
const ALIKE = 0.5

/** Whether two questions are so much alike that the same answer is no wonder. */
export function isAlike(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a]
  let common = 0
  for (const word of few) if (many.has(word)) common++
  return common >= ALIKE * few.size
}
