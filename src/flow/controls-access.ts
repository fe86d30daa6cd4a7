import type { Key } from '../core/key.ts'
import { ROLES } from '../core/key.ts'
import { DAY, type Micros, parseTime } from '../core/window.ts'
import type { Facts } from './compliance-facts.ts'
import { deeds, type Look, told } from './compliance-probe.ts'
import { keysToReview } from './compliance-review.ts'
import { isLive } from './keys.ts'

const age = (key: Key, now: Micros) => (now - (parseTime(key.created_at) ?? now)) / DAY

const keys: Look = (facts) => {
  const { now, house } = facts
  const live = facts.keys.filter((key) => isLive(key, now))
  const most = house.limits.key_days
  const old = most === 0 ? [] : live.filter((key) => age(key, now) > most)
  const uses = live.flatMap(({ last_used_at }) => last_used_at ?? []).sort()
  const { never_used, without_end } = keysToReview(facts.keys, now)
  const made = facts.keys.map(({ created_at }) => parseTime(created_at) ?? now).sort((a, b) => a - b)
  return {
    on: true,
    about: `${live.length} live keys, ${live.filter(({ role }) => role === 'admin').length} of them admin`,
    faults: old.map(
      ({ id, role }) => `the ${role} key ${id} is older than ${most} days: undercurrent keys rotate ${id}`,
    ),
    notes: [
      ...(never_used.length > 0 ? [`${never_used.length} live keys were never used`] : []),
      ...(without_end.length > 0 ? [`${without_end.length} live keys have no end`] : []),
    ],
    since: made[0] === undefined ? undefined : { at: made[0], from: 'the oldest key' },
    evidence: {
      live: live.length,
      by_role: Object.fromEntries(ROLES.map((role) => [role, live.filter((key) => key.role === role).length])),
      of_one_tenant: live.filter(({ tenant_id }) => tenant_id !== null).length,
      metadata_only: live.filter(({ read, role }) => read === 'metadata' && (role === 'admin' || role === 'analyst'))
        .length,
      never_used: never_used.length,
      without_end: without_end.length,
      revoked: facts.keys.filter(({ revoked_at }) => revoked_at !== null).length,
      oldest_days: live.length === 0 ? null : Math.floor(Math.max(...live.map((key) => age(key, now)))),
      last_used_at: uses.at(-1) ?? null,
      created: deeds(facts, 'key.create').n,
      rotated: deeds(facts, 'key.rotate').n,
      last_rotation: deeds(facts, 'key.rotate').last,
      revocations: deeds(facts, 'key.revoke').n,
      rotation_days: most === 0 ? null : most,
    },
  }
}

const accessAudit: Look = ({ audits, period }) => {
  const all = [...audits.values()]
  const first = Math.min(...all.map((one) => one.first))
  const last = Math.max(...all.map((one) => one.last))
  const sum = (of: Facts['audits']) => [...of.values()].reduce((total, { n }) => total + n, 0)
  return {
    on: true,
    about: `${sum(audits)} entries, each a leaf of the ledger`,
    faults: [],
    since: all.length === 0 ? undefined : { at: first, from: 'the first entry of the audit' },
    evidence: {
      entries: sum(period),
      entries_of_all_time: sum(audits),
      first: all.length === 0 ? null : told(first),
      last: all.length === 0 ? null : told(last),
      by_action: Object.fromEntries([...period].map(([action, { n }]) => [action, n])),
      // what was read and is in no entry leaves no trace in the store
      reads_without_entry: null,
    },
  }
}

const accessReview: Look = ({ review, audits, period, now, house, keys: all }) => {
  const days = review === null ? null : Math.floor((now - review.at) / DAY)
  const most = house.limits.review_days
  const late = days !== null && most > 0 && days > most
  const first = audits.get('access.review')?.first
  const since = review === null ? [] : all.filter(({ created_at }) => (parseTime(created_at) ?? 0) > review.at)
  return {
    on: review !== null,
    about: review === null ? 'no review is recorded' : `last ${days} days ago, by ${String(review.asked.reviewer)}`,
    faults: late
      ? [
          `the last review was ${days} days ago, and is asked for every ${most}: undercurrent compliance review --by NAME`,
        ]
      : [],
    notes: since.length > 0 ? [`${since.length} keys were made since the last review`] : [],
    since: first === undefined ? undefined : { at: first, from: 'the first audit entry access.review' },
    evidence: {
      reviews: period.get('access.review')?.n ?? 0,
      last: told(review?.at),
      reviewer: review === null ? null : String(review.asked.reviewer),
      keys_reviewed: review === null ? null : Number(review.asked.keys),
      keys_sha256: review === null ? null : String(review.asked.keys_sha256),
      keys_made_since: since.length,
      every_days: most === 0 ? null : most,
    },
  }
}

/** Controls over who may come in, and what is known of whoever did. */
export const admitting = { keys, 'access-audit': accessAudit, 'access-review': accessReview }
