import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { nativeProblem } from '../../core/native.ts'
import { Problem } from '../../core/problem.ts'
import { lessSketch, mergeSketches } from '../../stats/sketch.ts'
import { copyBeforeUpgrade } from './before-upgrade.ts'
import { migrations } from './migrations/index.ts'
import { storeKeys, unlock } from './page-encryption.ts'

export type Connection = Database.Database

/** Name of the database inside the data directory. */
export const DATABASE = 'undercurrent.db'

/** Pages are read whole at every start below this size; above it only what is touched. */
const CHECK_BELOW_BYTES = 256 * 2 ** 20

/** How long a writer waits for another process's commit before it gives up. */
export const BUSY_MS = 10_000

/**
 * Opens the database of a data directory, creating and migrating it where `write` is true; a copy is made before that.
 * Throws Problem: STORE_BROKEN (damaged, of a newer version, or under another key), ENGINE_BUSY, DISK_FULL, NATIVE_MISSING.
 * @param key that of the store, 32 bytes
 */
export function connect(dataDir: string, write: boolean, key: Uint8Array): Connection {
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
      checkPages(db, file, fresh)
      migrate(db, file, write, pageKey)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  }, file)
}

/** Runs a store call and turns SQLite's failures into ours; anything else passes through. */
export function guarded<T>(call: () => T, file = 'the database'): T {
  try {
    return call()
  } catch (error) {
    throw problemOf(error, file)
  }
}

function problemOf(error: unknown, file: string): unknown {
  const missing = nativeProblem('better-sqlite3-multiple-ciphers', error)
  if (missing !== null) return missing
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string') return error
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'SQLITE_IOERR_WRITE')
    return new Problem('DISK_FULL', 'the disk is full: nothing was stored; free some space and send it again', {
      cause: error,
      retryAfterS: 30,
    })
  if (code.startsWith('SQLITE_BUSY'))
    return new Problem('ENGINE_BUSY', 'the store is busy with another writer; try again', {
      cause: error,
      retryAfterS: 1,
    })
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return broken(file, error)
  return error
}

function broken(file: string, cause: unknown): Problem {
  return new Problem(
    'STORE_BROKEN',
    `${file} is damaged, or was written under another key: stop the service, keep a copy of the file, and restore the last backup or start with another --data-dir`,
    { cause },
  )
}

function checkPages(db: Connection, file: string, fresh: boolean) {
  if (fresh || statSync(file).size > CHECK_BELOW_BYTES) return
  const verdict = db.pragma('quick_check(1)', { simple: true })
  if (verdict !== 'ok') throw broken(file, new Error(String(verdict).slice(0, 200)))
}

function migrate(db: Connection, file: string, write: boolean, key: Uint8Array) {
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
  db.transaction(() => {
    // asked again inside: another process may have migrated while this one waited for the lock
    for (let done = version(); done < known; done++) {
      db.exec(migrations[done]!)
      db.pragma(`user_version = ${done + 1}`)
    }
  }).immediate()
}
