import Type from 'typebox'
import { FINDING_STATUSES, Finding } from '../../core/finding.ts'
import { oneOf } from '../../core/one-of.ts'
import { ENTITY_TYPES, SEVERITIES } from '../../core/score.ts'
import { findingOf, findings, NOTE_LENGTH, patchFinding } from '../../flow/findings.ts'
import { seen } from '../access.ts'
import type { Routes } from '../parts.ts'
import { audited } from '../plugins/audit.ts'
import { Cursor, Identifier, Limit, listOf, When } from '../shapes.ts'

const Ask = Type.Object(
  {
    since: When('Last seen at or after'),
    until: When('Last seen before'),
    severity: Type.Optional(oneOf(SEVERITIES)),
    detector: Type.Optional(Identifier),
    monitor: Type.Optional(Identifier),
    status: Type.Optional(oneOf(FINDING_STATUSES)),
    entity_type: Type.Optional(oneOf(ENTITY_TYPES)),
    entity_id: Type.Optional(Identifier),
    tenant_id: Type.Optional(Identifier),
    limit: Limit,
    cursor: Cursor,
  },
  { additionalProperties: false },
)

const Patch = Type.Object(
  {
    status: Type.Optional(oneOf(FINDING_STATUSES)),
    note: Type.Optional(Type.Union([Type.String({ maxLength: NOTE_LENGTH }), Type.Null()])),
  },
  { additionalProperties: false },
)

const Params = Type.Object({ id: Identifier })

/** GET /v1/findings, GET and PATCH /v1/findings/:id: what was noticed, and what became of it. */
export const findingRoutes: Routes<'engine' | 'clock' | 'redactor' | 'record'> = async (app, parts) => {
  const readers = { roles: ['analyst', 'siem'], audit: null } as const
  const tags = ['risk']

  app.get(
    '/v1/findings',
    {
      config: readers,
      schema: {
        operationId: 'listFindings',
        tags,
        summary: 'Findings, newest first',
        querystring: Ask,
        response: { 200: listOf(Finding) },
      },
    },
    async (request) => {
      return await findings(parts, { ...request.query, ...seen(request, parts, request.query.tenant_id) })
    },
  )

  app.get(
    '/v1/findings/:id',
    {
      config: readers,
      schema: {
        operationId: 'getFinding',
        tags,
        summary: 'One finding',
        params: Params,
        response: { 200: Finding },
      },
    },
    async (request) => await findingOf(parts, request.params.id, seen(request, parts)),
  )

  app.patch(
    '/v1/findings/:id',
    {
      config: { roles: ['analyst'], audit: 'finding.change' },
      schema: {
        operationId: 'patchFinding',
        tags,
        summary: 'Changes the status or the note of a finding',
        params: Params,
        body: Patch,
        response: { 200: Finding },
      },
    },
    async (request) => {
      const { id } = request.params
      const { status, note } = request.body
      // told of once it is there to be changed, and before it is
      const { finding_id } = await findingOf(parts, id, seen(request, parts))
      const asked = { finding_id, ...(status && { status }), ...(note !== undefined && { note: true }) }
      await audited(request, parts, { asked })
      return await patchFinding(parts, id, request.body, seen(request, parts))
    },
  )
}
