import type { Connection } from '../../../src/engines/embedded/connection.ts'
import { migrations } from '../../../src/engines/embedded/migrations/index.ts'

/** Gives an empty database the schema of a release: the latest, or that after so many changes. */
export function migrated(db: Connection, changes = migrations.length): void {
  for (const migration of migrations.slice(0, changes))
    if (typeof migration === 'string') db.exec(migration)
    else migration(db, { need: () => new Map() })
  db.pragma(`user_version = ${changes}`)
}
