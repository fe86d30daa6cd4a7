import { createDecipheriv } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { DATABASE } from '../src/engines/embedded/connection.ts'
import { KEY_RING, keyRing } from '../src/engines/embedded/key-ring.ts'
import { PAGE_BYTES, storeKeys, unlock } from '../src/engines/embedded/page-encryption.ts'
import { bodyOpener, type SealedBody } from '../src/engines/embedded/sealed-body.ts'
import { openSnapshot } from '../src/engines/embedded/snapshot.ts'

const RESERVED = 80
const IV_BYTES = 16
const SALT_BYTES = 16
const WAL_HEADER = 32
const FRAME_HEADER = 24

/**
 * Every file under a data directory as whoever holds its key could read it: pages of databases and of their journals, free
 * ones too, and snapshots are opened, and the texts of events by the keys of the ring; anything else is as it is. What
 * cannot be opened is left as it is.
 */
export function plainFiles(folder: string, key: Uint8Array): { path: string; bytes: Buffer }[] {
  const keys = storeKeys(key)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const bytes = readFileSync(path)
      if (entry.name.endsWith('.seg')) return { path, bytes: snapshot(path, keys.snapshots) }
      const own = entry.name.startsWith(KEY_RING) ? keys.keyring : keys.database
      if (entry.name === DATABASE) return { path, bytes: Buffer.concat([pages(bytes, own, 0, 0), texts(path, key)]) }
      if (entry.name.endsWith('.db')) return { path, bytes: pages(bytes, own, 0, 0) }
      if (entry.name.endsWith('.db-wal')) return { path, bytes: pages(bytes, own, WAL_HEADER, FRAME_HEADER) }
      return { path, bytes }
    })
}

/** Salt and text of every event that can be opened. */
function texts(path: string, key: Uint8Array): Buffer {
  if (!existsSync(join(dirname(path), KEY_RING))) return Buffer.alloc(0)
  const db = new Database(path, { readonly: true })
  const ring = keyRing(dirname(path), key, 'read')
  try {
    unlock(db, storeKeys(key).database)
    const { open } = bodyOpener(ring)
    const rows = db
      .prepare<[], SealedBody & { seq: number }>(
        'select seq, event_id, subject, body from events where body is not null',
      )
      .all()
    const held = db.prepare<[number], unknown>('select 1 from events where seq = ? and body is not null')
    return Buffer.concat(
      rows.flatMap((row) => {
        const opened = open(row)
        if (typeof opened !== 'string') return [opened.salt, Buffer.from(opened.text)]
        // a service beside this may have amended or erased it meanwhile
        if (held.get(row.seq) === undefined) return []
        throw new Error(`the text of ${row.event_id} is ${opened}: it cannot be searched`)
      }),
    )
  } finally {
    ring.close()
    db.close()
  }
}

function snapshot(path: string, key: Uint8Array): Buffer {
  return Buffer.concat(
    openSnapshot(path, key).map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
  )
}

function pages(bytes: Buffer, key: Uint8Array, from: number, header: number): Buffer {
  const plain: Buffer[] = []
  for (let at = from; at + header + PAGE_BYTES <= bytes.length; at += header + PAGE_BYTES) {
    const number = header === 0 ? (at - from) / PAGE_BYTES + 1 : bytes.readUInt32BE(at)
    const page = bytes.subarray(at + header, at + header + PAGE_BYTES)
    const end = PAGE_BYTES - RESERVED
    const opening = createDecipheriv('aes-256-cbc', key, page.subarray(end, end + IV_BYTES)).setAutoPadding(false)
    // the first page of a database begins with its salt
    plain.push(opening.update(page.subarray(number === 1 ? SALT_BYTES : 0, end)), opening.final())
  }
  return Buffer.concat(plain)
}
