import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

/** What can be asked of the log by meaning and by word, and what comes back. Names are the wire names of the API. */

export const SEARCH_MODES = ['hybrid', 'semantic', 'keyword'] as const
export const SEARCH_PARTS = ['any', 'prompt', 'response'] as const
export const SEARCH_SCOPES = ['top', 'all'] as const

/** Ids and labels of an event by which a search can be narrowed, besides its time; each is compared as a whole. */
export const FILTER_FIELDS = [
  'user_id',
  'session_id',
  'tenant_id',
  'model',
  'event_type',
  'status',
  'event_id',
  'request_id',
  'parent_event_id',
  'api_key_id',
  'agent_id',
  'ip_address',
  'trace_id',
  'span_id',
  'parent_span_id',
  'correlation_id',
  'producer_id',
  'action',
  'model_version',
  'finish_reason',
  'prompt_hash',
  'response_hash',
  'environment',
  'app_version',
  'service',
  'route',
  'purpose',
  'metric',
] as const

export type FilterField = (typeof FILTER_FIELDS)[number]

const Value = Type.Optional(Type.String({ minLength: 1, maxLength: 512 }))
const When = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 64, description }))
const Ids = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 100, description }))

const fields = Object.fromEntries(FILTER_FIELDS.map((name) => [name, Value])) as Record<FilterField, typeof Value>

const asked = {
  q: Type.Optional(Type.String({ maxLength: 8192, description: 'What is looked for, in words.' })),
  mode: Type.Optional(oneOf(SEARCH_MODES, { description: 'By meaning, by word, or both (default).' })),
  in: Type.Optional(oneOf(SEARCH_PARTS, { description: 'Which text of the event; any by default.' })),
  k: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Items to a page; 20 by default.' })),
  since: When('First moment: an ISO 8601 time, a date, or an age such as 7d.'),
  until: When('Moment after the last, likewise.'),
  ...fields,
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
  literal: Type.Optional(
    Type.Boolean({
      description: 'Takes q as it stands, also where it names a concept in other words. So does mode keyword.',
    }),
  ),
}

/** Body of POST /v1/search. */
export const SearchAsk = Type.Object(
  {
    ...asked,
    like: Ids('Events whose meaning is looked for.'),
    unlike: Ids('Events whose meaning is not looked for.'),
  },
  { additionalProperties: false },
)
export type SearchAsk = Static<typeof SearchAsk>

/** Query string of GET /v1/search: the same without the lists. */
export const SearchQuery = Type.Object(asked, { additionalProperties: false })
export type SearchQuery = Static<typeof SearchQuery>

const Nullable = Type.Union([Type.String(), Type.Null()])
const Share = { minimum: 0, maximum: 1 }

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
  /** Probability of each concept that was scored for this event. */
  concepts: Type.Record(Type.String(), Type.Number(Share)),
  /** Passages around the words that matched, each match between « and ». Plain text, never markup. */
  highlights: Type.Object({
    prompt: Type.Optional(Type.Array(Type.String())),
    response: Type.Optional(Type.Array(Type.String())),
  }),
})
export type SearchItem = Static<typeof SearchItem>

export const SearchAnswer = Type.Object({
  items: Type.Array(SearchItem),
  next_cursor: Nullable,
  /** Matches over all pages; with scope all. */
  total: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Least probability (of a concept) or cosine (of a phrase) that counted as a match; with scope all. */
  threshold: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
  /** Expected share of the matches that are right, and of the right ones that are among them; of a concept with scope all. */
  estimated_precision: Type.Optional(Type.Number(Share)),
  estimated_recall: Type.Optional(Type.Number(Share)),
  /** How a plain q was understood, where it named a concept in other words. */
  interpreted_as: Type.Optional(
    Type.Object({
      concept: Type.String(),
      scope: Type.Literal('all'),
      since: Type.Optional(Type.String()),
      until: Type.Optional(Type.String()),
    }),
  ),
  /** Events that could not be found: not yet embedded or scored, or last so by a former model or concept, their text not being kept. */
  not_examined: Type.Integer({ minimum: 0 }),
  /** What answered: exact scan or graph of vectors, the word index alone, or the stored probabilities of a concept. */
  how: oneOf(['exact', 'graph', 'words', 'marks']),
  /** False where candidates had to be left out to answer in time. */
  complete: Type.Boolean(),
})
export type SearchAnswer = Static<typeof SearchAnswer>
