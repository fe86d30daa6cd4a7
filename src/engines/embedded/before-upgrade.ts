import { chmodSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { flushNow } from './flush.ts'
import { unlock } from './page-encryption.ts'

/** Copies of a database from before its schema was changed: `undercurrent.db.schema-2`. */
const COPY = /^undercurrent\.db\.schema-\d+$/

/** Names of such copies in a data directory. */
export const upgradeCopies = (dataDir: string): string[] =>
  readdirSync(dataDir)
    .filter((name) => COPY.test(name))
    .sort()

/** Removes them, and what one that was killed left of one. */
export function removeUpgradeCopies(dataDir: string): void {
  for (const name of readdirSync(dataDir))
    if (COPY.test(name.replace(/\.part$/, ''))) rmSync(join(dataDir, name), { force: true })
}

/**
 * Copies a database beside itself, encrypted as it is, before its schema is changed; once for each schema. Outside of a
 * transaction. Throws what SQLite and the file system throw; half a copy is not left then.
 * @param key of its pages
 */
export function copyBeforeUpgrade(db: Database.Database, file: string, key: Uint8Array, schema: number): void {
  const copy = `${file}.schema-${schema}`
  if (existsSync(copy)) return
  const draft = `${copy}.part`
  try {
    // left by one that was killed
    rmSync(draft, { force: true })
    db.prepare('vacuum into ?').run(draft)
    // another process may have been first: it has made the copy, and this one is of the new schema
    if (schemaOf(draft, key) !== schema) return
    chmodSync(draft, 0o600)
    flushNow(draft)
    renameSync(draft, copy)
    flushNow(dirname(copy))
  } finally {
    rmSync(draft, { force: true })
  }
}

function schemaOf(file: string, key: Uint8Array): number {
  const db = new Database(file, { readonly: true })
  try {
    unlock(db, key)
    return db.pragma('user_version', { simple: true }) as number
  } finally {
    db.close()
  }
}
