import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

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
  'analyst',
] as const

export type EntityType = (typeof ENTITY_TYPES)[number]

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** One reason for a score, in numbers and in a sentence. */
export const Evidence = Type.Object({
  detector: Type.String(),
  weight: Type.Number({ description: 'Share of the score that rests on this, 0 to 1.' }),
  observed: Type.Number(),
  expected: Type.Number(),
  since: Type.String({ description: 'ISO 8601' }),
  event_ids: Type.Array(Type.String(), { description: 'The events to read first; at most ten.' }),
  text: Type.String({ description: 'A sentence for a reader who does not know the detector. Holds no event text.' }),
})
export type Evidence = Static<typeof Evidence>

/** The risk of an entity at a time. */
export const Score = Type.Object({
  entity_type: oneOf(ENTITY_TYPES),
  entity_id: Type.String(),
  tenant_id: Type.Union([Type.String(), Type.Null()]),
  score: Type.Number({ description: '0 to 100' }),
  severity: oneOf(SEVERITIES),
  first_seen: Type.String({ description: 'ISO 8601' }),
  last_seen: Type.String({ description: 'ISO 8601' }),
  evidence: Type.Array(Evidence),
})
export type Score = Static<typeof Score>

/** Band of a score from 0 to 100: below 40 low, 40 medium, 70 high, 90 critical. */
export function severityOf(score: number): Severity {
  return score >= 90 ? 'critical' : score >= 70 ? 'high' : score >= 40 ? 'medium' : 'low'
}
