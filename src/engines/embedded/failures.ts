import { nativeProblem } from '../../core/native.ts'
import { Problem } from '../../core/problem.ts'

/** How long a writer waits for another process's commit before it gives up. */
export const BUSY_MS = 10_000

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

/** A file that is not what was written there. */
export function broken(file: string, cause: unknown): Problem {
  return new Problem(
    'STORE_BROKEN',
    `${file} is damaged, or was written under another key: stop the service, keep a copy of the file, and restore the last backup or start with another --data-dir`,
    { cause },
  )
}
