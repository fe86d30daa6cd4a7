import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'
import type { Filter } from './ports.ts'
import { Estimates, type SearchAnswer, SearchItem } from './search.ts'

/** Sets that were searched for, kept so that a sample of them can be labelled and their precision and recall estimated. */

/** Kind of records. */
export const SEARCH = 'search'

/** A question that asks for a set, as it was understood, with where the set ends in the ledger: always the same events. */
export interface AskedSet {
  /** The same for the same question; hashed. */
  question: string
  /** What ranks by meaning; '' where nothing does. */
  words: string
  like: readonly string[]
  unlike: readonly string[]
  /** With `before_seq`. */
  filter: Filter
  /** Null of a phrase or of examples. */
  concept: { name: string; called: string; version: number } | null
  /** Space that its meaning is compared in. */
  space: string
  /** Least probability or cosine of a match. */
  threshold: number
  total: number
  /** What the calibration of the concept says; null of a phrase or of examples. */
  expected: Expected | null
}

/** Expected shares, 0 to 1. */
export interface Expected {
  /** Null where nothing matches. */
  precision: number | null
  recall: number
  /** Least probability of each band that is drawn from, rising; the threshold is one. */
  edges: number[]
  /** Share of all that is right that lies in each band. */
  shares: number[]
}

/** An answer with what is kept of its question; absent where that is no set that can be estimated. */
export interface FoundAnswer extends SearchAnswer {
  set?: AskedSet
}

/** Events of neighbouring scores. */
export interface SetStratum {
  /** Least score. */
  from: number
  size: number
  matched: boolean
  /** How many of them are thought to be right, 0 to 1; null where nothing says. */
  probability: number | null
}

/** An event that was drawn. The name of a member is such that an erasure strikes the id out. */
export interface DrawnEvent {
  event_id: string
  /** Number of its stratum. */
  stratum: number
  score: number
  label: boolean | null
}

/** A random sample of a set and of what it left out, in the order in which it is handed out. */
export interface SetSample {
  strata: SetStratum[]
  drawn: DrawnEvent[]
}

/** A set as it is kept. */
export interface StoredSearch {
  search_id: string
  /** Whoever may use it: a tenant, as it is stored, or the house. */
  owner: string | null
  /** ISO 8601. */
  asked_at: string
  used_at: string
  set: AskedSet
  /** Null until the first event is asked for. */
  sample: SetSample | null
  /** So many of the sample were handed out. */
  handed: number
}

/** What the events of a set are counted by. */
export const SET_COUNTS = ['day', 'model', 'user_id', 'cluster'] as const

const Count = Type.Integer({ minimum: 0 })
const SetCount = Type.Object({
  value: Type.Union([Type.String(), Type.Null()], { description: 'Null of events without one.' }),
  count: Count,
})
export type SetCount = Static<typeof SetCount>
const Counts = Type.Object({
  items: Type.Array(SetCount),
  groups: Type.Integer({ minimum: 0, description: 'How many values there are, those not shown among them.' }),
})

/** Events of a set, by what they are counted by; an event counts for each of its values. */
export const SetCounts = Type.Object({
  total: Count,
  by: Type.Object({ day: Counts, model: Counts, user_id: Counts, cluster: Counts }),
})
export type SetCounts = Static<typeof SetCounts>

export const UNCERTAIN_REASONS = ['match', 'doubtful_match', 'near_miss', 'elusion'] as const

const Share = { minimum: 0, maximum: 1 }

export const UncertainItem = Type.Intersect([
  SearchItem,
  Type.Object({
    reason: oneOf(UNCERTAIN_REASONS, {
      description:
        'What it stands for: plain matches, matches of a score near the threshold, what missed it narrowly, or all that is far below it.',
    }),
    stratum: Type.Object({
      from: Type.Number({ description: 'Least probability or cosine.' }),
      size: Type.Integer({ minimum: 0, description: 'Events in it.' }),
      matched: Type.Boolean(),
    }),
    sampling_probability: Type.Number({ ...Share, description: 'Share of its stratum that was handed out so far.' }),
  }),
])
export type UncertainItem = Static<typeof UncertainItem>

export const UncertainAnswer = Type.Object({
  search_id: Type.String(),
  items: Type.Array(UncertainItem),
  left: Type.Integer({ minimum: 0, description: 'Events of the sample without a label, these among them.' }),
  estimates: Estimates,
})
export type UncertainAnswer = Static<typeof UncertainAnswer>

export const StoredSearchAnswer = Type.Object({
  search_id: Type.String(),
  concept: Type.Union([Type.String(), Type.Null()]),
  version: Type.Union([Type.Integer(), Type.Null()], { description: 'Of the concept.' }),
  threshold: Type.Number(),
  total: Type.Integer({ minimum: 0 }),
  estimates: Estimates,
})
export type StoredSearchAnswer = Static<typeof StoredSearchAnswer>
