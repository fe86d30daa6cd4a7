import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { AffectedAnswer } from '../../core/affected.ts'
import { LogEvent } from '../../core/event.ts'
import { EventAnswer } from '../../core/event-answer.ts'
import { Problem } from '../../core/problem.ts'
import { affectedBy } from '../../flow/affected.ts'
import { eventOf } from '../../flow/events.ts'
import { eventMetadata } from '../../flow/metadata.ts'
import { callerOf, seesTexts, tenantOf } from '../access.ts'
import { type Budget, readBody } from '../body.ts'
import type { Metrics } from '../metrics.ts'
import type { RouteParts } from '../parts.ts'
import { audited } from '../plugins/audit.ts'

const TYPES = { json: ['application/json'], ndjson: ['application/x-ndjson', 'application/ndjson'] }

const EventIn = Type.Object(
  { ...LogEvent.properties, event_id: Type.Optional(LogEvent.properties.event_id) },
  { additionalProperties: true, description: 'One event; fields that are not named here are kept under attributes.' },
)

const Ingested = Type.Object(
  {
    accepted: Type.Integer({ minimum: 0 }),
    duplicates: Type.Integer({ minimum: 0, description: 'Events whose event_id was there already.' }),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer({ minimum: 0, description: 'Position in the array, or line, from 0.' }),
        path: Type.String({ description: 'JSON Pointer within that event; empty for the whole.' }),
        message: Type.String(),
      }),
    ),
  },
  { description: 'The accepted events are redacted and durable.' },
)

type Parts = Pick<RouteParts, 'ingest' | 'bodyLimitBytes'> & { budget: Budget; metrics: Metrics }

/** POST /v1/events: an event, an array of them, or one to a line. The body goes to the writer unread. */
export const eventsIn: FastifyPluginAsyncTypebox<Parts> = async (app, { ingest, budget, metrics, bodyLimitBytes }) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser([...TYPES.json, ...TYPES.ndjson], (_request, payload, done) => done(null, payload))

  app.post(
    '/v1/events',
    {
      config: { roles: ['ingest'], audit: null },
      schema: {
        operationId: 'postEvents',
        tags: ['events'],
        summary: 'Takes in one event, an array, or NDJSON; gzip or not',
        description:
          'A body that can be read is always answered 202, also where no event of it was accepted. A tenant-bound key stamps its tenant.',
        consumes: [...TYPES.json, TYPES.ndjson[0]!],
        body: Type.Union([EventIn, Type.Array(EventIn)]),
        response: { 202: Ingested },
      },
      // the writer checks each event by itself
      validatorCompiler: () => () => true,
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const body = await readBody(request.raw, bodyLimitBytes, budget)
      try {
        if (body.bytes.length === 0) throw new Problem('BAD_REQUEST', 'the body is empty; send at least one event')
        const as = { tenant_id: caller.tenant_id, key_id: caller.key_id }
        const answer = await ingest(body.bytes, kindOf(request.headers['content-type']), as)
        metrics.ingested(answer)
        const { accepted, duplicates, rejected } = answer
        return reply.code(202).send({ accepted, duplicates, rejected })
      } finally {
        body.release()
      }
    },
  )
}

/** GET /v1/events/:event_id: an event as it is stored, and what is known about it. */
export const eventOut: FastifyPluginAsyncTypebox<
  Pick<RouteParts, 'engine' | 'redactor' | 'record' | 'concepts'>
> = async (app, parts) => {
  app.get(
    '/v1/events/:event_id',
    {
      config: { roles: ['analyst'], audit: 'event.read' },
      schema: {
        operationId: 'getEvent',
        tags: ['events'],
        summary: 'One event as stored (redacted), with its concepts, scores and neighbours',
        description: 'A key that sees no texts gets ids, numbers, labels and concepts.',
        params: Type.Object({ event_id: Type.String({ minLength: 1, maxLength: 512 }) }),
        response: { 200: EventAnswer },
      },
    },
    async (request) => {
      const event = await eventOf(parts, request.params.event_id, tenantOf(request, parts))
      await audited(request, parts, { event_ids: [event.event_id], rows: 1 })
      return seesTexts(request) ? event : eventMetadata(event)
    },
  )
}

function kindOf(contentType = ''): 'json' | 'ndjson' {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase()
  return TYPES.ndjson.includes(type) ? 'ndjson' : 'json'
}

/** GET /v1/events/:event_id/affected: whom something reached that stands in an event. */
export const eventAffected: FastifyPluginAsyncTypebox<Pick<RouteParts, 'engine' | 'redactor' | 'record'>> = async (
  app,
  parts,
) => {
  app.get(
    '/v1/events/:event_id/affected',
    {
      config: { roles: ['analyst'], audit: 'event.read' },
      schema: {
        operationId: 'getAffected',
        tags: ['events'],
        summary: 'Users, sessions and answers that share a document, tool result, template or near-identical prompt',
        params: Type.Object({ event_id: Type.String({ minLength: 1, maxLength: 512 }) }),
        response: { 200: AffectedAnswer },
      },
    },
    async (request) => {
      const answer = await affectedBy(parts, request.params.event_id, tenantOf(request, parts))
      await audited(request, parts, {
        event_ids: [answer.event_id],
        rows: answer.total.events,
        asked: { affected: true },
      })
      return answer
    },
  )
}
