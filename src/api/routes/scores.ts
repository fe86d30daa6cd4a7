import Type from 'typebox'
import { oneOf } from '../../core/one-of.ts'
import { Problem } from '../../core/problem.ts'
import { ENTITY_TYPES, Score } from '../../core/score.ts'
import { parseWhen } from '../../core/window.ts'
import { scoreOf, scores } from '../../flow/scores.ts'
import { seen } from '../access.ts'
import type { Routes } from '../parts.ts'
import { Cursor, Identifier, Limit, listOf, When } from '../shapes.ts'

const Ask = Type.Object(
  {
    entity_type: Type.Optional(oneOf(ENTITY_TYPES)),
    min_score: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    at: When('Risk as it stood then; now by default'),
    tenant_id: Type.Optional(Identifier),
    limit: Limit,
    cursor: Cursor,
  },
  { additionalProperties: false },
)

const ScoreWithHistory = Type.Object({
  ...Score.properties,
  history: Type.Array(Type.Object({ at: Type.String({ description: 'ISO 8601' }), score: Type.Number() }), {
    description: 'One point a day, oldest first.',
  }),
})

/** GET /v1/scores and /v1/scores/:entity_type/:entity_id: who is at risk, since when and why. */
export const scoreRoutes: Routes<'engine' | 'clock' | 'redactor'> = async (app, parts) => {
  const config = { roles: ['analyst', 'siem'], audit: null } as const
  const tags = ['risk']

  app.get(
    '/v1/scores',
    {
      config,
      schema: {
        operationId: 'listScores',
        tags,
        summary: 'Entities by risk, highest first',
        querystring: Ask,
        response: { 200: listOf(Score) },
      },
    },
    async (request) => {
      const { at, tenant_id, ...ask } = request.query
      const then = at === undefined ? undefined : parseWhen(at, parts.clock.now())
      if (then === null)
        throw new Problem('BAD_REQUEST', 'at is an ISO 8601 time, a date, or an age such as 7d', {
          errors: [{ path: '/at', message: 'is no time' }],
        })
      return await scores(parts, {
        ...ask,
        ...(then !== undefined && { at: then }),
        ...seen(request, parts, tenant_id),
      })
    },
  )

  app.get(
    '/v1/scores/:entity_type/:entity_id',
    {
      config,
      schema: {
        operationId: 'getScore',
        tags,
        summary: 'One entity with its history; 0 where nothing speaks against it',
        params: Type.Object({ entity_type: oneOf(ENTITY_TYPES), entity_id: Identifier }),
        response: { 200: ScoreWithHistory },
      },
    },
    async (request) => {
      const { entity_type, entity_id } = request.params
      return await scoreOf(parts, entity_type, entity_id, seen(request, parts))
    },
  )
}
