import type { Clock } from '../../core/ports.ts'
import { HOUR, MINUTE, type Micros, SECOND } from '../../core/window.ts'

/** Failures of an address within five minutes that lock it out: as many as make a finding `brute-force`. */
const FAILURES = 5
const WINDOW: Micros = 5 * MINUTE
/** The first lock; each that follows within an hour of the one before lasts twice as long, up to the longest. */
const FIRST: Micros = MINUTE
const LONGEST: Micros = HOUR
const MEMORY: Micros = HOUR
/** Addresses watched at once; the one unseen for longest is forgotten first. */
const ADDRESSES_MAX = 10_000

interface Seen {
  failures: readonly Micros[]
  /** End and length of the last lock. */
  until: Micros
  length: Micros
}

/** Seconds to wait, 0 while there are tries left; `told` is false for what came while the address was locked out. */
export interface Failure {
  waitS: number
  told: boolean
}

/** Failed authentications by address. A good key is let in whatever its neighbours behind the same address do. */
export function createLockout(clock: Clock) {
  const seen = new Map<string, Seen>()
  return {
    /** Counts one more failure of an address. */
    failed(address: string): Failure {
      const now = clock.now()
      const before = seen.get(address) ?? { failures: [], until: 0, length: 0 }
      // moved to the end, so that the first is the one unseen for longest
      seen.delete(address)
      // not for longer where the clock goes back
      if (now < before.until && now >= before.until - before.length) {
        seen.set(address, before)
        return { waitS: Math.ceil((before.until - now) / SECOND), told: false }
      }
      const again = before.length > 0 && now >= before.until && now - before.until < MEMORY
      const failures = [...before.failures.filter((at) => at > now - WINDOW && at <= now), now]
      const locks = again || failures.length >= FAILURES
      const length = locks ? (again ? Math.min(LONGEST, 2 * before.length) : FIRST) : 0
      seen.set(address, locks ? { failures: [], until: now + length, length } : { failures, until: 0, length: 0 })
      if (seen.size > ADDRESSES_MAX) seen.delete(seen.keys().next().value!)
      return { waitS: 0, told: true }
    },
  }
}

/** An IPv6 sender has at least 64 bits of addresses to itself. */
export function addressOf(ip: string): string {
  return ip.includes(':') && !ip.includes('.') ? ip.split(':').slice(0, 4).join(':') : ip
}
