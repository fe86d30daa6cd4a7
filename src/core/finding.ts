import type { EntityType, Evidence, Severity } from './score.ts'

export const FINDING_STATUSES = ['new', 'acknowledged', 'resolved', 'false_positive'] as const
export type FindingStatus = (typeof FINDING_STATUSES)[number]

/** An anomaly that was raised. Its id is the same for ever: detector, entity and first day name it. */
export interface Finding {
  finding_id: string
  detector: string
  entity_type: EntityType
  entity_id: string
  tenant_id: string | null
  severity: Severity
  /** 0 to 100 */
  score: number
  status: FindingStatus
  /** One line that names what was noticed; holds no event text. */
  title: string
  /** ISO 8601: of the first and last event that it rests on. */
  first_seen: string
  last_seen: string
  /** ISO 8601: when it was raised, and when it last changed. */
  created_at: string
  updated_at: string
  evidence: Evidence[]
  /** Technique ids, e.g. `AML.T0051`, `LLM01:2025`. */
  tags: { atlas: string[]; owasp: string[] }
  note: string | null
}
