import { createHash, hash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { Problem } from '../../core/problem.ts'
import type { Connection } from './connection.ts'
import { BUSY_MS, guarded } from './failures.ts'
import { storeKeys, unlock } from './page-encryption.ts'

/** Name of the key ring inside the data directory. */
export const KEY_RING = 'keyring.db'

const KEY_BYTES = 32
/** Length of the name of a subject. */
export const SUBJECT_BYTES = 16
/** Pages that a connection keeps: subjects are scattered over an index, and each page that is not at hand is decrypted. */
const CACHE_KIB = 32_768

/** Keys lie in the table's rows alone, which are written one behind the other and so are never moved. */
const SCHEMA = `
create table keys(id integer primary key autoincrement, subject blob not null unique, key blob not null);
create table destroyed(one integer primary key check (one = 1), n integer not null, scrubbed integer not null);
insert into destroyed values (1, 0, 0);
pragma user_version = 1;
`

export type KeyRing = ReturnType<typeof keyRing>

/** Whom a text belongs to: who dies with the key that it is sealed under. */
export interface SubjectOf {
  event_id: string
  tenant_id?: string | undefined
  user_id?: string | undefined
  session_id?: string | undefined
}

/**
 * Names a subject: a user of a tenant, else a session of it, else the event itself. SHA-256 over the RFC 8785 JSON of
 * `[tenant, kind, id]`, its first 16 bytes; two tenants' users are two subjects.
 */
export function subjectOf({ tenant_id = '', user_id, session_id, event_id }: SubjectOf): Buffer {
  const [kind, id] =
    user_id !== undefined ? ['user', user_id] : session_id !== undefined ? ['session', session_id] : ['event', event_id]
  const name = JSON.stringify([tenant_id, kind, id].map((one) => one.toWellFormed()))
  return hash('sha256', name, 'buffer').subarray(0, SUBJECT_BYTES)
}

/** Names what a file of the archive is sealed for: no subject of events has the same name. */
export const subjectOfFile = (file: string): Buffer =>
  hash('sha256', JSON.stringify(['', 'archive', file]), 'buffer').subarray(0, SUBJECT_BYTES)

/**
 * Opens the key ring of a data directory: one random key per subject, in a database of its own, so that what is copied of
 * the main one can be erased here. Only a caller that holds the write lock of the main database may call `need` and
 * `destroy`: then no text is sealed under a key that another process destroys at that moment.
 * @param key that of the store, 32 bytes
 * @param how `create` makes it where it is missing
 * Throws Problem: STORE_BROKEN (missing, damaged, or under another key), ENGINE_BUSY, DISK_FULL.
 */
export function keyRing(dataDir: string, key: Uint8Array, how: 'create' | 'write' | 'read') {
  const file = join(dataDir, KEY_RING)
  if (how !== 'create' && !existsSync(file))
    throw new Problem(
      'STORE_BROKEN',
      `${file} is missing, without which no text of the store can be read: put it back, or start with another --data-dir`,
    )
  const db = guarded(() => opened(file, storeKeys(key).keyring, how !== 'read'), file)
  const keyOf = db.prepare<[Uint8Array], Buffer>('select key from keys where subject = ?').pluck()
  const put = db.prepare('insert into keys(subject, key) values (?, ?)')
  const blank = db.prepare('update keys set key = zeroblob(32) where subject = ?')
  const remove = db.prepare('delete from keys where subject = ?')
  const count = db.prepare<[], number>('select n from destroyed').pluck()
  const raise = db.prepare('update destroyed set n = n + 1')
  const last = db.prepare<[], number>("select coalesce(max(seq), 0) from sqlite_sequence where name = 'keys'").pluck()
  const under = createHash('sha256').update('undercurrent/keyring-state').update(key).digest('hex').slice(0, 16)
  const unscrubbed = db.prepare<[], number>('select n - scrubbed from destroyed').pluck()
  const scrubbed = db.prepare('update destroyed set scrubbed = n')

  // what is read in one transaction takes one lock, which costs five times as much as the reading
  const steadily = db.transaction((work: () => unknown) => work())
  /** Keys that were read in the transaction that is open; nobody can destroy one as long as it sees the ring as it was. */
  let seen: Map<string, Uint8Array | null> | null = null

  function steady<T>(work: () => T): T {
    if (seen !== null) return work()
    seen = new Map()
    try {
      return steadily(work) as T
    } finally {
      seen = null
    }
  }

  function read(subject: Uint8Array): Uint8Array | null {
    if (seen === null) return keyOf.get(subject) ?? null
    const name = nameOf(subject)
    let key = seen.get(name)
    if (key === undefined) {
      key = keyOf.get(subject) ?? null
      seen.set(name, key)
    }
    return key
  }

  const make = db.transaction((missing: ReadonlyMap<string, Uint8Array>) => {
    const made = new Map<string, Uint8Array>()
    for (const [name, subject] of missing) {
      const fresh = randomBytes(KEY_BYTES)
      put.run(subject, fresh)
      made.set(name, fresh)
    }
    return made
  }).immediate

  return {
    /** The key of a subject; null where there is none, or none any more. */
    keyOf: read,

    /** Runs a piece of reading, through which the ring is seen as it is now: much faster where more than one key is asked for. */
    steady,

    /** Keys of subjects by their hex; those that are new are on the disk when this returns. */
    need(subjects: Iterable<Uint8Array>): Map<string, Uint8Array> {
      const keys = new Map<string, Uint8Array>()
      const missing = new Map<string, Uint8Array>()
      steady(() => {
        for (const subject of subjects) {
          const name = nameOf(subject)
          if (keys.has(name) || missing.has(name)) continue
          const held = keyOf.get(subject)
          if (held === undefined) missing.set(name, subject)
          else keys.set(name, held)
        }
      })
      if (missing.size > 0) for (const [name, fresh] of make(missing)) keys.set(name, fresh)
      return keys
    },

    /** Destroys the keys of subjects, in one commit: what was sealed under them is gone, wherever it is. */
    destroy: db.transaction((subjects: readonly Uint8Array[]): void => {
      for (const subject of subjects) {
        blank.run(subject)
        remove.run(subject)
      }
      raise.run()
    }).immediate,

    /** How often keys were destroyed. A store that knows of fewer has texts that cannot be opened any more. */
    destroyed: (): number => count.get()!,

    /** Whether the ring's journal holds no destroyed key; tries to see to it. */
    scrub(): boolean {
      if (unscrubbed.get() === 0) return true
      const [{ busy }] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]
      if (busy === 0) scrubbed.run()
      return busy === 0
    },

    /** Names the ring as it stands: another name whenever a key was made or destroyed, or all lie under another key. */
    state: (): string => `${under}.${last.get()}.${count.get()}`,

    /** Writes the ring as it stands into a new file, encrypted as it is. */
    copy: (to: string): void => void db.prepare('vacuum into ?').run(to),

    close: () => void db.close(),
  }
}

const nameOf = (subject: Uint8Array) => Buffer.from(subject.buffer, subject.byteOffset, subject.length).toString('hex')

function opened(file: string, key: Uint8Array, write: boolean): Connection {
  const db = new Database(file, { readonly: !write, timeout: BUSY_MS })
  try {
    unlock(db, key)
    if (write) db.pragma('journal_mode = WAL')
    // a key is on the disk before anything that was sealed under it
    db.pragma('synchronous = FULL')
    db.pragma('temp_store = MEMORY')
    db.pragma('secure_delete = ON')
    db.pragma(`cache_size = -${CACHE_KIB}`)
    const version = () => db.pragma('user_version', { simple: true })
    if (write && version() === 0)
      db.transaction(() => {
        // asked again inside: another process may have been first
        if (version() === 0) db.exec(SCHEMA)
      }).immediate()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
