import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pageCopy } from '../../../src/engines/embedded/page-copy.ts'
import {
  alteredPages,
  isAuthentic,
  LOCK_PAGE,
  PAGE_BYTES,
  unlock,
} from '../../../src/engines/embedded/page-encryption.ts'

const KEY = new Uint8Array(32).fill(7)
const NEXT = new Uint8Array(32).fill(8)

let folder: string
let db: Database.Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-pages-'))
  db = opened(from(), KEY)
  db.pragma('journal_mode = WAL')
  db.exec('create table words(id integer primary key, word blob)')
  fill(1, 200)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const from = () => join(folder, 'a.db')
const to = () => join(folder, 'b.db')
const altered = (file: string, key: Uint8Array) => atOnce(alteredPages(file, key))

function opened(file: string, key: Uint8Array) {
  const one = new Database(file)
  unlock(one, key)
  return one
}

function fill(first: number, last: number) {
  const put = db.prepare('insert or replace into words values (?, zeroblob(?))')
  for (let id = first; id <= last; id++) put.run(id, 5_000 + id)
  db.pragma('wal_checkpoint(TRUNCATE)')
}

function atOnce<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const wordsIn = (one: Database.Database) => one.prepare('select id, length(word) n from words order by id').all()

it('is what SQLite opens under the next key, whole, and under no other', () => {
  const pages = pageCopy(from(), to(), KEY, NEXT)
  expect(atOnce(pages.pass())).toEqual({ copied: statSync(from()).size / PAGE_BYTES, altered: [] })
  pages.close()
  expect(altered(to(), NEXT)).toEqual([])
  expect(altered(to(), KEY)).toHaveLength(statSync(from()).size / PAGE_BYTES)
  const copy = opened(to(), NEXT)
  expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(wordsIn(copy)).toEqual(wordsIn(db))
  copy.close()
  const former = opened(to(), KEY)
  expect(() => former.pragma('user_version')).toThrow('file is not a database')
  former.close()
  // under a salt of its own, so that the keys of the codes differ too
  expect(readFileSync(to()).subarray(0, 16).equals(readFileSync(from()).subarray(0, 16))).toBe(false)
})

it('follows what was written since, page by page, and a file that became shorter', () => {
  const pages = pageCopy(from(), to(), KEY, NEXT)
  atOnce(pages.pass())
  expect(atOnce(pages.pass())).toEqual({ copied: 0, altered: [] })
  fill(190, 260)
  db.exec('delete from words where id between 20 and 25')
  db.pragma('wal_checkpoint(TRUNCATE)')
  const { copied } = atOnce(pages.pass())
  expect(copied).toBeGreaterThan(20)
  expect(copied).toBeLessThan(statSync(from()).size / PAGE_BYTES / 2)
  db.exec('delete from words where id > 50')
  db.exec('vacuum')
  db.pragma('wal_checkpoint(TRUNCATE)')
  atOnce(pages.pass())
  expect(statSync(to()).size).toBe(statSync(from()).size)
  fill(300, 320)
  atOnce(pages.pass())
  pages.close()
  expect(altered(to(), NEXT)).toEqual([])
  const copy = opened(to(), NEXT)
  expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(wordsIn(copy)).toEqual(wordsIn(db))
  copy.close()
})

it('names pages that are not as they were written, and copies none of them', () => {
  const other = pageCopy(from(), to(), NEXT, KEY)
  expect(atOnce(other.pass())).toMatchObject({ copied: 0 })
  other.close()
  expect(statSync(to()).size).toBe(0)
})

it('the page in which SQLite keeps its locks is never written, and altered where it holds something', () => {
  const page = Buffer.alloc(PAGE_BYTES)
  expect((LOCK_PAGE - 1) * PAGE_BYTES).toBe(2 ** 30)
  expect(isAuthentic(page, LOCK_PAGE, KEY)).toBe(true)
  expect(isAuthentic(page, LOCK_PAGE + 1, KEY)).toBe(false)
  page[9_000] = 1
  expect(isAuthentic(page, LOCK_PAGE, KEY)).toBe(false)
})
