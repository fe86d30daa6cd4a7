import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { conceptKey } from '../../core/concept-record.ts'
import { FeedbackAnswer, FeedbackAsk, Label } from '../../core/feedback.ts'
import { CONCEPT_NAME } from '../../core/own-concept.ts'
import { type About, aboutOf, feedback, withdrawFeedback } from '../../flow/feedback.ts'
import { listLabels } from '../../flow/labels.ts'
import { seesInsiders } from '../access.ts'
import type { RouteParts, Routes } from '../parts.ts'
import { audited } from '../plugins/audit.ts'
import { Cursor, Identifier, Limit, listOf } from '../shapes.ts'
import { ownerOf } from './concepts.ts'

const Query = {
  concept: Type.Optional(Type.String({ pattern: CONCEPT_NAME })),
  finding_id: Type.Optional(Identifier),
}

type Parts = Pick<RouteParts, 'engine' | 'clock' | 'redactor' | 'record' | 'concepts' | 'fitConcept'>

/** POST, GET and DELETE /v1/feedback: what analysts say of events and findings, and what is learnt of it. */
export const feedbackRoutes: Routes<keyof Parts> = async (app, parts: Parts) => {
  const analysts = { roles: ['analyst'] } as const
  const tags = ['search']
  const giver = (request: FastifyRequest) => ({ ...ownerOf(request, parts), insiders: seesInsiders(request) })
  const told = (about: About, search_id?: string) => ({
    event_ids: about.event === null ? [] : [about.event.event_id],
    asked: {
      ...(about.of === 'concept' ? { concept: about.key } : {}),
      ...(about.of === 'finding' ? { finding_id: about.finding_id } : {}),
      ...(search_id === undefined ? {} : { search_id }),
    },
  })

  app.post(
    '/v1/feedback',
    {
      config: { ...analysts, audit: 'feedback' },
      schema: {
        operationId: 'postFeedback',
        tags,
        summary: 'Says whether an event is one of a concept, or a finding was right; what was said before is replaced',
        description:
          'A small own concept is fitted anew at once, others by the job concepts. A built-in one is corrected for the events of the caller’s tenant, or, by a key of the house, for all.',
        body: FeedbackAsk,
        response: { 200: FeedbackAnswer },
      },
    },
    async (request) => {
      const owner = giver(request)
      const about = await aboutOf(parts, request.body, owner)
      const { asked, event_ids } = told(about, request.body.search_id)
      await audited(request, parts, { event_ids, asked: { ...asked, label: request.body.label } })
      return await feedback(parts, about, request.body, owner)
    },
  )

  app.get(
    '/v1/feedback',
    {
      config: { ...analysts, audit: null },
      schema: {
        operationId: 'listFeedback',
        tags,
        summary: 'Labels, newest first',
        querystring: Type.Object({ ...Query, limit: Limit, cursor: Cursor }, { additionalProperties: false }),
        response: { 200: listOf(Label) },
      },
    },
    async (request) => {
      const { concept, ...ask } = request.query
      const { tenant_id } = ownerOf(request, parts)
      const key = concept === undefined ? {} : { key: conceptKey(concept, tenant_id ?? null) }
      return await listLabels(parts, { ...ask, ...key, ...(tenant_id === undefined ? {} : { tenant_id }) })
    },
  )

  app.delete(
    '/v1/feedback',
    {
      config: { ...analysts, audit: 'feedback.withdraw' },
      schema: {
        operationId: 'deleteFeedback',
        tags,
        summary: 'Takes a label back',
        querystring: Type.Object(
          { ...Query, event_id: Type.Optional(Identifier), search_id: Type.Optional(Identifier) },
          { additionalProperties: false },
        ),
        response: { 204: Type.Null({ description: 'It is taken back.' }) },
      },
    },
    async (request, reply) => {
      const owner = giver(request)
      const about = await aboutOf(parts, request.query, owner)
      const { search_id } = request.query
      await audited(request, parts, told(about, search_id))
      await withdrawFeedback(parts, about, owner, search_id)
      return reply.code(204).send(null)
    },
  )
}
