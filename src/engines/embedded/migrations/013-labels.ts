import type { RedactedEvent } from '../../../core/event.ts'
import type { Connection } from '../connection.ts'
import { labelKey } from '../event-labels.ts'
import type { KeyRing } from '../key-ring.ts'
import { metaOf } from '../meta.ts'
import { unsealBody } from '../sealed-body.ts'

/** Top-level fields with few events to a value; they are found by value as what stands inside lists is. */
const NARROW = ['request_id', 'correlation_id', 'prompt_hash', 'response_hash', 'api_key_id', 'agent_id', 'ip_address']
const listed = NARROW.map((name) => `'${name}'`).join(', ')

const valuesOf = (row: 'new' | 'old') => `
  select l.key, v.value, ${row}.tenant, ${row}.seq from json_each(${row}.meta, '$.labels') l, json_each(l.value) v
  union all select m.key, m.value, ${row}.tenant, ${row}.seq from json_each(${row}.meta) m
  where m.key in (${listed}) and m.type = 'text'`
const put = `insert or ignore into labels ${valuesOf('new')};`
const drop = `delete from labels where (name, value, tenant, seq) in (${valuesOf('old')});`

const SCHEMA = `
create table label_key(one integer primary key check (one = 1), key blob not null);
insert into label_key values (1, randomblob(32));
create table labels(name text not null, value text not null, tenant text not null, seq integer not null,
  primary key(name, value, tenant, seq)) without rowid;
create trigger labels_in after insert on events when json_valid(new.meta) begin ${put} end;
create trigger labels_out after delete on events when json_valid(old.meta) begin ${drop} end;
create trigger labels_from after update of meta on events
  when json_valid(old.meta) and old.meta is not new.meta begin ${drop} end;
create trigger labels_to after update of meta on events
  when json_valid(new.meta) and old.meta is not new.meta begin ${put} end;
`
/** Rows that are read at a time. */
const STEP = 500

/**
 * Values that stand inside lists and objects of events, by value: `meta` has them under `labels`, and the table follows it
 * by triggers, so that whatever takes an event away takes them too. Events of before are read once for it; of those that are
 * archived, when they come back.
 */
export function labels(db: Connection, ring: Pick<KeyRing, 'keyOf'>): void {
  db.exec(SCHEMA)
  const key = labelKey(db)
  const next = db.prepare<[number, number], { seq: number; event_id: string; subject: Buffer; body: Buffer }>(
    `select seq, event_id, subject, body from events
     where seq > ? and body is not null and subject is not null order by seq limit ?`,
  )
  const change = db.prepare('update events set meta = ? where seq = ?')
  let rows = next.all(-1, STEP)
  while (rows.length > 0) {
    for (const { seq, event_id, subject, body } of rows) {
      const meta = metaIn(ring.keyOf(subject), event_id, body, key)
      if (meta !== null) change.run(meta, seq)
    }
    rows = next.all(rows.at(-1)!.seq, STEP)
  }
}

/** Null where the text does not open: it is for verification to name. */
function metaIn(subjectKey: Uint8Array | null, event_id: string, body: Uint8Array, key: Uint8Array): string | null {
  if (subjectKey === null) return null
  try {
    return metaOf(JSON.parse(unsealBody(subjectKey, event_id, body).text) as RedactedEvent, key)
  } catch {
    return null
  }
}
