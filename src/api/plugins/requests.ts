import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'
import type { RouteParts } from '../parts.ts'

/** One line and one observation per answer: the route's pattern, never its path, query, key or body. */
export function requests(app: FastifyInstance, { log, metrics }: Pick<RouteParts, 'log'> & { metrics: Metrics }): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? null : (request.routeOptions.url ?? null)
    const ms = Math.round(reply.elapsedTime)
    metrics.answered(request.method, route ?? 'none', reply.statusCode, ms / 1000)
    log.info(
      {
        request_id: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms,
        key_id: request.caller?.key_id ?? null,
      },
      'answered',
    )
  })
}
