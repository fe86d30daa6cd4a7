import Type from 'typebox'
import { TopicItem } from '../../core/topic.ts'
import { listTopics, relearnTopic } from '../../flow/topics/show.ts'
import { narrowed } from '../access.ts'
import type { Routes } from '../parts.ts'
import { audited } from '../plugins/audit.ts'
import { Identifier, listOf } from '../shapes.ts'

const OfTenant = Type.Object({ tenant_id: Type.Optional(Identifier) }, { additionalProperties: false })

/** /v1/topics: what services were learnt to be asked about, which the concept off-topic goes by. */
export const topicRoutes: Routes<'engine' | 'clock' | 'redactor' | 'record'> = async (app, parts) => {
  const tags = ['search']

  app.get(
    '/v1/topics',
    {
      config: { roles: ['analyst'], audit: null },
      schema: {
        operationId: 'listTopics',
        tags,
        summary: 'Services whose topic is known, and when it was learnt',
        querystring: OfTenant,
        response: { 200: listOf(TopicItem) },
      },
    },
    async (request) => {
      const items = await listTopics(parts.engine, narrowed(request, parts, request.query.tenant_id))
      return { items, next_cursor: null }
    },
  )

  app.post(
    '/v1/topics/:service/relearn',
    {
      config: { roles: [], audit: 'topic.relearn' },
      schema: {
        operationId: 'relearnTopic',
        tags,
        summary: 'Has a service learnt anew from what it is asked from now on; what stands answers until then',
        params: Type.Object({ service: Identifier }),
        querystring: OfTenant,
        response: { 200: TopicItem },
      },
    },
    async (request) => {
      const { service } = request.params
      const whose = narrowed(request, parts, request.query.tenant_id)
      await audited(request, parts, { asked: { service, ...whose } })
      return await relearnTopic(parts, { service, ...whose })
    },
  )
}
