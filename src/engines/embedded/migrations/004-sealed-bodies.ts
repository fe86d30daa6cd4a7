import { SALT_BYTES } from '../../../ledger/leaf.ts'
import type { Connection } from '../connection.ts'
import { type KeyRing, subjectOf } from '../key-ring.ts'
import { metaOf } from '../meta.ts'
import { sealBody } from '../sealed-body.ts'

const SCHEMA = `
alter table events add column subject blob;
alter table events add column meta text;
create table doomed(subject blob primary key) without rowid;
insert into counters values ('ring', 0);
update counters set value = value + 1 where name = 'scrub';
`
/** Rows that are sealed at a time. */
const STEP = 500

interface Row {
  seq: number
  event_id: string
  tenant: string
  user_id: string | null
  session_id: string | null
  salt: Buffer | null
  body: string
}

/**
 * Texts of events lie under a key of their subject: salt and body in one sealed blob, what events are filtered by beside
 * it. `doomed` are subjects whose keys have yet to be destroyed; the counter `ring` is how often that was done, as far as
 * this database knows.
 */
export function sealedBodies(db: Connection, ring: Pick<KeyRing, 'need'>): void {
  db.exec(SCHEMA)
  const next = db.prepare<[number, number], Row>(
    `select seq, event_id, tenant, user_id, session_id, cast(salt as blob) salt, cast(body as text) body from events
     where seq > ? and body is not null order by seq limit ?`,
  )
  const put = db.prepare('update events set salt = null, body = ?, subject = ?, meta = ? where seq = ?')
  let rows = next.all(-1, STEP)
  while (rows.length > 0) {
    const subjects = rows.map((row) =>
      subjectOf({
        event_id: row.event_id,
        tenant_id: row.tenant,
        user_id: row.user_id ?? undefined,
        session_id: row.session_id ?? undefined,
      }),
    )
    const keys = ring.need(subjects)
    for (const [i, { seq, event_id, salt, body }] of rows.entries()) {
      const subject = subjects[i]!
      // whoever altered a salt altered the entry: it fits its leaf no better at another length
      const whole = Buffer.concat([salt ?? Buffer.alloc(0), Buffer.alloc(SALT_BYTES)], SALT_BYTES)
      put.run(sealBody(keys.get(subject.toString('hex'))!, event_id, whole, body), subject, metaIn(body), seq)
    }
    rows = next.all(rows.at(-1)!.seq, STEP)
  }
}

function metaIn(body: string): string | null {
  try {
    return metaOf(JSON.parse(body), null)
  } catch {
    return null
  }
}
