import Type from 'typebox'
import { AUDIT_ACTIONS, AuditEntry } from '../../core/audit.ts'
import { oneOf } from '../../core/one-of.ts'
import { audits } from '../../flow/audit.ts'
import { callerOf } from '../access.ts'
import type { Routes } from '../parts.ts'
import { Cursor, Identifier, Limit, listOf, When } from '../shapes.ts'

const Ask = Type.Object(
  {
    since: When('At or after'),
    until: When('Before'),
    by: Type.Optional(Identifier),
    action: Type.Optional(oneOf(AUDIT_ACTIONS)),
    limit: Limit,
    cursor: Cursor,
  },
  { additionalProperties: false },
)

/** GET /v1/audit: who read, searched, exported or changed what, and when. */
export const auditRoutes: Routes<'engine' | 'clock'> = async (app, parts) => {
  app.get(
    '/v1/audit',
    {
      config: { roles: ['auditor'], audit: null },
      schema: {
        operationId: 'listAudit',
        tags: ['ledger'],
        summary: 'Who read, searched, exported or changed what, newest first',
        description:
          'Each item is an entry of the ledger. A tenant-bound key sees what was done by keys of its tenant.',
        querystring: Ask,
        response: { 200: listOf(AuditEntry) },
      },
    },
    async (request) => {
      const { tenant_id } = callerOf(request)
      return await audits(parts, { ...request.query, ...(tenant_id === null ? {} : { tenant_id }) })
    },
  )
}
