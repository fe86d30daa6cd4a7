import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'
import { ENTITY_TYPES, Evidence, SEVERITIES } from './score.ts'

export const FINDING_STATUSES = ['new', 'acknowledged', 'resolved', 'false_positive'] as const
export type FindingStatus = (typeof FINDING_STATUSES)[number]

/** Of findings that somebody has still to see to. */
export const OPEN_STATUSES = ['new', 'acknowledged'] as const satisfies readonly FindingStatus[]

export const isOpen = ({ status }: { status: FindingStatus }): boolean => OPEN_STATUSES.some((open) => open === status)

/** An anomaly that was raised. Its id is the same for ever: detector, entity and first day name it. */
export const Finding = Type.Object({
  finding_id: Type.String(),
  detector: Type.String(),
  monitor: Type.Optional(
    Type.String({ description: 'Name of the monitor or policy that raised it; canary: and the name of a canary.' }),
  ),
  entity_type: oneOf(ENTITY_TYPES),
  entity_id: Type.String(),
  tenant_id: Type.Union([Type.String(), Type.Null()]),
  severity: oneOf(SEVERITIES),
  score: Type.Number({ description: '0 to 100' }),
  status: oneOf(FINDING_STATUSES),
  title: Type.String({ description: 'One line that names what was noticed; holds no event text.' }),
  first_seen: Type.String({ description: 'ISO 8601: the first event that it rests on.' }),
  last_seen: Type.String({ description: 'ISO 8601: the last event that it rests on.' }),
  created_at: Type.String({ description: 'ISO 8601: when it was raised.' }),
  updated_at: Type.String({ description: 'ISO 8601: when it last changed.' }),
  evidence: Type.Array(Evidence),
  tags: Type.Object(
    { atlas: Type.Array(Type.String()), owasp: Type.Array(Type.String()) },
    { description: 'Technique ids, e.g. AML.T0051, LLM01:2025.' },
  ),
  note: Type.Union([Type.String(), Type.Null()]),
})
export type Finding = Static<typeof Finding>

/** What was seen, by the first piece of evidence; 0 without one. */
export const observedIn = ({ evidence }: Pick<Finding, 'evidence'>): number => evidence[0]?.observed ?? 0
