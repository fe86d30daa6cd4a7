import type { Connection } from './connection.ts'

/** Takes text, salt, key and ids out of the row at a place, wherever its text lies, as an erasure leaves it: class, tenant, numbers and time stay. */
export function blanker(db: Connection): (seq: number) => void {
  const blank = db.prepare(
    `update events set body = null, salt = null, subject = null, meta = null, user_id = null, session_id = null,
     trace_id = null, archive = null, hot_until = 0 where seq = ?`,
  )
  return (seq) => void blank.run(seq)
}
