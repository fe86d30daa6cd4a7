import type { Statement } from 'better-sqlite3-multiple-ciphers'
import { Problem } from '../../core/problem.ts'
import type { Connection } from './connection.ts'
import type { KeyRing } from './key-ring.ts'
import type { Standing } from './replace.ts'

/** Of a row, what says whose key its text lies under. */
type Owned = Pick<Standing, 'user_id' | 'session_id' | 'tenant' | 'event_id' | 'subject'>
type Owner = Statement<[Owned], unknown>

/**
 * Destroys keys of subjects, after the rows whose texts lay under them: the commit that takes the rows away writes down
 * whose keys are doomed, so that whoever opens the store next destroys them where this process dies in between.
 */
export function shredder(db: Connection, ring: Pick<KeyRing, 'destroy' | 'destroyed'>) {
  const doomed = db.prepare<[], Buffer>('select subject from doomed').pluck()
  const doom = db.prepare('insert or ignore into doomed values (?)')
  const spare = db.prepare('delete from doomed')
  const known = db.prepare<[], { value: number; pending: 0 | 1 }>(
    "select value, exists(select 1 from doomed) pending from counters where name = 'ring'",
  )
  const know = db.prepare("update counters set value = ? where name = 'ring'")

  // by the indexes that there are: one over subjects would cost each append as much as the rows themselves
  const others = [
    'user_id = :user_id and tenant = :tenant',
    'user_id is null and session_id = :session_id and tenant = :tenant',
    'user_id is null and session_id is null and event_id = :event_id and tenant = :tenant',
  ].map((whose) =>
    db.prepare<[Owned], unknown>(`select 1 from events where ${whose} and subject = :subject limit 1`),
  ) as [Owner, Owner, Owner]

  // under the write lock of this database: nobody else can seal anything under these keys meanwhile
  const destroy = db.transaction((): void => {
    const subjects = doomed.all()
    if (subjects.length === 0) return
    ring.destroy(subjects)
    spare.run()
    know.run(ring.destroyed())
  }).immediate

  return {
    /** Inside the commit that takes all rows of a subject away. */
    later: (subject: Uint8Array): void => void doom.run(subject),

    /** At the end of a commit that took this row away: its key goes too, unless another text lies under it. Whether it does. */
    ifLast(row: Owned): boolean {
      const [ofUser, ofSession, ofEvent] = others
      const other = row.user_id !== null ? ofUser : row.session_id !== null ? ofSession : ofEvent
      if (row.subject === null || other.get(row) !== undefined) return false
      doom.run(row.subject)
      return true
    },

    /** Destroys what is doomed; alone, or inside a commit that is about to seal. */
    now(): void {
      if (doomed.get() !== undefined) destroy()
    },

    /**
     * How database and ring stand to each other. `behind`: keys were destroyed that this database does not know of, so it
     * is a copy from before that. `pending`: somebody is between the two commits of an erasure, or died there.
     * Throws Problem STORE_BROKEN where the ring is the older one: it would bring back keys of what was erased.
     */
    standing(): 'level' | 'pending' | 'behind' {
      // asked before and after, because another process may destroy keys meanwhile, there first and then here
      const before = ring.destroyed()
      const { value, pending } = known.get()!
      if (value > ring.destroyed())
        throw new Problem(
          'STORE_BROKEN',
          'the key ring is older than the database, and has keys that were destroyed since: put back the one that belongs to it',
        )
      if (before <= value) return 'level'
      return pending === 1 ? 'pending' : 'behind'
    },

    /** Inside the commit that took away what had been sealed under keys that are gone. */
    caughtUp: (): void => void know.run(ring.destroyed()),
  }
}

export type Shredder = ReturnType<typeof shredder>
