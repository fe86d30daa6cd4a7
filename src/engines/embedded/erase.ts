import type { Connection } from './connection.ts'
import type { forgetter } from './forget.ts'

/**
 * Destroys what is known of a user: texts, salts, words, vectors, marks and his own roll-ups and states, in one commit.
 * Leaves stay, so that every proof still holds; the vector index learns of it through `gone`.
 */
export function eraser(db: Connection, forget: ReturnType<typeof forgetter>) {
  const rows = db.prepare<[string, string | null, string | null], { seq: number; body: string }>(
    'select seq, body from events where user_id = ? and (? is null or tenant = ?) and body is not null',
  )
  const blank = db.prepare(
    'update events set body = null, salt = null, user_id = null, session_id = null, trace_id = null where seq = ?',
  )
  const rollups = db.prepare(
    "delete from rollups where entity_type = 'user' and entity_id = ? and (? is null or tenant = ?)",
  )
  const states = db.prepare(
    "delete from states where entity_type = 'user' and entity_id = ? and (? is null or tenant = ?)",
  )

  return db.transaction((subject: { user_id: string; tenant_id?: string }): number => {
    const tenant = subject.tenant_id ?? null
    const found = rows.all(subject.user_id, tenant, tenant)
    for (const { seq, body } of found) {
      forget(seq, body)
      blank.run(seq)
    }
    rollups.run(subject.user_id, tenant, tenant)
    states.run(subject.user_id, tenant, tenant)
    return found.length
  }).immediate
}
