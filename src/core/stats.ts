import Type, { type Static } from 'typebox'
import { FIGURES, QUANTILES } from './summary.ts'

/** By what events can be grouped, besides periods in UTC. */
export const STATS_PERIODS = ['hour', 'day', 'week', 'month'] as const
export const STATS_GROUPS = [
  ...STATS_PERIODS,
  'tenant_id',
  'user_id',
  'session_id',
  'api_key_id',
  'agent_id',
  'producer_id',
  'ip_address',
  'event_type',
  'status',
  'model',
  'model_version',
  'finish_reason',
  'service',
  'route',
  'environment',
  'app_version',
  'tool',
  'template',
  'template_version',
  'guardrail_rule',
  'document_id',
  'error_type',
  'cluster',
  'concept',
] as const
export type StatsGroup = (typeof STATS_GROUPS)[number]

/** Most groups of one answer, and most fields that they are made of. */
export const MOST_GROUPS = 10_000
export const MOST_FIELDS = 3

/**
 * How answers turned out, by what concepts say of prompt and response: `refused` of all; `over_refused` although nothing
 * harmful was asked; `justified` where something was; `missed` where something harmful was asked and answered; `lazy`,
 * shortened or put off.
 */
export const TURNS = ['refused', 'over_refused', 'justified', 'missed', 'lazy'] as const
export type Turn = (typeof TURNS)[number]

const Count = Type.Integer({ minimum: 0 })
const Rate = Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()])
const Nullable = Type.Union([Type.Number(), Type.Null()])

const FigureStats = Type.Object(
  {
    count: Count,
    sum: Type.Number(),
    mean: Nullable,
    ...(Object.fromEntries(Object.keys(QUANTILES).map((name) => [name, Nullable])) as Record<
      keyof typeof QUANTILES,
      typeof Nullable
    >),
  },
  { description: 'Of the events that have it. Quantiles within 1 %.' },
)

const Row = {
  count: Count,
  errors: Count,
  error_rate: Rate,
  examined: Type.Integer({
    minimum: 0,
    description: 'Answers that concepts have been asked about: what rates are of.',
  }),
  ...(Object.fromEntries(TURNS.map((name) => [name, Type.Union([Count, Type.Null()])])) as Record<
    Turn,
    ReturnType<typeof Type.Union<[typeof Count, ReturnType<typeof Type.Null>]>>
  >),
  ...(Object.fromEntries(TURNS.map((name) => [`${name}_rate`, Rate])) as Record<`${Turn}_rate`, typeof Rate>),
  ...(Object.fromEntries(FIGURES.map((name) => [name, FigureStats])) as Record<
    (typeof FIGURES)[number],
    typeof FigureStats
  >),
}

export const StatsRow = Type.Object({
  key: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), {
    description: 'Value of each field that events are grouped by; null where an event has none.',
  }),
  ...Row,
})
export type StatsRow = Static<typeof StatsRow>

/** Answer of GET /v1/stats. */
export const StatsAnswer = Type.Object({
  by: Type.Array(Type.String()),
  items: Type.Array(StatsRow, { description: 'Groups with most events first; of periods in their order.' }),
  total: Type.Object(Row, { description: 'Everything that passed the filter, whatever its group.' }),
  groups: Type.Integer({ minimum: 0, description: 'How many groups there are, shown or not.' }),
})
export type StatsAnswer = Static<typeof StatsAnswer>
