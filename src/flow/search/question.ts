import { type Reading, readQuestion } from '../../concepts/read-question.ts'
import type { Concept } from '../../core/concept.ts'
import type { Clock, Filter, MarkBound } from '../../core/ports.ts'
import type { Interpretation, SearchAsk } from '../../core/search.ts'
import type { Micros } from '../../core/window.ts'
import { checkArrangement } from './arranged.ts'
import { conceptNamed } from './concept-named.ts'
import { type Cursor, readCursor } from './cursor.ts'
import { bad, type Forms, filterOf, formsOf } from './filter-of.ts'
import { interpretationOf } from './interpretation.ts'

/** An ask, understood. */
export interface Question {
  ask: SearchAsk
  /** Words that rank or order; '' where nothing of them is left. */
  words: string
  concept: Concept | null
  scope: 'top' | 'all'
  k: number
  filter: Filter
  /** Texts whose meaning is not looked for. */
  unlike: readonly string[]
  cursor: Cursor | null
  interpreted: Interpretation | undefined
}

export interface QuestionParts {
  concepts: readonly Concept[]
  clock: Clock
  /** Turns identifiers into what is stored in their place. */
  redactor?: NonNullable<Forms>
}

/**
 * Reads what is asked. A plain `q` is read by rules (concepts/read-question.ts), unless it shall be taken literally or by
 * word alone. Throws Problem BAD_REQUEST naming the part that cannot be read; never quotes it.
 */
export function questionOf({ concepts, clock, redactor }: QuestionParts, ask: SearchAsk): Question {
  const now = clock.now()
  checkArrangement(ask)
  const cursor = cursorOf(ask)
  const q = (ask.q ?? '').trim()
  const examples = Boolean(ask.like?.length) || Boolean(ask.unlike?.length)
  const asked = ask.concept === undefined ? null : conceptNamed(concepts, ask.concept)
  const read = q === '' || ask.literal === true || ask.mode === 'keyword' ? null : readQuestion(q, concepts, now)
  // beside examples a concept's name is but a word; with a concept, a q that names another one only orders
  const foreign =
    read !== null &&
    read.concepts.length > 0 &&
    (examples || (asked !== null && read.concepts.some((one) => one !== asked)))
  const said = foreign ? null : read
  const concept = asked ?? said?.concepts[0] ?? null
  if (ask.min_probability !== undefined && concept === null)
    throw bad('/min_probability', 'needs a concept that it is a probability of')

  const words = said === null ? q : wordsOf(said)
  const scope = asked === null && said !== null && said.concepts.length > 0 ? 'all' : (ask.scope ?? 'top')
  const near = concept === null && ask.mode !== 'keyword' && (words !== '' || examples)
  if (ask.min_similarity !== undefined && !(near && scope === 'all'))
    throw bad('/min_similarity', 'needs scope all, and words or examples that it is a similarity to')

  const filter = filterOf(ask, {
    now,
    redactor,
    ...(said === null ? {} : { named: { fields: said.fields, numbers: said.numbers, not: said.not.fields } }),
  })
  return {
    ask: withStoredExamples(ask, redactor),
    words,
    concept,
    scope,
    k: ask.k ?? DEFAULT_K,
    filter: narrowedBy(filter, said, concept, cursor),
    unlike: said?.not.meanings ?? [],
    cursor,
    interpreted: said === null ? undefined : interpretationOf(said, asked),
  }
}

const DEFAULT_K = 20

/** What ranks by word: the meaning, and the phrases in their quotation marks. */
const wordsOf = ({ meaning, phrases }: Reading): string =>
  [meaning, ...phrases.map((phrase) => `"${phrase}"`)].filter((text) => text !== '').join(' ')

/** A filter with all that a question says beside its fields. Later pages keep the times of the first. */
function narrowedBy(filter: Filter, said: Reading | null, concept: Concept | null, cursor: Cursor | null): Filter {
  const { since, until, ...rest } = filter
  const times = cursor ?? { since: latest(since, said?.since), until: earliest(until, said?.until) }
  const marks = said === null ? [] : marksOf(said, concept)
  const words = said?.not.words.concat(said.not.phrases) ?? []
  const without = {
    ...rest.without,
    ...(words.length === 0 ? {} : { words }),
    ...(said === null || said.not.time === null ? {} : { time: said.not.time }),
  }
  return {
    ...rest,
    ...(times.since === undefined ? {} : { since: times.since }),
    ...(times.until === undefined ? {} : { until: times.until }),
    ...(said === null || said.phrases.length === 0 ? {} : { words: said.phrases }),
    ...(marks.length === 0 ? {} : { marks }),
    ...(Object.keys(without).length === 0 ? {} : { without }),
  }
}

/** The concept that ranks is asked for by itself. */
const marksOf = ({ concepts, not }: Reading, ranking: Concept | null): MarkBound[] => [
  ...concepts
    .filter((one) => one !== ranking)
    .map(({ name, version, threshold }) => ({ concept: name, version, least: threshold })),
  ...not.concepts.map(({ name, version, threshold }) => ({ concept: name, version, below: threshold })),
]

/** Where the page begins: where it is told to, or with the first copy of what shall be unfolded. */
function cursorOf(ask: SearchAsk): Cursor | null {
  if (ask.cursor !== undefined) return readCursor(ask.cursor, ask)
  if (ask.unfold === undefined) return null
  const { unfold, ...folded } = ask
  return readCursor(unfold, folded, 'unfold')
}

/** Events may be named by the ids that they were sent with. */
function withStoredExamples(ask: SearchAsk, redactor: Forms): SearchAsk {
  const stored = (ids: readonly string[]) => ids.map((id) => formsOf(redactor, 'event_id', id)[0])
  return {
    ...ask,
    ...(ask.like === undefined ? {} : { like: stored(ask.like) }),
    ...(ask.unlike === undefined ? {} : { unlike: stored(ask.unlike) }),
  }
}

const latest = (a: Micros | undefined, b: Micros | undefined) =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)
const earliest = (a: Micros | undefined, b: Micros | undefined) =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)
