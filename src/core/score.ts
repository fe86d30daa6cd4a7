/** What a score can be about. */
export const ENTITY_TYPES = [
  'user',
  'session',
  'api_key',
  'ip',
  'ip_prefix',
  'tenant',
  'agent',
  'source',
  'model',
  'route',
  'tool',
  'campaign',
] as const

export type EntityType = (typeof ENTITY_TYPES)[number]

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** One reason for a score, in numbers and in a sentence. */
export interface Evidence {
  detector: string
  /** Share of the score that rests on this, 0 to 1. */
  weight: number
  observed: number
  expected: number
  /** ISO 8601 */
  since: string
  /** The events to read first; at most ten. */
  event_ids: string[]
  /** A sentence for a reader who does not know the detector. Holds no event text. */
  text: string
}

/** The risk of an entity at a time. */
export interface Score {
  entity_type: EntityType
  entity_id: string
  tenant_id: string | null
  /** 0 to 100 */
  score: number
  severity: Severity
  first_seen: string
  last_seen: string
  evidence: Evidence[]
}

/** Band of a score from 0 to 100: below 40 low, 40 medium, 70 high, 90 critical. */
export function severityOf(score: number): Severity {
  return score >= 90 ? 'critical' : score >= 70 ? 'high' : score >= 40 ? 'medium' : 'low'
}
