import Type from 'typebox'
import { oneOf } from '../../core/one-of.ts'
import { siemFeed } from '../../flow/findings.ts'
import { narrowed } from '../access.ts'
import type { Routes } from '../parts.ts'
import { Cursor } from '../shapes.ts'

/** Header with the cursor that goes on after an answer, also after an empty one. */
const CURSOR = 'undercurrent-cursor'

const Ask = Type.Object(
  {
    format: Type.Optional(oneOf(['ocsf', 'ecs', 'cef', 'leef', 'native'], { description: 'ocsf by default.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'Records; 1,000 by default.' })),
    cursor: Cursor,
    tenant_id: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  },
  { additionalProperties: false },
)

const Lines = { schema: Type.String({ description: 'One record to a line.' }) }

/** GET /v1/siem/findings: every finding and change of one, in order, for a SIEM to pull. */
export const siemRoutes: Routes<'engine' | 'redactor' | 'cursorKey'> = async (app, parts) => {
  app.get(
    '/v1/siem/findings',
    {
      config: { roles: ['siem'], audit: null },
      schema: {
        operationId: 'pullFindings',
        tags: ['out'],
        summary: 'Findings and their changes as a resumable feed',
        querystring: Ask,
        response: {
          200: {
            description: 'Records, oldest first. The header Undercurrent-Cursor resumes after them.',
            headers: Type.Object({ 'Undercurrent-Cursor': Type.String() }),
            content: { 'application/x-ndjson': Lines, 'text/plain': Lines },
          },
        },
      },
    },
    async (request, reply) => {
      const feed = await siemFeed(parts, { ...request.query, ...narrowed(request, parts, request.query.tenant_id) })
      return reply.header(CURSOR, feed.cursor).type(feed.mediaType).send(feed.body)
    },
  )
}
