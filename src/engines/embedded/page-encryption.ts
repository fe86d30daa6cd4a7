import { createHmac, hkdfSync, pbkdf2Sync } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type Database from 'better-sqlite3-multiple-ciphers'

/** Bytes of a page: 16 KiB cost a third less than 4 and take a quarter less room under this scheme. */
export const PAGE_BYTES = 16_384
export const SALT_BYTES = 16
export const MAC_BYTES = 64
/** SQLite keeps its locks at this offset of a database, and so never writes the page that it lies in. */
const LOCK_AT = 2 ** 30
/** Laid over the salt for the key of the codes (SQLCipher 4). */
const MAC_MASK = 0x3a
const MAC_ROUNDS = 2
/** A page that is being written may be read half; so often it is read again. */
const READS = 4
const STEP_PAGES = 64

/** Keys of a store's files, 32 bytes each, from the one that it is opened with (HKDF-SHA-256, RFC 5869). */
export function storeKeys(key: Uint8Array): Record<'database' | 'keyring' | 'snapshots' | 'successor', Uint8Array> {
  const keyFor = (what: string) => new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `undercurrent/${what}`, 32))
  return {
    database: keyFor('database'),
    keyring: keyFor('keyring'),
    snapshots: keyFor('snapshots'),
    // what the key that follows this one is told under
    successor: keyFor('successor'),
  }
}

/** Lets a connection read and write pages of the SQLCipher 4 scheme: AES-256-CBC, each with an HMAC-SHA-512. Before anything else is asked of it. */
export function unlock(db: Database.Database, key: Uint8Array): void {
  for (const pragma of unlocking(key)) db.pragma(pragma)
}

/** What is said to a connection for that, in order. */
export const unlocking = (key: Uint8Array): string[] => [
  "cipher = 'sqlcipher'",
  'legacy = 4',
  `legacy_page_size = ${PAGE_BYTES}`,
  `key = "x'${Buffer.from(key).toString('hex')}'"`,
]

/** Key of the codes of a database's pages. */
export function pageMacKey(key: Uint8Array, salt: Uint8Array): Buffer {
  return pbkdf2Sync(
    key,
    salt.map((byte) => byte ^ MAC_MASK),
    MAC_ROUNDS,
    32,
    'sha512',
  )
}

/** The salt of a database: its first bytes. */
export const saltOf = (firstPage: Uint8Array): Uint8Array => new Uint8Array(firstPage.subarray(0, SALT_BYTES))

/** Number of the page that is never written: zeros, in a database that has it. */
export const LOCK_PAGE = LOCK_AT / PAGE_BYTES + 1

/**
 * Code of a page over its bytes, encrypted as they are, and its number.
 * @param number from 1, as SQLite counts
 */
export function pageCode(page: Uint8Array, number: number, macKey: Uint8Array): Buffer {
  const place = Buffer.alloc(4)
  place.writeUInt32LE(number)
  return createHmac('sha512', macKey)
    .update(page.subarray(number === 1 ? SALT_BYTES : 0, page.length - MAC_BYTES))
    .update(place)
    .digest()
}

/** Whether a page is as it was written. The one that is never written is so where it holds nothing. */
export function isAuthentic(page: Uint8Array, number: number, macKey: Uint8Array): boolean {
  if (number === LOCK_PAGE) return page.every((byte) => byte === 0)
  return pageCode(page, number, macKey).equals(page.subarray(page.length - MAC_BYTES))
}

/**
 * The pages of a database file that were altered, free ones among them, by number from 1; the last one, where it was cut
 * short. The file may be in use. A generator, so that whoever asks decides what happens between two steps, of some
 * milliseconds each. Throws what the file system throws.
 */
export function* alteredPages(path: string, key: Uint8Array): Generator<undefined, number[]> {
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    const pages = Math.floor(size / PAGE_BYTES)
    const altered: number[] = []
    const step = Buffer.alloc(STEP_PAGES * PAGE_BYTES)
    readSync(file, step, 0, PAGE_BYTES, 0)
    const macKey = pageMacKey(key, saltOf(step))
    const again = Buffer.alloc(PAGE_BYTES)
    const isWhole = (number: number) => {
      for (let read = 1; read < READS; read++) {
        readSync(file, again, 0, PAGE_BYTES, (number - 1) * PAGE_BYTES)
        if (isAuthentic(again, number, macKey)) return true
      }
      return false
    }
    for (let from = 0; from < pages; from += STEP_PAGES) {
      const count = Math.min(STEP_PAGES, pages - from)
      const read = readSync(file, step, 0, count * PAGE_BYTES, from * PAGE_BYTES)
      for (let i = 0; i < count; i++) {
        const page = step.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES)
        const number = from + i + 1
        const whole = (i + 1) * PAGE_BYTES <= read && isAuthentic(page, number, macKey)
        if (!whole && !isWhole(number)) altered.push(number)
      }
      yield
    }
    if (size % PAGE_BYTES !== 0) altered.push(pages + 1)
    return altered
  } finally {
    closeSync(file)
  }
}
