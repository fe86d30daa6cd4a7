import Type from 'typebox'
import { oneOf } from '../../core/one-of.ts'
import { narrowing, SearchQuery } from '../../core/search.ts'
import { MOST_GROUPS, STATS_GROUPS, StatsAnswer } from '../../core/stats.ts'
import { stats, statsCsv } from '../../flow/stats.ts'
import { narrowed, tenantOf } from '../access.ts'
import type { Routes } from '../parts.ts'

const Ask = Type.Object(
  {
    ...narrowing,
    concept: SearchQuery.properties.concept,
    by: Type.Optional(
      Type.String({ maxLength: 128, description: `Up to three groups, by commas, of ${STATS_GROUPS.join(', ')}.` }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_GROUPS, description: 'Groups to show, the largest; 100 by default.' }),
    ),
    format: Type.Optional(oneOf(['json', 'csv'])),
  },
  { additionalProperties: false },
)

/** GET /v1/stats: counts, sums and quantiles of a filtered set, in groups. */
export const statsRoutes: Routes<'engine' | 'concepts' | 'clock' | 'redactor'> = async (app, parts) => {
  app.get(
    '/v1/stats',
    {
      config: { roles: ['analyst', 'siem'], audit: null },
      schema: {
        operationId: 'getStats',
        tags: ['search'],
        summary: 'Counts, sums and quantiles of tokens, latency and cost, errors and refusals, in groups',
        description:
          'Archived events count. Rates of how answers turned out are of those that concepts have been asked about.',
        querystring: Ask,
        response: {
          200: {
            description: 'The groups.',
            content: { 'application/json': { schema: StatsAnswer }, 'text/csv': { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => {
      const { format = 'json', ...ask } = request.query
      const own = { ...ask, ...narrowed(request, parts, ask.tenant_id) }
      const seen = { bound: tenantOf(request, parts), asked: own.tenant_id }
      const answer = await stats({ ...parts, concepts: await parts.concepts.answering(seen) }, own)
      if (format === 'json') return answer
      return reply.type('text/csv; charset=utf-8').send(statsCsv(answer) as never)
    },
  )
}
