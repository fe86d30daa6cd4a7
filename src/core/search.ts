import Type, { type Static } from 'typebox'
import { FILTER_FIELDS, type FilterField, NUMBER_FIELDS, type NumberField } from './filter-fields.ts'
import { oneOf } from './one-of.ts'

/** What can be asked of the log by meaning and by word, and what comes back. Names are the wire names of the API. */

export const SEARCH_MODES = ['hybrid', 'semantic', 'keyword'] as const
export const SEARCH_PARTS = ['any', 'prompt', 'response'] as const
export const SEARCH_SCOPES = ['top', 'all'] as const
/** Forms of an exported answer. */
export const EXPORT_FORMATS = ['ndjson', 'csv'] as const
export const SEARCH_SORTS = ['relevance', 'time', 'time_asc'] as const

const Share = { minimum: 0, maximum: 1 }
const Value = Type.String({ minLength: 1, maxLength: 512 })
/** One value, or several of which one is wanted. */
const Values = Type.Optional(Type.Union([Value, Type.Array(Value, { minItems: 1, maxItems: 100 })]))
const Bound = (description: string) => Type.Optional(Type.Number({ description }))
const When = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 64, description }))
const Ids = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 100, description }))

type ValuesOf<Name extends string> = Record<Name, typeof Values>
const fields = {
  ...(Object.fromEntries(FILTER_FIELDS.map((name) => [name, Values])) as ValuesOf<Exclude<FilterField, 'tenant_id'>>),
  tenant_id: Type.Optional(Value),
}

const numbers = Object.fromEntries(
  Object.entries(NUMBER_FIELDS).flatMap(([name, unit]) => [
    [`min_${name}`, Bound(`At least this, in ${unit}; an event without it is left out.`)],
    [`max_${name}`, Bound(`At most this, in ${unit}; an event without it is left out.`)],
  ]),
) as Record<`${'min' | 'max'}_${NumberField}`, ReturnType<typeof Bound>>

/** What narrows a search, a sum or a map: the moment, ids, labels and numbers. */
export const narrowing = {
  since: When('First moment: an ISO 8601 time, a date, or an age such as 7d.'),
  until: When('Moment after the last, likewise.'),
  ...fields,
  ...numbers,
}

const asked = {
  q: Type.Optional(Type.String({ maxLength: 8192, description: 'What is looked for, in words.' })),
  mode: Type.Optional(oneOf(SEARCH_MODES, { description: 'By meaning, by word, or both (default).' })),
  in: Type.Optional(oneOf(SEARCH_PARTS, { description: 'Which text of the event; any by default.' })),
  k: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Items to a page; 20 by default.' })),
  ...narrowing,
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description: 'next_cursor of the page before.' })),
  concept: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,63}$', description: 'Name of a concept.' })),
  scope: Type.Optional(oneOf(SEARCH_SCOPES, { description: 'The best k (default), or every match.' })),
  min_probability: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: "For scope all; the concept's calibrated threshold by default.",
    }),
  ),
  min_precision: Type.Optional(
    Type.Number({
      ...Share,
      description:
        'For scope all of a concept: the lowest threshold at which so many matches are expected to be right.',
    }),
  ),
  min_recall: Type.Optional(
    Type.Number({
      ...Share,
      description: 'For scope all of a concept: the highest threshold at which so many of the right ones are expected.',
    }),
  ),
  min_similarity: Type.Optional(
    Type.Number({
      minimum: 0.2,
      maximum: 1,
      description:
        'For every match of a phrase or of examples: least cosine to what q means, or to like; 0.5 by default.',
    }),
  ),
  sort: Type.Optional(
    oneOf(SEARCH_SORTS, {
      description:
        'Order of what was found: best first (default), newest first, oldest first. Of scope top, of the best.',
    }),
  ),
  fold: Type.Optional(
    Type.Boolean({ description: 'Shows near copies in one line: the first of them, with how many there are.' }),
  ),
  unfold: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'unfold of an item: lists its copies. With the question that it was an answer to.',
    }),
  ),
  diversity: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'How far an event that is like one before it gives way to another: 0 (default) not at all.',
    }),
  ),
  explain: Type.Optional(Type.Boolean({ description: 'Says how the answer was come by, and how long it took.' })),
  literal: Type.Optional(
    Type.Boolean({
      description: 'Takes q as it stands: no concept, time, field or exception is read in it. So does mode keyword.',
    }),
  ),
}

/** Body of POST /v1/search. */
export const SearchAsk = Type.Object(
  {
    ...asked,
    like: Ids('Events whose meaning is looked for.'),
    unlike: Ids('Events whose meaning is not looked for.'),
    not: Type.Optional(
      Type.Object(Object.fromEntries(FILTER_FIELDS.map((name) => [name, Values])) as ValuesOf<FilterField>, {
        additionalProperties: false,
        description: 'Ids and labels of which an event has none of the values.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type SearchAsk = Static<typeof SearchAsk>

/** Query string of GET /v1/search: the same without the lists. */
export const SearchQuery = Type.Object(asked, { additionalProperties: false })
export type SearchQuery = Static<typeof SearchQuery>

const Nullable = Type.Union([Type.String(), Type.Null()])

/** A sentence of a text: UTF-16 units [start, end) of it, plain text. */
const place = Type.Integer({ minimum: 0 })
const passage = { part: oneOf(['prompt', 'response']), start: place, end: place, text: Type.String() }
/** Of context (documents and results of tools) a passage has no place. */
const tellingPassage = {
  part: oneOf(['prompt', 'response', 'context']),
  start: Type.Optional(place),
  end: Type.Optional(place),
  text: Type.String(),
}

export const SearchItem = Type.Object({
  event_id: Type.String(),
  /** ISO 8601 in UTC. */
  timestamp: Type.String(),
  user_id: Nullable,
  session_id: Nullable,
  model: Nullable,
  /** Null for a key that sees no texts. */
  prompt: Nullable,
  response: Nullable,
  status: Nullable,
  /** Comparable within one answer only: probability of a concept, cosine, text score or fused rank. */
  score: Type.Number(),
  matched: oneOf(['semantic', 'keyword', 'both']),
  /** With fold: how many near copies it stands for, itself among them, and what lists them; absent where it stands alone. */
  copies: Type.Optional(Type.Integer({ minimum: 2 })),
  unfold: Type.Optional(Type.String()),
  /** Probability of each concept that was scored for this event. */
  concepts: Type.Record(Type.String(), Type.Number(Share)),
  /** Passages around the words that matched, each match between « and ». Plain text, never markup. */
  highlights: Type.Object({
    prompt: Type.Optional(Type.Array(Type.String())),
    response: Type.Optional(Type.Array(Type.String())),
    /** Of what was found by meaning: the sentence nearest to the question, with its cosine. */
    closest: Type.Optional(Type.Object({ ...passage, score: Type.Number({ minimum: -1, maximum: 1 }) })),
    /** Of what was found by a concept: the sentence that it finds most probable, taken alone. */
    telling: Type.Optional(Type.Object({ ...tellingPassage, concept: Type.String(), score: Type.Number(Share) })),
  }),
})
export type SearchItem = Static<typeof SearchItem>

const Texts = Type.Optional(Type.Array(Type.String()))
const FieldValues = Type.Optional(Type.Record(Type.String(), Type.Array(Type.String())))

/** What a question in words was taken for. Whatever is absent was not found in it. */
export const Interpretation = Type.Object({
  concept: Type.Optional(Type.String({ description: 'Whose events are answered, most probable first.' })),
  scope: Type.Optional(oneOf(SEARCH_SCOPES)),
  concepts: Type.Optional(Type.Array(Type.String(), { description: 'Where there are several: all of them hold.' })),
  since: Type.Optional(Type.String()),
  until: Type.Optional(Type.String()),
  fields: FieldValues,
  numbers: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object({ min: Bound(''), max: Bound(''), above: Bound('More than.'), below: Bound('Less than.') }),
    ),
  ),
  phrases: Texts,
  not: Type.Optional(
    Type.Object({
      concepts: Texts,
      fields: FieldValues,
      words: Texts,
      phrases: Texts,
      meaning: Texts,
      time: Type.Optional(Type.Object({ since: Type.Optional(Type.String()), until: Type.Optional(Type.String()) })),
    }),
  ),
  meaning: Type.Optional(Type.String({ description: 'What ranks the answer, by meaning and by word.' })),
  group: Type.Optional(Type.Literal('user', { description: 'The question asks who: count the answer by this.' })),
  unread: Type.Optional(
    Type.Array(Type.String(), { description: 'What looks like a condition and could not be read; it is meaning.' }),
  ),
})
export type Interpretation = Static<typeof Interpretation>

const Count = Type.Integer({ minimum: 0 })

/** How an answer was come by. */
export const Explanation = Type.Object({
  path: oneOf(['exact', 'graph', 'words', 'marks']),
  /** Texts that vectors answered with, before they were cut to a page. */
  candidates: Count,
  /** Of the k nearest by meaning. */
  vectors: Type.Optional(
    Type.Object({
      segments_scanned: Count,
      segments_gathered: Count,
      graphs: Count,
      /** Vectors that were scored, and read again in full. */
      scored: Count,
      reread: Count,
      /** Sampled recall at 10 of the graphs that answered. */
      recall: Type.Union([Type.Number(Share), Type.Null()]),
    }),
  ),
  /** Milliseconds by step; steps may run side by side. */
  ms: Type.Record(Type.String(), Type.Number({ minimum: 0 })),
})
export type Explanation = Static<typeof Explanation>

const EstimatedShare = Type.Union([
  Type.Object({ value: Type.Number(Share), low: Type.Number(Share), high: Type.Number(Share) }),
  Type.Null(),
])

/** Precision and recall of a set with 95 % intervals; null where nothing is known of them yet. See docs/search.md. */
export const Estimates = Type.Object({
  precision: EstimatedShare,
  recall: EstimatedShare,
  labelled: Type.Integer({ minimum: 0, description: 'Events that were handed out for this search and labelled.' }),
  as_of: Type.String({ description: 'When the set was asked for that they speak of; ISO 8601.' }),
})
export type Estimates = Static<typeof Estimates>

export const SearchNotice = Type.Object({
  code: oneOf(['words_hardly_known', 'topics_unknown', 'wanted_unreachable', 'searches_full']),
  message: Type.String(),
})
export type SearchNotice = Static<typeof SearchNotice>

export const SearchAnswer = Type.Object({
  items: Type.Array(SearchItem),
  next_cursor: Nullable,
  /** Matches over all pages; with scope all. */
  total: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Least probability (of a concept) or cosine (of a phrase) that counted as a match; with scope all. */
  threshold: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
  /** Names the set for GET /v1/search/{search_id}/uncertain and for feedback; with scope all, where the set can be kept. */
  search_id: Type.Optional(Type.String()),
  estimates: Type.Optional(Estimates),
  /** Expected share of the matches that are right, and of the right ones that are among them: the values of estimates. */
  estimated_precision: Type.Optional(Type.Number(Share)),
  estimated_recall: Type.Optional(Type.Number(Share)),
  /** How q was understood; absent where it was taken as it stands. */
  interpreted_as: Type.Optional(Interpretation),
  /** Events that could not be found: not yet embedded or scored, or last so by a former model or concept, their text not being kept. */
  not_examined: Type.Integer({ minimum: 0 }),
  /** What answered: exact scan or graph of vectors, the word index alone, or the stored probabilities of a concept. */
  how: oneOf(['exact', 'graph', 'words', 'marks']),
  /** False where candidates had to be left out to answer in time. */
  complete: Type.Boolean(),
  /** What whoever reads the answer should know of it; absent where there is nothing. */
  notices: Type.Optional(Type.Array(SearchNotice)),
  /** Where it was asked for. */
  explain: Type.Optional(Explanation),
})
export type SearchAnswer = Static<typeof SearchAnswer>
