import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as immediate } from 'node:timers/promises'
import type { AlteredFile } from '../../core/altered.ts'
import { upgradeCopies } from './before-upgrade.ts'
import { DATABASE } from './connection.ts'
import { KEY_RING } from './key-ring.ts'
import { alteredPages, storeKeys } from './page-encryption.ts'
import { snapshotSteps } from './snapshot.ts'

/**
 * Asks every page of the database and of the key ring, free ones among them, of copies of the database from before an
 * upgrade, and every snapshot of the index whether it is as it was
 * written. The journal is asked by SQLite, at each page that it reads from it. Opens no database, so that it answers
 * where none can be opened. Throws what the file system throws.
 * @param key that of the store
 */
export function authenticate(dataDir: string, key: Uint8Array): AlteredFile[] {
  const altered: AlteredFile[] = []
  for (const _ of steps(dataDir, key, altered));
  return altered
}

/** The same beside other work of its thread, which goes on between steps. Cut short, it answers what it saw until then. */
export async function authenticateBetween(
  dataDir: string,
  key: Uint8Array,
  signal: AbortSignal,
): Promise<AlteredFile[]> {
  const altered: AlteredFile[] = []
  for (const _ of steps(dataDir, key, altered)) {
    await immediate()
    if (signal.aborted) break
  }
  return altered
}

function* steps(dataDir: string, key: Uint8Array, altered: AlteredFile[]): Generator<undefined, void> {
  const keys = storeKeys(key)
  const databases = existsSync(dataDir) ? [DATABASE, ...upgradeCopies(dataDir)] : []
  for (const [file, own] of [
    ...databases.map((name) => [name, keys.database] as const),
    [KEY_RING, keys.keyring] as const,
  ]) {
    if (!existsSync(join(dataDir, file))) continue
    const pages = yield* alteredPages(join(dataDir, file), own)
    if (pages.length > 0)
      altered.push({ file, what: `${pages.length} of its pages were altered, the first is ${pages[0]}`, pages })
  }
  const index = join(dataDir, 'index')
  for (const name of existsSync(index) ? readdirSync(index).sort() : []) {
    if (!name.endsWith('.seg')) continue
    try {
      yield* snapshotSteps(join(index, name), keys.snapshots)
    } catch (error) {
      // a service beside this may have written it anew, or removed it
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      altered.push({ file: join('index', name), what: (error as Error).message })
    }
  }
}
