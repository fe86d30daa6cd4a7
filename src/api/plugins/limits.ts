import type { FastifyInstance } from 'fastify'
import { Problem } from '../../core/problem.ts'

/** Requests at work at once, besides those for health; what comes beyond would only wait, and all of them with it. */
const AT_WORK = 256
/** Connections held at once. */
const CONNECTIONS = 2_048

/** Under overload some are told to wait, so that the others are served. Event bodies have a bound of their own, in bytes. */
export function limits(app: FastifyInstance): void {
  let atWork = 0
  app.server.maxConnections = CONNECTIONS
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.roles === 'none') return
    if (atWork >= AT_WORK)
      throw new Problem('TOO_MANY_REQUESTS', 'too much is being asked at once; ask again later', { retryAfterS: 1 })
    atWork++
    // close comes once whatever happens, also where the sender goes away
    reply.raw.once('close', () => atWork--)
  })
}
