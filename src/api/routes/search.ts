import { SearchAnswer, SearchAsk, SearchQuery } from '../../core/search.ts'
import { narrowed } from '../access.ts'
import type { Routes } from '../parts.ts'

/** GET and POST /v1/search: events by meaning, by word, or both. */
export const searchRoutes: Routes<'search' | 'redactor'> = async (app, parts) => {
  const config = { roles: ['analyst'] } as const
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
    async (request) => await parts.search({ ...request.query, ...narrowed(request, parts, request.query.tenant_id) }),
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
    async (request) => await parts.search({ ...request.body, ...narrowed(request, parts, request.body.tenant_id) }),
  )
}
