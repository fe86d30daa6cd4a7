import { formatTime, MINUTE } from '../core/window.ts'
import type { RouteParts } from './parts.ts'

/** Failures that are told in a minute, of all addresses together: whoever has many must not fill the store. */
const TOLD_MAX = 300
/** Under this name the events of the service itself are found. */
const SERVICE = 'undercurrent'

/**
 * Tells of failed authentications as an application does, by events `auth.failure`, so that the detector `brute-force`
 * judges the service's own doors too. Nobody waits for it, and one that cannot be stored fails nobody.
 */
export function createFailures({ ingest, clock, log }: Pick<RouteParts, 'ingest' | 'clock' | 'log'>) {
  let minute = 0
  let told = 0
  /** @param key id of the key that was tried, where it had the shape of one: an ended key that goes on being used is told apart */
  return (ip: string, key: string | null): void => {
    const now = clock.now()
    const present = Math.floor(now / MINUTE)
    told = present === minute ? told + 1 : 1
    minute = present
    if (told > TOLD_MAX) return
    const event = {
      timestamp: formatTime(now),
      event_type: 'auth.failure',
      service: SERVICE,
      ip_address: ip,
      ...(key === null ? {} : { api_key_id: key }),
      auth: { method: 'bearer', decision: 'denied' },
    }
    ingest(Buffer.from(JSON.stringify(event)), 'json', { tenant_id: null, key_id: SERVICE }).catch((error: unknown) =>
      log.warn({ reason: String((error as { code?: unknown }).code) }, 'a failed login was not told'),
    )
  }
}
