import type { FastifyRequest } from 'fastify'
import type { Role } from '../core/key.ts'
import { Problem } from '../core/problem.ts'
import type { RouteParts } from './parts.ts'

/** Who may call a route: the roles named (and `admin`), any key, or anybody. */
export type Access = readonly Role[] | 'any' | 'none'

export interface Caller {
  key_id: string
  role: Role
  /** The only tenant that the caller sees; null for all. */
  tenant_id: string | null
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Required of every route; one without it does not start. */
    roles?: Access
  }
  interface FastifyRequest {
    caller: Caller | null
  }
}

/** The caller of a route that asks for a key. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('a route without a key asked who calls it')
  return request.caller
}

/**
 * The tenant that an answer must be narrowed to, as it is stored: the caller's own, else the one asked for, else all
 * (undefined). Throws FORBIDDEN where a caller asks for a tenant that is not his.
 */
export function tenantOf(
  request: FastifyRequest,
  { redactor }: Pick<RouteParts, 'redactor'>,
  asked?: string,
): string | undefined {
  const own = callerOf(request).tenant_id
  const stored = (tenant: string) => redactor.identifier('tenant_id', tenant)
  if (own === null) return asked === undefined ? undefined : stored(asked)
  if (asked !== undefined && stored(asked) !== stored(own))
    throw new Problem('FORBIDDEN', 'this key belongs to another tenant')
  return stored(own)
}

/** What a verb is asked to narrow its answer to. */
export function narrowed(request: FastifyRequest, parts: Pick<RouteParts, 'redactor'>, asked?: string) {
  const tenant_id = tenantOf(request, parts, asked)
  return tenant_id === undefined ? {} : { tenant_id }
}
