import { createDecipheriv } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PAGE_BYTES, storeKeys } from '../src/engines/embedded/page-encryption.ts'
import { openSnapshot } from '../src/engines/embedded/snapshot.ts'

const RESERVED = 80
const IV_BYTES = 16
const SALT_BYTES = 16
const WAL_HEADER = 32
const FRAME_HEADER = 24

/**
 * Every file under a data directory as whoever holds its key could read it: pages of databases and of their journals, free
 * ones too, and snapshots are opened; anything else is as it is. What cannot be opened is left as it is.
 */
export function plainFiles(folder: string, key: Uint8Array): { path: string; bytes: Buffer }[] {
  const keys = storeKeys(key)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const bytes = readFileSync(path)
      if (entry.name.endsWith('.seg')) return { path, bytes: snapshot(path, keys.snapshots) }
      if (entry.name.endsWith('.db')) return { path, bytes: pages(bytes, keys.database, 0, 0) }
      if (entry.name.endsWith('.db-wal')) return { path, bytes: pages(bytes, keys.database, WAL_HEADER, FRAME_HEADER) }
      return { path, bytes }
    })
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
