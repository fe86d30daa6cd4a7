import type { FastifyRequest } from 'fastify'
import type { Read, Role } from '../core/key.ts'
import { Problem } from '../core/problem.ts'
import type { RouteParts } from './parts.ts'

/**
 * Who may do what is decided here: by role for a route, by tenant for what it answers, by reading for the texts in it,
 * and for what is noticed about analysts.
 * Denied is what nothing allows.
 */

/** Who may call a route: the roles named (and `admin`), any key, or anybody. */
export type Access = readonly Role[] | 'any' | 'none'

export interface Caller {
  key_id: string
  role: Role
  /** The only tenant that the caller sees; null for all. */
  tenant_id: string | null
  /** Whether the caller sees texts of events, or their metadata alone. */
  read: Read
  /** Whether the caller is an admin, also where a lower role of a token opened the route. */
  admin: boolean
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Required of every route; one without it does not start. */
    roles?: Access
    /** Tells of all tenants together, so that nobody who is bound to one may call it. */
    house?: boolean
  }
  interface FastifyRequest {
    caller: Caller | null
  }
}

/** Whether a role may call a route. */
export function allows(access: Access | undefined, role: Role): boolean {
  if (access === undefined || access === 'none') return false
  return access === 'any' || role === 'admin' || access.includes(role)
}

/** Throws FORBIDDEN where the route that is asked for is not open to this caller. */
export function admit(request: FastifyRequest, caller: Pick<Caller, 'role' | 'tenant_id'>): void {
  const { roles, house } = request.routeOptions.config
  if (!allows(roles, caller.role)) throw new Problem('FORBIDDEN', `the role ${caller.role} may not do this`)
  if (house === true && caller.tenant_id !== null)
    throw new Problem('FORBIDDEN', 'this is about all tenants together, and you are bound to one')
}

/** The caller of a route that asks for a key. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('a route without a key asked who calls it')
  return request.caller
}

/** Whether the caller may see the texts of events. */
export function seesTexts(request: FastifyRequest): boolean {
  return callerOf(request).read === 'text'
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

/**
 * Whether what is noticed about analysts is among the answers: for admins alone, of their tenant as everything else is. An
 * admin sees what is noticed about himself, too; his changes of it are in the audit.
 */
export function seesInsiders(request: FastifyRequest): boolean {
  return callerOf(request).admin
}

/** What findings and scores are narrowed to. */
export function seen(request: FastifyRequest, parts: Pick<RouteParts, 'redactor'>, asked?: string) {
  return { ...narrowed(request, parts, asked), insiders: seesInsiders(request) }
}

/** What a verb is asked to narrow its answer to. */
export function narrowed(request: FastifyRequest, parts: Pick<RouteParts, 'redactor'>, asked?: string) {
  const tenant_id = tenantOf(request, parts, asked)
  return tenant_id === undefined ? {} : { tenant_id }
}
