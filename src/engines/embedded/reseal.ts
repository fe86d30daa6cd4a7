import { randomBytes } from 'node:crypto'
import type { Connection } from './connection.ts'
import { type KeyRing, SUBJECT_BYTES } from './key-ring.ts'
import { type BodyOpener, type SealedBody, sealBody } from './sealed-body.ts'

/**
 * Seals texts under a fresh key whose former one is about to be destroyed, because something else lay under it. What was
 * copied of them before cannot be opened any more; what is copied from now on can. Inside the commit that dooms the key.
 */
export function resealer(db: Connection, ring: Pick<KeyRing, 'need'>, bodies: Pick<BodyOpener, 'open'>) {
  const row = db.prepare<[number], SealedBody>('select event_id, subject, body from events where seq = ?')
  const put = db.prepare('update events set body = ?, subject = ? where seq = ?')

  return (seqs: readonly number[]): void => {
    const fresh = new Map<string, Buffer>()
    for (const seq of seqs) {
      const held = row.get(seq)
      if (held?.subject == null) continue
      const opened = bodies.open(held)
      // what was altered is for verification to name
      if (typeof opened === 'string') continue
      const former = held.subject.toString('hex')
      const subject = fresh.get(former) ?? randomBytes(SUBJECT_BYTES)
      fresh.set(former, subject)
      const key = ring.need([subject]).get(subject.toString('hex'))!
      put.run(sealBody(key, held.event_id, opened.salt, opened.text), subject, seq)
    }
  }
}
