import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../core/ports.ts'
import { MINUTE, type Micros, SECOND } from '../core/window.ts'

/** Keys are asked for again after this long; an issuer that withdrew one is believed by then. */
const MAX_AGE: Micros = 10 * MINUTE
/** Not more often than this for a key that is not among them: anybody can send a token that names one. */
const COOLDOWN: Micros = 30 * SECOND
/** And not more often than this where the issuer does not answer. */
const PAUSE: Micros = 5 * SECOND

/**
 * The keys of an issuer, read at the first token and kept for ten minutes; a token that names a key which is not among
 * them has them read again, so that a new key is followed at once. Rejects as `read` does where they cannot be had.
 */
export function issuerKeys(read: () => Promise<JSONWebKeySet>, clock: Clock): JWTVerifyGetKey {
  let held: { find: ReturnType<typeof createLocalJWKSet>; at: Micros } | null = null
  let failed: { error: unknown; at: Micros } | null = null
  let reading: Promise<ReturnType<typeof createLocalJWKSet>> | null = null

  async function renew() {
    if (failed !== null && isWithin(PAUSE, failed.at)) throw failed.error
    try {
      const find = createLocalJWKSet(await read())
      held = { find, at: clock.now() }
      failed = null
      return find
    } catch (error) {
      failed = { error, at: clock.now() }
      throw error
    }
  }

  /** Whoever comes meanwhile waits for the same answer. */
  function renewed() {
    reading ??= renew().finally(() => {
      reading = null
    })
    return reading
  }

  /** Not for longer where the clock goes back. */
  const isWithin = (time: Micros, at: Micros) => clock.now() >= at && clock.now() - at < time

  return async (header, token) => {
    const kept = held !== null && isWithin(MAX_AGE, held.at) ? held : null
    if (kept === null) return await (await renewed())(header, token)
    try {
      return await kept.find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || isWithin(COOLDOWN, kept.at)) throw error
      return await (await renewed())(header, token)
    }
  }
}
