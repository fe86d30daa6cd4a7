import type { Connection } from './connection.ts'
import type { forgetter } from './forget.ts'
import { type KeyRing, subjectOf } from './key-ring.ts'
import type { BodyOpener, SealedBody } from './sealed-body.ts'
import type { Shredder } from './shred.ts'

type Row = SealedBody & { seq: number }

/**
 * Destroys what is known of a user: texts, salts, words, vectors, marks and his own roll-ups and states, in one commit,
 * and then the key that his texts lie under, also in copies. Leaves stay, so that every proof still holds; the vector
 * index learns of it through `gone`.
 */
export function eraser(
  db: Connection,
  ring: Pick<KeyRing, 'keyOf'>,
  bodies: Pick<BodyOpener, 'textOf'>,
  forget: ReturnType<typeof forgetter>,
  shred: Shredder,
) {
  const rows = db.prepare<[string, string | null, string | null], Row>(
    `select seq, event_id, subject, body from events
     where user_id = ? and (? is null or tenant = ?) and body is not null`,
  )
  const blank = db.prepare(
    `update events set body = null, salt = null, subject = null, meta = null, user_id = null, session_id = null,
     trace_id = null where seq = ?`,
  )
  const rollups = db.prepare(
    "delete from rollups where entity_type = 'user' and entity_id = ? and (? is null or tenant = ?)",
  )
  const states = db.prepare(
    "delete from states where entity_type = 'user' and entity_id = ? and (? is null or tenant = ?)",
  )
  const sealed = db.prepare<[], { seq: number; subject: Buffer; user_id: string | null; tenant: string }>(
    'select seq, subject, user_id, tenant from events where subject is not null',
  )

  const erase = db.transaction((subject: { user_id: string; tenant_id?: string }): number => {
    const tenant = subject.tenant_id ?? null
    const found = rows.all(subject.user_id, tenant, tenant)
    // copies may hold what is no more in any row
    shred.later(subjectOf({ event_id: '', ...subject }))
    for (const row of found) {
      if (row.subject !== null) shred.later(row.subject)
      forget(row.seq, bodies.textOf(row))
      blank.run(row.seq)
    }
    rollups.run(subject.user_id, tenant, tenant)
    states.run(subject.user_id, tenant, tenant)
    return found.length
  }).immediate

  const follow = db.transaction((): void => {
    const lost = []
    for (const row of sealed.iterate()) if (ring.keyOf(row.subject) === null) lost.push(row)
    for (const { seq, user_id, tenant } of lost) {
      forget(seq, null)
      blank.run(seq)
      if (user_id === null) continue
      rollups.run(user_id, tenant, tenant)
      states.run(user_id, tenant, tenant)
    }
    shred.caughtUp()
  }).immediate

  return {
    /** Returns how many events. Where it throws, what it had begun is finished when the store is opened next, or by another call. */
    erase(subject: { user_id: string; tenant_id?: string }): number {
      const count = erase(subject)
      shred.now()
      return count
    },

    /** Finishes what a process left that died, and in a copy from before an erasure what that would have done there. */
    finish(): void {
      const standing = shred.standing()
      shred.now()
      if (standing !== 'level') follow()
    },
  }
}
