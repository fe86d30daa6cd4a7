import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { Problem } from '../../core/problem.ts'
import { lessSketch, mergeSketches } from '../../stats/sketch.ts'
import { copyBeforeUpgrade } from './before-upgrade.ts'
import { BUSY_MS, broken, guarded } from './failures.ts'
import { type KeyRing, keyRing } from './key-ring.ts'
import { migrations } from './migrations/index.ts'
import { storeKeys, unlock } from './page-encryption.ts'

export type Connection = Database.Database

/** Name of the database inside the data directory. */
export const DATABASE = 'undercurrent.db'

/** Pages are read whole at every start below this size; above it only what is touched. */
const CHECK_BELOW_BYTES = 256 * 2 ** 20

/**
 * Opens the database of a data directory, creating and migrating it where `write` is true; a copy is made before that.
 * Throws Problem: STORE_BROKEN (damaged, of a newer version, or under another key), ENGINE_BUSY, DISK_FULL, NATIVE_MISSING.
 * @param key that of the store, 32 bytes
 * @param again whether its pages were looked at a moment ago
 */
export function connect(dataDir: string, write: boolean, key: Uint8Array, again = false): Connection {
  const file = join(dataDir, DATABASE)
  if (!write && !existsSync(file))
    throw new Problem('STORE_BROKEN', `there is no database at ${file}: start the service or import something first`)
  return guarded(() => {
    if (write) mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const fresh = !existsSync(file) || statSync(file).size === 0
    const db = new Database(file, { readonly: !write, timeout: BUSY_MS })
    try {
      const pageKey = storeKeys(key).database
      unlock(db, pageKey)
      if (write) db.pragma('journal_mode = WAL')
      // FULL: a commit is on the disk before it is acknowledged, also through a power cut
      db.pragma('synchronous = FULL')
      db.pragma('foreign_keys = ON')
      db.pragma('temp_store = MEMORY')
      db.pragma('secure_delete = ON')
      db.pragma('cache_size = -65536')
      db.function('merge_sketches', { deterministic: true }, (a, b) =>
        Buffer.from(mergeSketches(a as Uint8Array, b as Uint8Array)),
      )
      db.function('less_sketch', { deterministic: true }, (a, b) =>
        Buffer.from(lessSketch(a as Uint8Array, b as Uint8Array)),
      )
      if (!again) checkPages(db, file, fresh)
      migrate(db, file, write, pageKey, () => keyRing(dataDir, key, 'create'))
      return db
    } catch (error) {
      db.close()
      throw error
    }
  }, file)
}

/** Whether the database of a data directory is encrypted under this key of a store. Throws what SQLite throws. */
export function opensWith(dataDir: string, key: Uint8Array): boolean {
  const db = new Database(join(dataDir, DATABASE), { readonly: true, timeout: BUSY_MS })
  try {
    unlock(db, storeKeys(key).database)
    db.pragma('user_version')
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 'SQLITE_NOTADB') return false
    throw error
  } finally {
    db.close()
  }
}

function checkPages(db: Connection, file: string, fresh: boolean) {
  if (fresh || statSync(file).size > CHECK_BELOW_BYTES) return
  const verdict = db.pragma('quick_check(1)', { simple: true })
  if (verdict !== 'ok') throw broken(file, new Error(String(verdict).slice(0, 200)))
}

function migrate(db: Connection, file: string, write: boolean, key: Uint8Array, openRing: () => KeyRing) {
  const known = migrations.length
  const version = () => db.pragma('user_version', { simple: true }) as number
  if (version() > known)
    throw new Problem(
      'STORE_BROKEN',
      `${file} was written by a newer version (schema ${version()}, this one knows ${known}): update undercurrent`,
    )
  if (version() === known) return
  if (!write)
    throw new Problem('STORE_BROKEN', `${file} has an older schema: start the service once, which brings it up to date`)
  const before = version()
  if (before > 0) copyBeforeUpgrade(db, file, key, before)
  const ring = openRing()
  try {
    db.transaction(() => {
      // asked again inside: another process may have migrated while this one waited for the lock
      const begun = version()
      for (let done = begun; done < known; done++) {
        const migration = migrations[done]!
        if (typeof migration === 'string') db.exec(migration)
        else migration(db, ring)
        db.pragma(`user_version = ${done + 1}`)
      }
      // what earlier schemas held is to be wiped; a store that begins held nothing
      if (begun === 0) db.exec("update counters set value = 0 where name = 'scrub'")
    }).immediate()
  } finally {
    ring.close()
  }
}
