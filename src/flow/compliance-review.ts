import { createHash } from 'node:crypto'
import type { Actor } from '../core/audit.ts'
import type { Key } from '../core/key.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { DAY, formatTime, type Micros, parseTime } from '../core/window.ts'
import type { Redactor } from '../redactors/index.ts'
import { recordDeed } from './audit.ts'
import { isLive, listKeys } from './keys.ts'

export interface ReviewParts {
  engine: Pick<Engine, 'records' | 'append'>
  clock: Clock
  redactor: Pick<Redactor, 'text'>
  newId(): string
}

/** What was recorded of a review, and the keys that somebody who reviews should look at. */
export interface Review {
  at: string
  reviewer: string
  /** Live keys. */
  keys: number
  /** SHA-256 over the JSON of the rights of every live key, in the order of their ids. */
  keys_sha256: string
  look_at: ReturnType<typeof keysToReview>
}

/** An admin key that is older is to be looked at. */
const ADMIN_DAYS = 90
/** Longest name and note, in characters. */
const LONGEST = 500

/** Live keys by what makes them worth a look. */
export function keysToReview(keys: readonly Key[], now: Micros) {
  const live = keys.filter((key) => isLive(key, now))
  const old = ({ created_at }: Key) => now - (parseTime(created_at) ?? now) > ADMIN_DAYS * DAY
  return {
    never_used: live.filter(({ last_used_at }) => last_used_at === null),
    old_admins: live.filter((key) => key.role === 'admin' && old(key)),
    without_end: live.filter(({ expires_at }) => expires_at === null),
  }
}

/**
 * Records in the ledger that somebody reviewed the keys as they are now. Names and notes are redacted like any text that
 * comes in. Throws BAD_REQUEST where the name is empty or too long.
 */
export async function reviewAccess(
  parts: ReviewParts,
  { by, note, actor }: { by: string; note?: string; actor: Actor },
): Promise<Review> {
  const { engine, clock } = parts
  const now = clock.now()
  const keys = await listKeys({ engine })
  const live = keys.filter((key) => isLive(key, now)).sort((a, b) => (a.id < b.id ? -1 : 1))
  const rights = live.map(({ id, role, tenant_id, read, created_at, expires_at }) => [
    id,
    role,
    tenant_id,
    read,
    created_at,
    expires_at,
  ])
  const reviewer = spoken(parts, 'by', by)
  const keys_sha256 = createHash('sha256').update(JSON.stringify(rights)).digest('hex')
  const look_at = keysToReview(keys, now)
  const counts = Object.fromEntries(Object.entries(look_at).map(([name, found]) => [name, found.length]))
  const said = note === undefined ? {} : { note: spoken(parts, 'note', note) }
  const asked = { reviewer, keys: live.length, keys_sha256, ...counts, ...said }
  await recordDeed(parts, actor, { action: 'access.review', rows: live.length, asked })
  return { at: formatTime(now), reviewer, keys: live.length, keys_sha256, look_at }
}

/** Words of whoever gives an account of himself, as they may be stored. Throws BAD_REQUEST. */
export function spoken({ redactor }: Pick<ReviewParts, 'redactor'>, name: string, text: string): string {
  if (text.trim() === '' || text.length > LONGEST)
    throw new Problem('BAD_REQUEST', `${name} must have 1 to ${LONGEST} characters`)
  return redactor.text(text.trim())
}
