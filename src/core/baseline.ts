import type { EntityType } from './score.ts'

/** The robust profile of a metric for an entity. Numbers are in the metric's own unit (tokens, ms, events per hour, USD, share). */
export interface Baseline {
  metric: string
  entity_type: EntityType
  entity_id: string
  /** 'learning' until there is enough history to judge by. */
  state: 'learning' | 'ready'
  /** Observations and distinct days behind it. */
  n: number
  days: number
  median: number
  mad: number
  quantiles: { p05: number; p25: number; p75: number; p95: number; p99: number }
  /** 168 entries, hour 0 = Monday 00:00 UTC; null where nothing was seen. */
  hour_of_week: ({ n: number; median: number } | null)[]
  /** ISO 8601 */
  since: string
  until: string
}
