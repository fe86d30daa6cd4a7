import type { Connection } from './connection.ts'

/**
 * Destroys what is known of a user: texts, salts, words, vectors, marks and his own roll-ups and states, in one commit.
 * Leaves stay, so that every proof still holds; the vector index learns of it through `gone`.
 */
export function eraser(db: Connection) {
  const rows = db.prepare<[string, string | null, string | null], { seq: number }>(
    'select seq from events where user_id = ? and (? is null or tenant = ?) and body is not null',
  )
  const blank = db.prepare(
    'update events set body = null, salt = null, user_id = null, session_id = null, trace_id = null where seq = ?',
  )
  const words = db.prepare('delete from words where rowid = ?')
  const vectors = db.prepare<[number], { embedding_id: number }>(
    'delete from vectors where seq = ? returning embedding_id',
  )
  const orphan = db.prepare(
    'delete from embeddings where id = ? and not exists (select 1 from vectors where embedding_id = embeddings.id)',
  )
  const gone = db.prepare('insert into gone(seq) values (?)')
  const marks = db.prepare('delete from marks where seq = ?')
  const rollups = db.prepare(
    "delete from rollups where entity_type = 'user' and entity_id = ? and (? is null or tenant = ?)",
  )
  const states = db.prepare(
    "delete from states where entity_type = 'user' and entity_id = ? and (? is null or tenant = ?)",
  )

  return db.transaction((subject: { user_id: string; tenant_id?: string }): number => {
    const tenant = subject.tenant_id ?? null
    const found = rows.all(subject.user_id, tenant, tenant)
    for (const { seq } of found) {
      blank.run(seq)
      words.run(seq)
      marks.run(seq)
      for (const { embedding_id } of vectors.all(seq)) orphan.run(embedding_id)
      gone.run(seq)
    }
    rollups.run(subject.user_id, tenant, tenant)
    states.run(subject.user_id, tenant, tenant)
    return found.length
  }).immediate
}
