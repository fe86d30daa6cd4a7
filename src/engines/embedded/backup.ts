import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { type Connection, DATABASE } from './connection.ts'
import { KEY_RING, type KeyRing } from './key-ring.ts'
import { storeKeys, unlock } from './page-encryption.ts'

/**
 * What is made of events again: the word index with its signatures, fingerprints but for those of passages, and vectors and marks but for those of `firsts`, which came with texts
 * that are not kept. The stages that make them begin anew; nothing is left to be scrubbed from a journal.
 */
const STRIP = `
begin;
insert into words(words) values ('delete-all');
delete from signatures;
delete from marks where seq not in (select seq from firsts);
delete from probable where seq not in (select seq from firsts);
delete from mark_counts;
insert into mark_counts
  select x.cid, floor(e.ts / 86400000000.0), unicode(cast(substr(m.p, x.at, 1) as text)) - 1, count(*)
  from marks m join places x on x.layout = m.layout join events e on e.seq = m.seq group by 1, 2, 3;
delete from vectors where seq not in (select seq from firsts);
delete from embeddings where id not in (select embedding_id from vectors);
delete from cluster_of;
delete from fingerprints where passage is null;
delete from counters where name like 'clusters:%';
delete from gone;
delete from claims where stage like 'embed:%' or stage = 'fingerprints';
delete from stages where stage like 'embed:%' or stage = 'fingerprints';
update counters set value = 0 where name in ('words', 'scrub');
commit;
`

/** What `Engine.backup` answers with. */
export interface Written {
  /** Names of the files in the folder. */
  files: string[]
  /** Number of the schema that they have. */
  schema: number
}

/**
 * Copies the store as one moment holds it, encrypted under the same key, without what is made of it again. Others may
 * write meanwhile. The whole copy is written first and what remains of it a second time, because only a new file has no
 * free pages with what was left out.
 */
export function backupWriter(
  db: Connection,
  ring: Pick<KeyRing, 'copy'>,
  key: Uint8Array,
): (folder: string) => Written {
  return (folder) => {
    const whole = join(folder, `${DATABASE}.whole`)
    const copy = join(folder, DATABASE)
    try {
      db.prepare('vacuum into ?').run(whole)
      const schema = stripInto(whole, copy, key)
      // after the rows: a ring that is newer than they are has every key that they need, but those of what was erased since
      ring.copy(join(folder, KEY_RING))
      for (const name of [DATABASE, KEY_RING]) chmodSync(join(folder, name), 0o600)
      return { files: [DATABASE, KEY_RING], schema }
    } finally {
      rmSync(whole, { force: true })
    }
  }
}

function stripInto(whole: string, copy: string, key: Uint8Array): number {
  const db = new Database(whole)
  try {
    unlock(db, storeKeys(key).database)
    // a draft: nobody goes on with it where this fails
    db.pragma('journal_mode = OFF')
    db.pragma('synchronous = OFF')
    db.pragma('temp_store = MEMORY')
    db.exec(STRIP)
    db.prepare('vacuum into ?').run(copy)
    return db.pragma('user_version', { simple: true }) as number
  } finally {
    db.close()
  }
}
