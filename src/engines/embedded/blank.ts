import type { Connection } from './connection.ts'

/** Takes text, salt, key and ids out of the row at a place, as an erasure leaves it: class, tenant, numbers and time stay. */
export function blanker(db: Connection): (seq: number) => void {
  const blank = db.prepare(
    `update events set body = null, salt = null, subject = null, meta = null, user_id = null, session_id = null,
     trace_id = null where seq = ?`,
  )
  return (seq) => void blank.run(seq)
}
