import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'
import { CONCEPT_NAME } from './own-concept.ts'
import { narrowing, SearchAsk } from './search.ts'
import type { Micros } from './window.ts'

/** Searches that stand: what they look for, what they do with it, and what they have told. */

/** Kinds of records: what somebody saved, and what was counted of it. */
export const MONITOR = 'monitor'
export const MONITOR_COUNTS = 'monitor-counts'

export const MONITOR_NAME = '^[a-z][a-z0-9_-]{0,63}$'
/** Names of routes beside `/v1/monitors/:name`. */
export const TAKEN_NAMES: ReadonlySet<string> = new Set(['backtest', 'starters'])
/** Of one tenant, or of the house: each is counted again whenever events come in. */
export const MOST_MONITORS = 50
/** Concepts of which one is enough. */
const MOST_ANY = 8

export const MONITOR_ACTIONS = ['surge', 'each'] as const
export type MonitorAction = (typeof MONITOR_ACTIONS)[number]
/** Whether what comes is judged as it is, or as a part of all events. */
export const MONITOR_MEASURES = ['count', 'share'] as const
/** Probability of a window of an hour to be told by chance. What comes of it is measured: docs/monitors.md. */
export const SENSITIVITIES = { low: 1e-7, medium: 1e-5, high: 1e-3 } as const
export type Sensitivity = keyof typeof SENSITIVITIES
const SENSITIVITY_NAMES = Object.keys(SENSITIVITIES) as Sensitivity[]
export const MONITOR_SEVERITIES = ['low', 'medium', 'high', 'critical'] as const

/** `broken`: it cannot be counted at present, and `reason` says why; the others raise nothing or all they should. */
export const MONITOR_STATES = ['counting', 'waiting', 'learning', 'watching', 'paused', 'broken'] as const
export type MonitorState = (typeof MONITOR_STATES)[number]

// a monitor has no end, and of an event neither id nor place: what is left narrows whatever comes
const { since: _since, until: _until, event_id: _event, request_id: _request, ...lasting } = narrowing
const { q, mode, literal, concept, min_probability, min_similarity, like, unlike, not } = SearchAsk.properties
const Names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ pattern: CONCEPT_NAME }), { minItems: 1, maxItems: MOST_ANY, description }))

export const MonitorSearch = Type.Object(
  {
    q,
    mode,
    in: SearchAsk.properties.in,
    literal,
    concept,
    any_of: Names('Concepts of which an event has one at least.'),
    none_of: Names('Concepts of which it has none.'),
    min_probability,
    like,
    unlike,
    min_similarity,
    ...lasting,
    not,
  },
  {
    additionalProperties: false,
    description: 'What is looked for, as in POST /v1/search. All that is given holds: a meaning beside a concept, too.',
  },
)
export type MonitorSearch = Static<typeof MonitorSearch>

export const MonitorAsk = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 2_000 })),
    search: MonitorSearch,
    action: Type.Optional(
      oneOf(MONITOR_ACTIONS, {
        description:
          'surge (default): a finding when more come than is usual. each: a policy; every match is a violation, in one finding for each user.',
      }),
    ),
    silence: Type.Optional(Type.Boolean({ description: 'Of surge: a finding as well when too few come.' })),
    measure: Type.Optional(
      oneOf(MONITOR_MEASURES, {
        description:
          'Of surge: what is compared with what is usual. count (default): how many come in an hour of the week. share: how many of all events of those hours, so that more traffic is no surge.',
      }),
    ),
    sensitivity: Type.Optional(
      oneOf(SENSITIVITY_NAMES, { description: 'Of surge: how soon it speaks; medium by default.' }),
    ),
    least: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Of surge: fewer are none; 3 by default.' }),
    ),
    severity: Type.Optional(
      oneOf(MONITOR_SEVERITIES, {
        description: 'Of its findings; of surge by its strength, of each medium by default.',
      }),
    ),
    paused: Type.Optional(Type.Boolean({ description: 'It raises nothing, and begins with what comes after.' })),
  },
  { additionalProperties: false },
)
export type MonitorAsk = Static<typeof MonitorAsk>

/** With everything that was not said. */
export type MonitorRule = Required<Omit<MonitorAsk, 'severity' | 'description'>> & {
  description: string
  severity: (typeof MONITOR_SEVERITIES)[number] | null
  /** Concepts that q named when it was saved: another of that meaning does not take their place. */
  concepts: string[]
}

/** What was saved. */
export interface MonitorRow extends MonitorRule {
  /** Of a removed one nothing but name and revision is left. */
  standing: 'kept'
  name: string
  tenant_id: string | null
  made_by: string
  made_at: string
  changed_at: string
  /** Raised whenever what is looked for or how it is judged changes: counts and findings begin anew. */
  revision: number
  /** ISO 8601: findings are raised of what comes from this hour on. */
  watches_from: string
}

/** What is left of one that was removed: the next of its name goes on from that revision. */
export type RemovedRow = Pick<MonitorRow, 'name' | 'tenant_id' | 'revision' | 'changed_at'> & { standing: 'removed' }

/** What was counted of it. */
export interface MonitorCounts {
  revision: number
  /** Names what it was counted by: versions of concepts, model. Another begins anew. */
  by: string
  /** Start of the first hour. */
  first: Micros
  /** Matches by hour. */
  counts: number[]
  /** All events of its tenant by hour. */
  events: number[]
  /** Start of the first hour that findings are raised of: counts by another concept or model judge nothing that came before. */
  judged_from: Micros
  /** Place in the order of records up to which changes of days are in it. */
  rev: number
  /** Where that will be once everything below a size of the ledger has been read, and when it was so large; null at first. */
  next: { rev: number; size: number; at: Micros } | null
  /** Start of the hour up to which everything had been read when it was counted. */
  level: Micros
  state: MonitorState
  reason: string | null
  /** Findings that found no room in the last run. */
  held_back: number
}
const Nullable = Type.Union([Type.String(), Type.Null()])
const Count = Type.Integer({ minimum: 0 })

/** What it would have raised over the history that there is. */
export const Backtest = Type.Object({
  from: Type.String({ description: 'ISO 8601: first hour that was looked at.' }),
  until: Type.String(),
  weeks: Type.Number({ description: 'Of the span that could have raised something.' }),
  matches: Type.Integer({ minimum: 0, description: 'Events that were counted, those that it learnt from among them.' }),
  findings: Type.Integer({ minimum: 0, description: 'That would have been raised.' }),
  per_week: Type.Union([Type.Number(), Type.Null()], { description: 'Null where there is less than a week to judge.' }),
  raised: Type.Array(
    Type.Object({
      kind: oneOf(['surge', 'silence', 'each']),
      since: Type.String(),
      until: Type.String({ description: 'End of the last hour of it.' }),
      observed: Count,
      expected: Type.Number(),
      of: Type.Optional(Type.Integer({ minimum: 0, description: 'Of share: all events of those hours.' })),
      score: Type.Number(),
      severity: oneOf(MONITOR_SEVERITIES),
      entity: Type.String({ description: 'As in findings: type and id.' }),
    }),
    { description: 'The newest, at most fifty.' },
  ),
  notes: Type.Array(Type.String(), { description: 'What limits it.' }),
})
export type Backtest = Static<typeof Backtest>

const saved = {
  name: Type.String(),
  tenant_id: Type.Union([Type.String(), Type.Null()], { description: 'Whose it is; null: of the house.' }),
  description: Type.String(),
  search: MonitorSearch,
  concepts: Type.Array(Type.String(), { description: 'That q was understood to name, when it was saved.' }),
  action: oneOf(MONITOR_ACTIONS),
  silence: Type.Boolean(),
  measure: oneOf(MONITOR_MEASURES),
  sensitivity: oneOf(SENSITIVITY_NAMES),
  least: Count,
  severity: Type.Union([oneOf(MONITOR_SEVERITIES), Type.Null()]),
  paused: Type.Boolean(),
  made_by: Type.String(),
  made_at: Type.String(),
  changed_at: Type.String(),
  watches_from: Type.String({ description: 'Findings are raised of what comes from here on.' }),
}

export const MonitorItem = Type.Object({
  ...saved,
  state: oneOf(MONITOR_STATES, {
    description:
      'counting: not yet counted. waiting: its concept, or the model, is still being brought to stored events. learning: less than two weeks are known. broken: reason says what to do.',
  }),
  reason: Nullable,
  counted_until: Type.Union([Type.String(), Type.Null()], { description: 'ISO 8601' }),
  last_day: Type.Union([Count, Type.Null()], { description: 'Matches of the last 24 hours that were counted.' }),
  open_findings: Count,
  held_back: Type.Integer({ minimum: 0, description: 'Findings that found no room in the last run.' }),
})
export type MonitorItem = Static<typeof MonitorItem>

export const MonitorAnswer = Type.Object({ ...MonitorItem.properties, backtest: Backtest })
export type MonitorAnswer = Static<typeof MonitorAnswer>

/** A policy that comes with the package, to be saved as it is or changed. */
export const Starter = Type.Object({
  name: Type.String(),
  about: Type.String(),
  offered: Type.Boolean({ description: 'Whether the concepts that it is built on are there.' }),
  missing: Type.Array(Type.String(), { description: 'Those that are not.' }),
  body: MonitorAsk,
})
export type Starter = Static<typeof Starter>

/** Id of the records of a monitor. */
export const monitorKey = (name: string, tenant_id: string | null): string =>
  tenant_id === null ? name : `${name}@${tenant_id}`
