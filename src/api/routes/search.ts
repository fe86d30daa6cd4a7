import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { SearchAnswer, SearchAsk, SearchQuery } from '../../core/search.ts'
import { searchAsked } from '../../flow/audit.ts'
import { checkMetadataAsk, searchMetadata } from '../../flow/metadata.ts'
import { tellableAnswer } from '../../flow/search/interpretation.ts'
import { remembered } from '../../flow/searches/remember.ts'
import { narrowed, seesTexts, tenantOf } from '../access.ts'
import type { Metrics } from '../metrics.ts'
import type { RouteParts } from '../parts.ts'
import { audited } from '../plugins/audit.ts'

type Parts = Pick<RouteParts, 'search' | 'engine' | 'clock' | 'newId' | 'redactor' | 'record'> & {
  metrics: Metrics
}

/** GET and POST /v1/search: events by meaning, by word, or both; a set is kept, so that it can be labelled. */
export const searchRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, parts) => {
  const config = { roles: ['analyst'], audit: 'search' } as const
  async function answer(request: FastifyRequest, ask: SearchAsk): Promise<SearchAnswer> {
    const own = { ...ask, ...narrowed(request, parts, ask.tenant_id) }
    const texts = seesTexts(request)
    if (!texts) checkMetadataAsk(own)
    const bound = tenantOf(request, parts)
    const found = await parts.search(own, bound)
    parts.metrics.searched(found)
    await audited(request, parts, {
      asked: searchAsked(parts.redactor, own, found.interpreted_as),
      event_ids: found.items.map(({ event_id }) => event_id),
      rows: found.items.length,
    })
    const kept = await remembered(parts, found, own, bound ?? null)
    const told = tellableAnswer(kept, own, parts.redactor.text)
    return texts ? told : searchMetadata(told)
  }
  const shared = { tags: ['search'], response: { 200: SearchAnswer } }

  app.get(
    '/v1/search',
    {
      config,
      schema: {
        ...shared,
        operationId: 'search',
        summary: 'Events whose meaning or words fit the question, best first',
        querystring: SearchQuery,
      },
    },
    async (request) => await answer(request, request.query),
  )

  app.post(
    '/v1/search',
    {
      config,
      schema: {
        ...shared,
        operationId: 'searchByBody',
        summary: 'The same asked by a body, also by concept and by example',
        body: SearchAsk,
      },
    },
    async (request) => await answer(request, request.body),
  )
}
