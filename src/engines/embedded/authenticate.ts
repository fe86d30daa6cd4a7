import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE } from './connection.ts'
import { alteredPages, storeKeys } from './page-encryption.ts'
import { openSnapshot } from './snapshot.ts'

/** A file of a store that is not as it was written. */
export interface Altered {
  /** Relative to the data directory. */
  file: string
  /** What is wrong, in words. */
  what: string
  /** Of a database: numbers of its pages, from 1. */
  pages?: number[]
}

/**
 * Asks every page of the database, free ones among them, and every snapshot of the index whether it is as it was
 * written. The journal is asked by SQLite, at each page that it reads from it. Opens no database, so that it answers
 * where none can be opened. Throws what the file system throws.
 * @param key that of the store
 */
export function authenticate(dataDir: string, key: Uint8Array): Altered[] {
  const keys = storeKeys(key)
  const altered: Altered[] = []
  const database = join(dataDir, DATABASE)
  if (existsSync(database)) {
    const pages = alteredPages(database, keys.database)
    if (pages.length > 0)
      altered.push({
        file: DATABASE,
        what: `${pages.length} of its pages were altered, the first is ${pages[0]}`,
        pages,
      })
  }
  const index = join(dataDir, 'index')
  for (const name of existsSync(index) ? readdirSync(index).sort() : []) {
    if (!name.endsWith('.seg')) continue
    try {
      openSnapshot(join(index, name), keys.snapshots)
    } catch (error) {
      // a service beside this may have written it anew, or removed it
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      altered.push({ file: join('index', name), what: (error as Error).message })
    }
  }
  return altered
}
