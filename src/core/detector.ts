import type { EntityType } from './score.ts'
import type { Micros } from './window.ts'

/** What one entity did on one UTC day, against what is usual for it. `usual` is null while it is being learnt. */
export interface Day {
  day: Micros
  observed: number
  usual: { median: number; spread: number } | null
  /** Events behind `observed`. */
  n: number
}

/**
 * One way of noticing, as pure steps over plain state: `observe` per entity and day, `score` at any time.
 * State survives JSON. The 0 to 1 of `score` is evidence; jobs/detect.ts makes the 0 to 100 of an entity of it.
 */
export interface Detector<State> {
  name: string
  /** Entity kinds that it watches. */
  entities: readonly EntityType[]
  /** Daily metric that it reads (a roll-up's name, `volume` for counts). */
  metric: string
  /** Raise when State changes; stored states are then rebuilt. */
  version: number
  tags: { atlas: string[]; owasp: string[] }
  empty(): State
  observe(state: State, day: Day): State
  /** 0 to 1. */
  score(state: State): number
  explain(state: State): { summary: string; observed: number; expected: number; since: Micros }
}
