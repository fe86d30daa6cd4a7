import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { guarded } from './failures.ts'

/** Held shared by whoever has the store open, and alone by whoever puts other files in the place of its own. */
export const STORE_LOCK = 'store.lock'
/** Held alone by whoever changes the keys of the store, for as long as that takes. */
export const KEYS_LOCK = 'keys.lock'

/** Gives a lock back. */
export type Release = () => void

/**
 * Takes a lock of a data directory: an empty file, locked as SQLite locks its databases, so that the system itself takes the
 * lock from a process that dies. Locks hold between the threads of a process as they do between processes. Null where
 * others hold it for longer than `waitMs`, which blocks the thread. Throws Problem NATIVE_MISSING, DISK_FULL, STORE_BROKEN, or what
 * SQLite throws where the file cannot be made.
 */
export function take(dataDir: string, name: string, how: 'shared' | 'alone', waitMs = 0): Release | null {
  const file = join(dataDir, name)
  // the first of all databases that is opened: where the driver is missing, this says so
  const db = guarded(() => new Database(file, { timeout: waitMs }), file)
  try {
    db.pragma('journal_mode = MEMORY')
    if (how === 'alone') db.exec('begin exclusive')
    else {
      db.exec('begin')
      // the first read of a transaction takes the lock, its end gives it back
      db.prepare('select 1 from sqlite_master').get()
    }
    return () => void db.close()
  } catch (error) {
    db.close()
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) return null
    throw error
  }
}

/** Whether somebody holds a lock alone. */
export function isHeld(dataDir: string, name: string): boolean {
  if (!existsSync(join(dataDir, name))) return false
  const release = take(dataDir, name, 'shared')
  release?.()
  return release === null
}
