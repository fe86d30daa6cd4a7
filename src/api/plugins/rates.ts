import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { MINUTE, SECOND } from '../../core/window.ts'
import type { RouteParts } from '../parts.ts'
import { addressOf } from './lockout.ts'

/** Keys and addresses counted at once; the one unseen for longest is forgotten first. */
const COUNTED_MAX = 10_000

/**
 * Requests a minute of one address, and of one key wherever it is used from. Two hooks: the address before the key is looked
 * at, the key after. Health is never counted.
 */
export function rates(
  app: FastifyInstance,
  { clock, rateLimit }: Pick<RouteParts, 'clock' | 'rateLimit'>,
  of: 'address' | 'key',
): void {
  if (rateLimit === 0) return
  const taken = createRates(clock, rateLimit)
  const nameOf = (request: FastifyRequest) => (of === 'address' ? addressOf(request.ip) : request.caller?.key_id)
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.roles === 'none') return
    const name = nameOf(request)
    const waitS = name === undefined ? 0 : taken(name)
    if (waitS > 0)
      throw new Problem('TOO_MANY_REQUESTS', `more than ${rateLimit} requests a minute came from this ${of}`, {
        retryAfterS: waitS,
      })
  })
}

/**
 * A bucket for each name that holds a minute's requests and fills at their rate.
 * Takes one out; returns the seconds until there is one, 0 where there was.
 */
export function createRates(clock: Clock, perMinute: number): (name: string) => number {
  const buckets = new Map<string, { left: number; at: number }>()
  return (name) => {
    const now = clock.now()
    const { left, at } = buckets.get(name) ?? { left: perMinute, at: now }
    const filled = Math.min(perMinute, left + (Math.max(0, now - at) / MINUTE) * perMinute)
    const taken = filled >= 1
    buckets.delete(name)
    buckets.set(name, { left: taken ? filled - 1 : filled, at: now })
    if (buckets.size > COUNTED_MAX) buckets.delete(buckets.keys().next().value!)
    return taken ? 0 : Math.ceil(((1 - filled) * MINUTE) / perMinute / SECOND)
  }
}
