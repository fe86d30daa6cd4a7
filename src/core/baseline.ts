import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'
import { ENTITY_TYPES } from './score.ts'

/** The robust profile of a metric for an entity. Numbers are in the metric's own unit (tokens, ms, events per hour, USD, share). */
export const Baseline = Type.Object({
  metric: Type.String(),
  entity_type: oneOf(ENTITY_TYPES),
  entity_id: Type.String(),
  state: oneOf(['learning', 'ready'], { description: 'learning until there is enough history to judge by.' }),
  n: Type.Number({ description: 'Observations behind it.' }),
  days: Type.Number({ description: 'Distinct days behind it.' }),
  median: Type.Number(),
  mad: Type.Number(),
  quantiles: Type.Object({
    p05: Type.Number(),
    p25: Type.Number(),
    p75: Type.Number(),
    p95: Type.Number(),
    p99: Type.Number(),
  }),
  hour_of_week: Type.Array(Type.Union([Type.Object({ n: Type.Number(), median: Type.Number() }), Type.Null()]), {
    description: '168 entries, hour 0 = Monday 00:00 UTC; null where nothing was seen.',
  }),
  since: Type.String({ description: 'ISO 8601' }),
  until: Type.String({ description: 'ISO 8601' }),
})
export type Baseline = Static<typeof Baseline>
