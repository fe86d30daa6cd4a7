import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { SetCounts, type StoredSearch, StoredSearchAnswer, UncertainAnswer } from '../../core/stored-search.ts'
import { checkMetadataAsk, searchMetadata } from '../../flow/metadata.ts'
import { searchKept } from '../../flow/searches/rows.ts'
import { asksForWords, showSearch, uncertain } from '../../flow/searches/uncertain.ts'
import { seesTexts, tenantOf } from '../access.ts'
import type { RouteParts, Routes } from '../parts.ts'
import { audited } from '../plugins/audit.ts'
import { Identifier } from '../shapes.ts'

const Params = Type.Object({ search_id: Identifier })
const K = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Events handed out; 10 by default.' }))
const GROUPS = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Groups of each; 20 by default.' }))

type Parts = Pick<RouteParts, 'search' | 'drawSet' | 'countSet' | 'engine' | 'clock' | 'redactor' | 'record'>

/** /v1/search/:search_id: a set that was searched for, and the events whose labels would teach most about it. */
export const searchesRoutes: Routes<keyof Parts> = async (app, parts: Parts) => {
  const tags = ['search']

  /** The search that is asked about, and whose it is. Throws FORBIDDEN where this one asks for words and the key sees no texts, NOT_FOUND. */
  async function kept(
    request: FastifyRequest,
    search_id: string,
  ): Promise<{ owner: string | null; search: StoredSearch }> {
    const owner = tenantOf(request, parts) ?? null
    const { search } = await searchKept(parts.engine, owner, search_id, parts.clock.now())
    if (!seesTexts(request) && asksForWords(search.set)) checkMetadataAsk({ q: '' })
    return { owner, search }
  }

  app.get(
    '/v1/search/:search_id',
    {
      config: { roles: ['analyst'], audit: null },
      schema: {
        operationId: 'getSearch',
        tags,
        summary: 'A set that was searched for, with its estimated precision and recall',
        params: Params,
        response: { 200: StoredSearchAnswer },
      },
    },
    async (request) => showSearch((await kept(request, request.params.search_id)).search),
  )

  app.get(
    '/v1/search/:search_id/counts',
    {
      config: { roles: ['analyst'], audit: null },
      schema: {
        operationId: 'countSearch',
        tags,
        summary: 'The events of a set by day, model, user and cluster',
        description: 'Days in their order; of the others the largest groups. Archived events count.',
        params: Params,
        querystring: Type.Object({ k: GROUPS }, { additionalProperties: false }),
        response: { 200: SetCounts },
      },
    },
    async (request) => {
      const { search } = await kept(request, request.params.search_id)
      return await parts.countSet(search.set, request.query.k ?? 20)
    },
  )

  app.get(
    '/v1/search/:search_id/uncertain',
    {
      config: { roles: ['analyst'], audit: 'search.uncertain' },
      schema: {
        operationId: 'listUncertain',
        tags,
        summary: 'Events of a random sample of a set and of what it left out, to be labelled in this order',
        description:
          'Label them by POST /v1/feedback with search_id. The same are answered until they are labelled; labels of other events do not count for the estimates.',
        params: Params,
        querystring: Type.Object({ k: K }, { additionalProperties: false }),
        response: { 200: UncertainAnswer },
      },
    },
    async (request) => {
      const { search_id } = request.params
      const { owner } = await kept(request, search_id)
      const handed = await uncertain(parts, { search_id, k: request.query.k ?? 10 }, owner)
      const event_ids = handed.items.map((item) => item.event_id)
      await audited(request, parts, { asked: { search_id }, event_ids, rows: event_ids.length })
      return seesTexts(request) ? handed : searchMetadata(handed)
    },
  )
}
