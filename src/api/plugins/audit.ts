import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor, AuditAction, Deed } from '../../core/audit.ts'
import { callerOf } from '../access.ts'
import type { RouteParts } from '../parts.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the audit tells of a call; null where it shows no text and changes nothing. Required of every route that asks for a key. */
    audit?: AuditAction | null
  }
  interface FastifyRequest {
    /** The audit tells of this call. */
    audited: boolean
  }
}

/**
 * Nothing leaves a route that the audit is to tell of before it does: an answer that was not written down is a bug, and
 * is not sent. Denied by default: a route that does not say whether it is audited stops the start.
 */
export function audit(app: FastifyInstance): void {
  app.decorateRequest('audited', false)

  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.roles !== 'none' && config?.audit === undefined)
      throw new Error(`${method} ${url} does not say what the audit tells of it`)
  })

  app.addHook('onSend', async (request, reply) => {
    const { audit: action = null } = request.routeOptions.config
    if (action !== null && !request.audited && reply.statusCode < 400)
      throw new Error(`${request.routeOptions.url} would answer without an entry in the audit`)
  })
}

/**
 * Writes down what the caller does. A route calls it before its answer leaves, and before it changes anything.
 * Throws Problem where it cannot be written; then nothing is to be shown or done.
 */
export async function audited(
  request: FastifyRequest,
  { record }: Pick<RouteParts, 'record'>,
  about: Omit<Deed, 'action'>,
): Promise<void> {
  const { audit: action } = request.routeOptions.config
  if (action == null) throw new Error(`${request.routeOptions.url} is audited without saying so`)
  await record(actorOf(request), { action, ...about })
  request.audited = true
}

/** Who calls, for a verb that writes down by itself what it does, before it does it. */
export function acting(request: FastifyRequest): Actor {
  request.audited = true
  return actorOf(request)
}

function actorOf(request: FastifyRequest): Actor {
  const { key_id: by, role, tenant_id } = callerOf(request)
  return { by, role, tenant_id, from: request.ip }
}
