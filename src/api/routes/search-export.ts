import Type from 'typebox'
import { oneOf } from '../../core/one-of.ts'
import { EXPORT_FORMATS, SearchAsk } from '../../core/search.ts'
import { searchAsked } from '../../flow/audit.ts'
import { checkMetadataAsk, searchMetadata } from '../../flow/metadata.ts'
import { searchExport } from '../../flow/search/export.ts'
import { narrowed, seesTexts, tenantOf } from '../access.ts'
import type { Routes } from '../parts.ts'
import { audited } from '../plugins/audit.ts'

const { cursor: _, ...asked } = SearchAsk.properties
const TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' } as const

/** POST /v1/search/export: the whole of an answer as a file. */
export const searchExportRoutes: Routes<'search' | 'redactor' | 'record'> = async (app, parts) => {
  app.post(
    '/v1/search/export',
    {
      config: { roles: ['analyst'], audit: 'search.export' },
      schema: {
        operationId: 'exportSearch',
        tags: ['search'],
        summary: 'Everything that a search finds, as NDJSON or CSV',
        description:
          'Every event of a set (scope all, or filters alone), else the best k (1,000 by default). Each piece is in the access audit before it leaves. The headers undercurrent-total and undercurrent-complete say what the answer would.',
        body: Type.Object(
          { ...asked, format: Type.Optional(oneOf(EXPORT_FORMATS, { description: 'ndjson (default) or csv.' })) },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description: 'Rows with the fields of search items.',
            content: {
              'application/x-ndjson': { schema: Type.String() },
              'text/csv': { schema: Type.String() },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { format = 'ndjson', ...ask } = request.body
      const own: SearchAsk = { ...ask, ...narrowed(request, parts, ask.tenant_id) }
      const texts = seesTexts(request)
      if (!texts) checkMetadataAsk(own)
      const { first, body } = await searchExport(
        {
          search: (piece) => parts.search(piece, tenantOf(request, parts)),
          told: async (page) => {
            const event_ids = page.items.map((item) => item.event_id)
            await audited(request, parts, {
              asked: { ...searchAsked(parts.redactor, own, page.interpreted_as), format },
              event_ids,
              rows: event_ids.length,
            })
            return texts ? page : searchMetadata(page)
          },
        },
        own,
        format,
      )
      if (first.total !== undefined) reply.header('undercurrent-total', first.total)
      return (
        reply
          .header('undercurrent-complete', String(first.complete))
          .header('content-disposition', `attachment; filename="search.${format}"`)
          .type(TYPES[format])
          // the schema tells what the stream holds
          .send(body as unknown as string)
      )
    },
  )
}
