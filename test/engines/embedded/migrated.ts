import type { Connection } from '../../../src/engines/embedded/connection.ts'
import { migrations } from '../../../src/engines/embedded/migrations/index.ts'

/** Gives a database the schema of a release: the latest, or that after so many changes; some it may have already. */
export function migrated(db: Connection, changes = migrations.length, done = 0): void {
  for (const migration of migrations.slice(done, changes))
    if (typeof migration === 'string') db.exec(migration)
    else migration(db, { need: () => new Map(), keyOf: () => null })
  db.pragma(`user_version = ${changes}`)
}
