import Type from 'typebox'
import { Hold } from '../../core/hold.ts'
import { addHold, listHolds, releaseHold } from '../../flow/holds.ts'
import type { Routes } from '../parts.ts'
import { acting } from '../plugins/audit.ts'
import { Identifier, listOf, Reason, Subject } from '../shapes.ts'

/** GET and POST /v1/holds, DELETE /v1/holds/:hold_id: what is neither erased nor deleted until somebody releases it. */
export const holdRoutes: Routes<'engine' | 'clock' | 'redactor' | 'subjectKey' | 'newId'> = async (app, parts) => {
  const tags = ['keeping']
  const admins = { roles: ['admin'], house: true } as const

  app.get(
    '/v1/holds',
    {
      config: { roles: ['auditor'], house: true, audit: null },
      schema: {
        operationId: 'listHolds',
        tags,
        summary: 'Legal holds, newest first; those that were released too',
        response: { 200: listOf(Hold) },
      },
    },
    async () => ({ items: await listHolds(parts), next_cursor: null }),
  )

  app.post(
    '/v1/holds',
    {
      config: { ...admins, audit: 'hold.add' },
      schema: {
        operationId: 'addHold',
        tags,
        summary: 'Holds what is selected, of today and of later',
        body: Type.Object({ ...Subject, reason: Reason }, { additionalProperties: false }),
        response: { 201: Hold },
      },
    },
    async (request, reply) => {
      const { reason = '', ...subject } = request.body
      return reply.code(201).send(await addHold(parts, { subject, actor: acting(request), reason }))
    },
  )

  app.delete(
    '/v1/holds/:hold_id',
    {
      config: { ...admins, audit: 'hold.release' },
      schema: {
        operationId: 'releaseHold',
        tags,
        summary: 'Releases a hold; one that was released stays as it was',
        params: Type.Object({ hold_id: Identifier }),
        querystring: Type.Object({ reason: Reason }, { additionalProperties: false }),
        response: { 200: Hold },
      },
    },
    async (request) => {
      const { hold_id } = request.params
      const { reason } = request.query
      return await releaseHold(parts, { hold_id, actor: acting(request), ...(reason === undefined ? {} : { reason }) })
    },
  )
}
