import Type from 'typebox'
import { ClusterItem, MapAnswer } from '../../core/cluster.ts'
import { narrowing } from '../../core/search.ts'
import { clusterItems } from '../../flow/clusters/map.ts'
import { filterOf } from '../../flow/search/filter-of.ts'
import { narrowed } from '../access.ts'
import type { Routes } from '../parts.ts'
import { listOf } from '../shapes.ts'

/** Points of a map; more show no more. */
const POINTS = 2_000

/** GET /v1/clusters and /v1/map: what is asked for, told by night, and how it lies by meaning. */
export const clusterRoutes: Routes<'engine' | 'clock' | 'redactor' | 'map'> = async (app, parts) => {
  const config = { roles: ['analyst'], audit: null } as const
  const tags = ['search']

  app.get(
    '/v1/clusters',
    {
      config,
      schema: {
        operationId: 'listClusters',
        tags,
        summary: 'Groups of prompts that ask for much the same, the largest first',
        querystring: Type.Object(narrowing, { additionalProperties: false }),
        response: { 200: listOf(ClusterItem) },
      },
    },
    async (request) => {
      const ask = { ...request.query, ...narrowed(request, parts, request.query.tenant_id) }
      const items = await clusterItems(parts, filterOf(ask, { now: parts.clock.now(), redactor: parts.redactor }))
      return { items, next_cursor: null }
    },
  )

  app.get(
    '/v1/map',
    {
      config,
      schema: {
        operationId: 'getMap',
        tags,
        summary: 'Events in two dimensions by meaning, with the clusters that they belong to',
        querystring: Type.Object(
          {
            ...narrowing,
            points: Type.Optional(
              Type.Integer({ minimum: 1, maximum: 10_000, description: 'At most so many events; 2,000 by default.' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: MapAnswer },
      },
    },
    async (request) => {
      const { points = POINTS, ...asked } = request.query
      const ask = { ...asked, ...narrowed(request, parts, asked.tenant_id) }
      return await parts.map(filterOf(ask, { now: parts.clock.now(), redactor: parts.redactor }), points)
    },
  )
}
