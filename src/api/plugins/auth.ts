import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Key } from '../../core/key.ts'
import { Problem } from '../../core/problem.ts'
import type { TokenHolder } from '../../core/token.ts'
import { type Micros, SECOND } from '../../core/window.ts'
import { authenticate, hashOf, isLive, type KeyParts, keyIdOf } from '../../flow/keys.ts'
import { admit, allows, type Caller } from '../access.ts'
import { createFailures } from '../failures.ts'
import type { RouteParts } from '../parts.ts'
import { addressOf, createLockout } from './lockout.ts'

/** How long a key is taken at its word before the store is asked again: the longest that a revoked key lives on. */
const TRUST: Micros = 2 * SECOND
/** Keys remembered at once. */
const TRUSTED_MAX = 1_000

/** What tells a key from a token, and the longest that is looked up. */
const KEY_PREFIX = 'uc_'
const KEY_LENGTH = 256

type Parts = Pick<RouteParts, 'engine' | 'clock' | 'log' | 'ingest' | 'tokens' | 'redactor'>

/**
 * Nobody in without a key or token that fits the route. Deny by default: a route that does not say who may call it stops the
 * start. A good key is let in whatever its neighbours behind the same address do; 256 bits are not guessed.
 */
export function auth(app: FastifyInstance, parts: Parts): void {
  const keyring = createKeyring(parts)
  const lockout = createLockout(parts.clock)
  const tell = createFailures(parts)

  app.decorateRequest('caller', null)

  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.roles === undefined) throw new Error(`${method} ${url} does not say who may call it`)
  })

  app.addHook('onRequest', async (request, reply) => {
    // a request that no route takes: not found, for everybody
    const access = request.is404 ? 'none' : request.routeOptions.config.roles
    if (access === 'none') return
    const text = bearerOf(request)
    const caller = text === null ? null : await callerBy(text, request)
    if (caller === null) {
      if (text !== null) {
        const { waitS, told } = lockout.failed(addressOf(request.ip))
        if (told) tell(request.ip, keyIdOf(text))
        if (waitS > 0)
          throw new Problem('TOO_MANY_REQUESTS', 'too many bad keys from this address; wait, then use a good one', {
            retryAfterS: waitS,
          })
      }
      reply.header('www-authenticate', text === null ? 'Bearer' : 'Bearer error="invalid_token"')
      throw new Problem(
        'UNAUTHENTICATED',
        text === null
          ? 'send a key as "Authorization: Bearer uc_…"; `undercurrent keys create` makes one'
          : 'this key or token is unknown, mistyped, expired, revoked or not for this service',
      )
    }
    admit(request, caller)
    request.caller = caller
  })

  async function callerBy(text: string, request: FastifyRequest): Promise<Caller | null> {
    if (parts.tokens !== null && !text.startsWith(KEY_PREFIX)) {
      const holder = await parts.tokens(text)
      return holder === null ? null : holderAsked(request, holder, parts.redactor)
    }
    const key = text.length > KEY_LENGTH ? null : await keyring.find(text)
    if (key === null) return null
    const { id, role, tenant_id, read } = key
    return { key_id: id, role, tenant_id, read, admin: role === 'admin' }
  }
}

/** Of the roles of a token, the first that opens the route. Throws FORBIDDEN where none does. */
function holderAsked(request: FastifyRequest, holder: TokenHolder, redactor: Parts['redactor']): Caller {
  const { roles } = request.routeOptions.config
  const { subject, tenant_id } = holder
  const found = holder.roles.find(({ role }) => allows(roles, role))
  const admin = holder.roles.some(({ role }) => role === 'admin')
  const key_id = `sub:${redactor.identifier('user_id', subject)}`
  if (found !== undefined) return { key_id, tenant_id, ...found, admin }
  throw new Problem(
    'FORBIDDEN',
    holder.withoutMfa.some((role) => allows(roles, role))
      ? 'this asks for an authentication by more than one factor, which the token does not tell of'
      : 'no role of this token may do this',
  )
}

function bearerOf(request: FastifyRequest): string | null {
  const header = request.headers.authorization
  if (header === undefined) return null
  return /^Bearer +(\S{1,8192})$/i.exec(header)?.[1] ?? ''
}

/** Keys by their text; a key once found is remembered by its hash for a moment. */
function createKeyring(parts: KeyParts & Pick<RouteParts, 'log'>) {
  const trusted = new Map<string, { key: Key; until: Micros }>()
  return {
    async find(text: string): Promise<Key | null> {
      const hash = hashOf(text)
      const now = parts.clock.now()
      const known = trusted.get(hash)
      // neither for longer where the clock goes back
      const fresh = known !== undefined && now < known.until && now >= known.until - TRUST
      if (fresh && isLive(known.key, now)) return known.key
      trusted.delete(hash)
      const key = await authenticate(parts, text)
      if (key === null) return null
      trusted.set(hash, { key, until: now + TRUST })
      if (trusted.size > TRUSTED_MAX) trusted.delete(trusted.keys().next().value!)
      return key
    },
  }
}
