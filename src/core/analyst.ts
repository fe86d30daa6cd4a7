import type { Json } from './ports.ts'
import type { Micros } from './window.ts'

/**
 * Records of what is noticed about analysts. Kinds of their own, so that whatever reads findings, their changes or scores
 * holds none of them unless it asks by these names: they are for admins alone.
 */
export const INSIDER_RECORDS = {
  finding: 'insider-finding',
  change: 'insider-change',
  score: 'insider-score',
} as const

/** What one analyst did on one UTC day, by the access audit. */
export interface AnalystDay {
  /** Start of the day. */
  at: Micros
  /** Events that answers and exports in the clear showed. */
  shown: number
  /** Entries that whole copies held: backups, exports of the ledger. */
  copied: number
  /** Reads, searches and exports by hour of the day, 24 numbers. */
  hours: readonly number[]
  /** Look-ups of each person, by pseudonym. Whoever an open finding is about is not among them. */
  persons: ReadonlyMap<string, number>
  /** Pseudonyms of those who were looked up while a finding about them was open. */
  excused: ReadonlySet<string>
}

/** One figure of the others of the same tenant who were at work on that day and are past their warm-up. */
export interface Peers {
  n: number
  /** Null where there is nobody. */
  median: number | null
  /** What 95 % of them stay below; null where there is nobody. */
  high: number | null
}

/** Why: in a sentence and in numbers. `since` and `last` are the starts of the first and the last day that it rests on. */
export interface InsiderReason {
  summary: string
  observed: number
  expected: number
  since: Micros
  last: Micros
}

/**
 * One way of noticing misuse by somebody who may read, as pure steps over plain state of bounded size. A day is shown
 * once, in order of days; what happened in which order within it makes no difference. State survives JSON.
 */
export interface InsiderDetector<State extends Json = Json> {
  /** Kept for ever: findings carry it. */
  name: string
  title: string
  /** Raise when State or its meaning changes; all is then worked out anew from the audit. */
  version: number
  tags: { atlas: string[]; owasp: string[] }
  /** Of an analyst first seen on the day that begins at `first`. */
  empty(first: Micros): State
  /** The start of the first day that may be judged. */
  ready(state: State): Micros
  /** What others are compared by, before the day is taken in; null where an analyst cannot serve as a measure. */
  figures(state: State, day: AnalystDay): readonly (number | null)[]
  /** @param peers one for each figure */
  observe(state: State, day: AnalystDay, peers: readonly Peers[]): State
  /** 0 to 1, as it stands on the day that begins at `at`: what is past fades. */
  score(state: State, at: Micros): number
  /**
   * What follows the name of the analyst in a sentence, in numbers; persons by pseudonym, no event text.
   * @param users whose events were shown on the day of `since`; null where unknown
   */
  explain(state: State, users: number | null): InsiderReason
}
