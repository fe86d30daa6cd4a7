import type { Json } from './ports.ts'
import type { EntityType } from './score.ts'
import type { Micros } from './window.ts'

/** What is usual for one entity at one time, from a baseline that its present behaviour cannot move. */
export interface Usual {
  /** In the metric's unit, above 0; what all peers did alike at that time is in it already. */
  median: number
  /** Standard deviation of the natural logarithm of an observation around that of the median. */
  spread: number
  /** Standard error of the logarithm of the median: how little a short history knows. 0 where it is known. */
  doubt: number
}

/** What one entity did in one period (a UTC day, or five minutes), against what is usual for it. */
export interface Observation {
  /** Start of the period. */
  at: Micros
  /** In the metric's unit. */
  observed: number
  /** Null while it is being learnt. */
  usual: Usual | null
  /** Events behind `observed`. */
  n: number
}

/**
 * One way of noticing, as pure steps over plain state: `observe` per entity and period, in order of event time; `score`
 * and `explain` at any time. State survives JSON. The 0 to 1 of `score` is evidence; flow/risk.ts makes the 0 to 100 of
 * an entity of it.
 */
export interface Detector<State extends Json = Json> {
  /** Kept for ever: findings carry it. */
  name: string
  /** What a finding of it is called. */
  title: string
  /** Entity kinds that it watches. */
  entities: readonly EntityType[]
  /** Roll-up that it reads: `volume` counts events, every other metric is a mean or a count of its own. */
  metric: string
  /** Length of the period in seconds: 86400, or 300 for rules that cannot wait for a day to end. */
  period: 86_400 | 300
  /** Days of silence of the entity after which the evidence counts half. */
  memoryDays: number
  /** Raise when State or its meaning changes; stored states are then rebuilt. */
  version: number
  /** Findings that a rule of minutes may begin in a night, the strongest first; absent: as many as there are. The others still raise scores. */
  room?: number
  tags: { atlas: string[]; owasp: string[] }
  empty(): State
  observe(state: State, seen: Observation): State
  /** 0 to 1. */
  score(state: State): number
  /** Holds no event text and no name. `since` is the period in which it began. */
  explain(state: State): { summary: string; observed: number; expected: number; since: Micros }
}
