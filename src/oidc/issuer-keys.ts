import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'

/** Keys are fetched again after this long, and not more often than this for a key that is not among them. */
const MAX_AGE_MS = 10 * 60_000
const COOLDOWN_MS = 30_000
const TIMEOUT_MS = 5_000

/** The keys of an issuer by the address of its JWKS, fetched at the first token and kept for ten minutes. No redirect is followed. */
export function issuerKeys(address: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(address), {
    cacheMaxAge: MAX_AGE_MS,
    cooldownDuration: COOLDOWN_MS,
    timeoutDuration: TIMEOUT_MS,
  })
}
