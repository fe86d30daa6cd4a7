import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import {
  isAuthentic,
  LOCK_PAGE,
  MAC_BYTES,
  PAGE_BYTES,
  pageCode,
  pageMacKey,
  SALT_BYTES,
  saltOf,
} from './page-encryption.ts'

const IV_BYTES = 16
/** Where the encrypted bytes of a page end, its initialisation vector and its code begin. */
const IV_AT = PAGE_BYTES - MAC_BYTES - IV_BYTES
const CODE_AT = PAGE_BYTES - MAC_BYTES
/** Of a page's code, what is kept to know the page again: two writings share it once in 2^128. */
const TAG_BYTES = 16
const STEP_PAGES = 64

/** A database's pages, copied under another key. */
export interface PageCopy {
  /**
   * Copies the pages that are not yet copied as they are now, in steps of some milliseconds, each of which tells how many
   * pages it went through. Ends with how many it copied, and which cannot be copied because they are not as they were
   * written: in a file that is in use, also those that are being written at that moment.
   */
  pass(): Generator<number, { copied: number; altered: number[] }>
  /** Brings what was copied to the disk. */
  flush(): void
  close(): void
}

/**
 * Copies a database file page by page, each decrypted, and encrypted under another key with a new salt (SQLCipher 4: see
 * page-encryption.ts). SQLite is not asked, so that the file may be in use: a page that was written since it was copied has
 * another code, and the next pass copies it again. A pass while nobody writes, with an empty journal, makes the copy equal.
 * Throws what the file system throws; `to` must not exist.
 * @param key that the file's pages are encrypted under
 * @param next that the copy's are to be
 */
export function pageCopy(from: string, to: string, key: Uint8Array, next: Uint8Array): PageCopy {
  const source = openSync(from, 'r')
  let target: number
  try {
    target = openSync(to, 'wx', 0o600)
  } catch (error) {
    closeSync(source)
    throw error
  }
  const page = Buffer.alloc(PAGE_BYTES)
  const made = Buffer.alloc(PAGE_BYTES)
  const salt = randomBytes(SALT_BYTES)
  const nextMacKey = pageMacKey(next, salt)
  readSync(source, page, 0, SALT_BYTES, 0)
  const macKey = pageMacKey(key, saltOf(page))
  let tags = Buffer.alloc(0)
  let written = 0

  /** Encrypts the page that was read under the next key. */
  function convert(number: number): void {
    const begin = number === 1 ? SALT_BYTES : 0
    const opening = createDecipheriv('aes-256-cbc', key, page.subarray(IV_AT, CODE_AT)).setAutoPadding(false)
    const plain = opening.update(page.subarray(begin, IV_AT))
    opening.final()
    const iv = randomBytes(IV_BYTES)
    const sealing = createCipheriv('aes-256-cbc', next, iv).setAutoPadding(false)
    if (number === 1) made.set(salt)
    made.set(sealing.update(plain), begin)
    sealing.final()
    plain.fill(0)
    made.set(iv, IV_AT)
    made.set(pageCode(made, number, nextMacKey), CODE_AT)
  }

  return {
    *pass() {
      const pages = Math.ceil(fstatSync(source).size / PAGE_BYTES)
      if (tags.length < pages * TAG_BYTES) tags = Buffer.concat([tags], Math.ceil(pages * 1.1) * TAG_BYTES)
      if (pages < written) ftruncateSync(target, pages * PAGE_BYTES)
      tags.fill(0, pages * TAG_BYTES)
      const seen = Buffer.alloc(TAG_BYTES)
      const altered: number[] = []
      let copied = 0
      for (let from = 1; from <= pages; from += STEP_PAGES) {
        const count = Math.min(STEP_PAGES, pages - from + 1)
        for (let number = from; number < from + count; number++) {
          const at = (number - 1) * PAGE_BYTES
          const tag = tags.subarray((number - 1) * TAG_BYTES, number * TAG_BYTES)
          if (number <= written && readSync(source, seen, 0, TAG_BYTES, at + CODE_AT) === TAG_BYTES && seen.equals(tag))
            continue
          if (readSync(source, page, 0, PAGE_BYTES, at) !== PAGE_BYTES || !isAuthentic(page, number, macKey)) {
            altered.push(number)
            tag.fill(0)
            continue
          }
          if (number === LOCK_PAGE) made.fill(0)
          else convert(number)
          writeSync(target, made, 0, PAGE_BYTES, at)
          page.copy(tag, 0, CODE_AT, CODE_AT + TAG_BYTES)
          copied++
        }
        yield count
      }
      written = pages
      return { copied, altered }
    },
    flush: () => fsyncSync(target),
    close() {
      closeSync(source)
      closeSync(target)
    },
  }
}
