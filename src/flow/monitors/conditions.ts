import { type Concept, calledOf } from '../../core/concept.ts'
import type { MonitorRule, MonitorSearch } from '../../core/monitor.ts'
import type { Clock, Encoder, Engine, Filter, MarkBound } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import type { SearchAsk } from '../../core/search.ts'
import type { Redactor } from '../../redactors/index.ts'
import { SAME_MEANING } from '../search/every.ts'
import { bad } from '../search/filter-of.ts'
import { examplesOf, excluded } from '../search/lists.ts'
import { queryVector } from '../search/query-vector.ts'
import { type Question, questionOf } from '../search/question.ts'
import { listOf, termsOf } from '../search/terms.ts'

/** What an event has to be, resolved: names of concepts as versions, words as vectors. */
export interface Conditions {
  /** Events of the one or the other; no event passes two of them. Without times. */
  filters: readonly Filter[]
  /** What its meaning has to be near to. */
  near: { q: Float32Array; least: number; left: ReadonlySet<string> } | null
  /** What its meaning must not be near to. */
  far: readonly Float32Array[]
  space: string | null
  /** Names what matches hang on besides the search: a count by another is another count. */
  by: string
  /** Whether a concept is still being brought to stored events. */
  pending: boolean
}

export interface ConditionParts {
  engine: Pick<Engine, 'vectorOf' | 'events'>
  clock: Clock
  redactor: Pick<Redactor, 'forms'>
  /** Opened where a meaning is asked for. */
  encoder(): Promise<Encoder>
}

/**
 * Resolves a search with the concepts that its owner sees. Throws Problem BAD_REQUEST with the path of what is not there
 * or cannot stand: a concept, an example, a time.
 * @param tenant_id whose events alone are looked at, as it is stored
 */
export async function conditionsOf(
  parts: ConditionParts,
  { search, concepts: inWords }: Pick<MonitorRule, 'search' | 'concepts'>,
  concepts: readonly Concept[],
  tenant_id: string | undefined,
): Promise<Conditions> {
  const question = await questionAsked(parts, search, conceptsIn(search, inWords, concepts), tenant_id)
  const { concept, filter, ask, unlike } = question
  const named = (path: string, names: readonly string[] = []) => names.map((name) => conceptOf(concepts, path, name))
  const any = named('/any_of', search.any_of)
  const none = named('/none_of', search.none_of)
  const always: MarkBound[] = [
    ...(filter.marks ?? []),
    ...(concept === null ? [] : [{ ...versionOf(concept), least: search.min_probability ?? concept.threshold }]),
    ...none.map((one) => ({ ...versionOf(one), below: one.threshold })),
  ]
  const { part, ...rest } = filter
  const meaning = meaningOf(question)
  const directed = meaning !== '' || Boolean(ask.like?.length) || Boolean(ask.unlike?.length)
  const words = search.mode === 'keyword' ? listOf(termsOf(question.words)) : []
  const base: Filter = {
    ...rest,
    ...(part === undefined ? {} : { part }),
    ...(words.length === 0 ? {} : { words: [...(filter.words ?? []), ...words] }),
  }
  const encoder = directed || unlike.length > 0 ? await parts.encoder() : null
  const q = !directed
    ? null
    : await within(() => queryVector({ ...parts, encoder: encoder! }, meaning, examplesOf(ask), base))
  if (directed && q === null)
    throw bad(`/search/${meaning === '' ? 'like' : 'q'}`, 'has no meaning that the model knows')
  if (!directed && search.min_similarity !== undefined)
    throw bad('/search/min_similarity', 'needs words or examples that it is a similarity to')
  const { tenant_id: _, ...wanted } = rest
  const sought = [...Object.keys(wanted), ...always, ...any, ...words, ...unlike]
  if (!directed && sought.length === 0) throw bad('/search', 'would find every event: say what is looked for')
  const used = [...(concept === null ? [] : [concept]), ...any, ...none, ...marked(filter.marks, concepts)]
  return {
    filters: either(base, always, any),
    near: q === null ? null : { q, least: search.min_similarity ?? SAME_MEANING, left: excluded(ask) },
    far: encoder === null || unlike.length === 0 ? [] : await encoder.encode(unlike),
    space: encoder?.space.space ?? null,
    by: JSON.stringify([
      used.map(({ name, version, threshold }) => [name, version, threshold]).sort(),
      encoder?.space.space ?? null,
    ]),
    pending: used.some(({ pending }) => pending !== undefined),
  }
}

/** The question that a search puts, read as any search is. Throws BAD_REQUEST where it names a moment. */
async function questionAsked(
  { clock, redactor }: ConditionParts,
  { any_of: _, none_of: __, min_similarity: ___, min_probability, ...search }: MonitorSearch,
  concepts: readonly Concept[],
  tenant_id: string | undefined,
): Promise<Question> {
  const ask: SearchAsk = { ...search, ...(tenant_id === undefined ? {} : { tenant_id }) }
  const question = await within(async () => questionOf({ concepts, clock, redactor }, ask))
  const { since, until, without } = question.filter
  if (since !== undefined || until !== undefined || without?.time !== undefined)
    throw bad('/search/q', 'names a time; a monitor goes on for ever')
  if (min_probability !== undefined && question.concept === null)
    throw bad('/search/min_probability', 'needs a concept that it is a probability of')
  return question
}

/** Those by which a question is read: what it named when it was saved, whatever has come since. */
function conceptsIn(
  { concept }: MonitorSearch,
  inWords: readonly string[],
  concepts: readonly Concept[],
): readonly Concept[] {
  for (const name of inWords) conceptOf(concepts, '/q', name)
  const names = new Set(concept === undefined ? inWords : [...inWords, concept])
  return concepts.filter((one) => names.has(calledOf(one)))
}

/** Paths of what a search cannot read, as they lie in the body of a monitor. */
async function within<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const errors = error.errors.map((one) => ({ ...one, path: `/search${one.path}` }))
    throw new Problem(error.code, error.message, { errors, cause: error })
  }
}

/** Words that an event has to mean; of a search by word none. Phrases are a condition of their own. */
function meaningOf({ ask, interpreted, words, filter }: Question): string {
  if (ask.mode === 'keyword') return ''
  if (interpreted !== undefined) return interpreted.meaning ?? ''
  // taken as it stands, or nothing but a meaning
  return (filter.words?.length ?? 0) > 0 ? '' : words
}

/** A filter for each of some concepts, each without the events of those before it. */
function either(base: Filter, always: readonly MarkBound[], any: readonly Concept[]): Filter[] {
  const withMarks = (marks: readonly MarkBound[]): Filter => (marks.length === 0 ? base : { ...base, marks })
  if (any.length === 0) return [withMarks(always)]
  return any.map((one, i) =>
    withMarks([
      ...always,
      { ...versionOf(one), least: one.threshold },
      ...any.slice(0, i).map((before) => ({ ...versionOf(before), below: before.threshold })),
    ]),
  )
}

const versionOf = ({ name, version }: Concept) => ({ concept: name, version })

const marked = (marks: readonly MarkBound[] = [], concepts: readonly Concept[]) =>
  concepts.filter(({ name }) => marks.some(({ concept }) => concept === name))

function conceptOf(concepts: readonly Concept[], path: string, name: string): Concept {
  const concept = concepts.find((one) => calledOf(one) === name)
  if (concept === undefined) throw bad(`/search${path}`, `names ${name}, and there is no such concept`)
  return concept
}
