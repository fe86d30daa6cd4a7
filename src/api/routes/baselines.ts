import Type from 'typebox'
import { Baseline } from '../../core/baseline.ts'
import { oneOf } from '../../core/one-of.ts'
import { ENTITY_TYPES } from '../../core/score.ts'
import { baselines } from '../../flow/baselines.ts'
import { narrowed } from '../access.ts'
import type { Routes } from '../parts.ts'
import { Cursor, Identifier, listOf } from '../shapes.ts'

const Ask = Type.Object(
  {
    metric: Type.String({
      minLength: 1,
      maxLength: 512,
      description:
        'tokens_input, tokens_output, latency_ms, time_to_first_token_ms, volume, cost_usd, error_rate, refusal_rate, or the name of a metric.',
    }),
    group: oneOf(ENTITY_TYPES, { description: 'Whose baselines.' }),
    id: Type.Optional(Identifier),
    tenant_id: Type.Optional(Identifier),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: 'Items to a page; 50 by default.' })),
    cursor: Cursor,
  },
  { additionalProperties: false },
)

/** GET /v1/baselines: what is usual, by user, model and the like, and by hour of the week. */
export const baselineRoutes: Routes<'engine' | 'redactor'> = async (app, parts) => {
  app.get(
    '/v1/baselines',
    {
      config: { roles: ['analyst', 'siem'], audit: null },
      schema: {
        operationId: 'listBaselines',
        tags: ['risk'],
        summary: 'Robust profiles of a metric, by entity',
        querystring: Ask,
        response: { 200: listOf(Baseline) },
      },
    },
    async (request) => {
      return await baselines(parts, { ...request.query, ...narrowed(request, parts, request.query.tenant_id) })
    },
  )
}
