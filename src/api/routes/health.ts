import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Metrics } from '../metrics.ts'
import type { RouteParts } from '../parts.ts'

const Ready = Type.Object({
  status: Type.String({ description: 'ready or not ready' }),
  store: Type.String({ description: 'ok, or what is not.' }),
  index: Type.String(),
  model: Type.String(),
  jobs: Type.String(),
  disk: Type.String({ description: 'ok, unknown, or "full in 9 days": a warning that does not make it unready.' }),
  filling: Type.Optional(
    Type.Array(Type.String(), { description: 'How far a model is whose vectors are made beside those that answer.' }),
  ),
})

type Parts = Pick<RouteParts, 'ready' | 'metricsOpen'> & { metrics: Metrics }

/** GET /healthz, /readyz, /metrics and /openapi.json: for whoever runs it. */
export const healthRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, { ready, metrics, metricsOpen }) => {
  app.get(
    '/healthz',
    {
      config: { roles: 'none' },
      schema: {
        operationId: 'getHealth',
        tags: ['operation'],
        summary: 'Whether the process answers',
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' as const }),
  )

  app.get(
    '/readyz',
    {
      config: { roles: 'none' },
      schema: {
        operationId: 'getReadiness',
        tags: ['operation'],
        summary: 'Whether it can take and answer what is asked, part by part',
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const { ok, ...parts } = await ready()
      return reply.code(ok ? 200 : 503).send({ status: ok ? 'ready' : 'not ready', ...parts })
    },
  )

  app.get(
    '/metrics',
    {
      config: { roles: metricsOpen ? 'none' : 'any', house: true, audit: null },
      schema: {
        operationId: 'getMetrics',
        tags: ['operation'],
        summary: 'Numbers for Prometheus',
        response: {
          200: { description: 'Text exposition format.', content: { 'text/plain': { schema: Type.String() } } },
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  )

  app.get(
    '/openapi.json',
    {
      config: { roles: 'none' },
      schema: {
        operationId: 'getOpenApi',
        tags: ['operation'],
        summary: 'This document',
        response: { 200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1' }) },
      },
    },
    async () => app.swagger() as Record<string, unknown>,
  )
}
