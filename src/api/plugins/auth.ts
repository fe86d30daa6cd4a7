import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Key } from '../../core/key.ts'
import type { Clock } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { MINUTE, type Micros, SECOND } from '../../core/window.ts'
import { authenticate, hashOf, isLive, type KeyParts } from '../../flow/keys.ts'
import { admit } from '../access.ts'
import type { RouteParts } from '../parts.ts'

/** How long a key is taken at its word before the store is asked again: the longest that a revoked key lives on. */
const TRUST: Micros = 2 * SECOND
/** Keys remembered at once. */
const TRUSTED_MAX = 1_000
/** Bad keys that one address may try in a minute before it is told to wait. */
const ATTEMPTS = 20
/** Addresses watched at once; the one unseen for longest is forgotten first. */
const ADDRESSES_MAX = 10_000

/**
 * Nobody in without a key that fits the route. Deny by default: a route that does not say who may call it stops the
 * start. A good key is let in whatever its neighbours behind the same address do; 256 bits are not guessed.
 */
export function auth(app: FastifyInstance, parts: Pick<RouteParts, 'engine' | 'clock' | 'log'>): void {
  const keyring = createKeyring(parts)
  const attempts = createAttempts(parts.clock)

  app.decorateRequest('caller', null)

  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.roles === undefined) throw new Error(`${method} ${url} does not say who may call it`)
  })

  app.addHook('onRequest', async (request, reply) => {
    // a request that no route takes: not found, for everybody
    const access = request.is404 ? 'none' : request.routeOptions.config.roles
    if (access === 'none') return
    const text = bearerOf(request)
    const key = text === null ? null : await keyring.find(text)
    if (key === null) {
      const waitS = text === null ? 0 : attempts.failed(addressOf(request.ip))
      if (waitS > 0)
        throw new Problem('TOO_MANY_REQUESTS', 'too many bad keys from this address; wait, then use a good one', {
          retryAfterS: waitS,
        })
      reply.header('www-authenticate', text === null ? 'Bearer' : 'Bearer error="invalid_token"')
      throw new Problem(
        'UNAUTHENTICATED',
        text === null
          ? 'send a key as "Authorization: Bearer uc_…"; `undercurrent keys create` makes one'
          : 'this key is unknown, mistyped, expired or revoked',
      )
    }
    admit(request, key)
    request.caller = { key_id: key.id, role: key.role, tenant_id: key.tenant_id, read: key.read }
  })
}

function bearerOf(request: FastifyRequest): string | null {
  const header = request.headers.authorization
  if (header === undefined) return null
  return /^Bearer +(\S{1,256})$/i.exec(header)?.[1] ?? ''
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

/** Bad keys by address, in minutes that begin with the first one. */
export function createAttempts(clock: Clock) {
  const seen = new Map<string, { n: number; until: Micros }>()
  return {
    /** Counts one more; returns the seconds to wait, 0 while there are tries left. */
    failed(address: string): number {
      const now = clock.now()
      const before = seen.get(address)
      const entry = before !== undefined && now < before.until ? before : { n: 0, until: now + MINUTE }
      entry.n++
      // moved to the end, so that the first is the one unseen for longest
      seen.delete(address)
      seen.set(address, entry)
      if (seen.size > ADDRESSES_MAX) seen.delete(seen.keys().next().value!)
      return entry.n > ATTEMPTS ? Math.ceil((entry.until - now) / SECOND) : 0
    },
  }
}

/** An IPv6 sender has at least 64 bits of addresses to itself. */
export function addressOf(ip: string): string {
  return ip.includes(':') && !ip.includes('.') ? ip.split(':').slice(0, 4).join(':') : ip
}
