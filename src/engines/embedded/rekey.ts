import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3-multiple-ciphers'
import { isDiskFull } from '../../core/disk-full.ts'
import { Problem } from '../../core/problem.ts'
import { seal } from '../../encryption/seal.ts'
import { atOnce } from './at-once.ts'
import { upgradeCopies } from './before-upgrade.ts'
import { DATABASE } from './connection.ts'
import { askNoMore, askToLeave, DRAFT, decide, moveIn } from './entrance.ts'
import { broken, guarded } from './failures.ts'
import { KEY_RING } from './key-ring.ts'
import { KEYS_LOCK, type Release, STORE_LOCK, take } from './locks.ts'
import { type PageCopy, pageCopy } from './page-copy.ts'
import { PAGE_BYTES, storeKeys, unlock } from './page-encryption.ts'
import { resealSnapshot } from './snapshot.ts'
import { SUCCESSOR } from './yielding.ts'

export interface RekeyAsk {
  dataDir: string
  /** What the files of the store are encrypted under, and what they are to be; 32 bytes each. */
  key: Uint8Array
  next: Uint8Array
  /** Files that take effect in the same moment, by name: what tells the next key to whoever opens the store later. */
  beside: Readonly<Record<string, string>>
  signal?: AbortSignal | undefined
  /** In pages of all files. */
  onProgress?: ((done: number, total: number) => void) | undefined
  /** Called where somebody did not leave the store, before it is tried again. */
  onWait?: (() => void) | undefined
  patience?: Patience
}

export interface Patience {
  /** How long others are asked to leave, who can do nothing meanwhile. */
  askMs: number
  /** How long they are left alone before they are asked again. */
  pauseMs: number
  /** How often they are asked. */
  tries: number
}

/** Half an hour in all: a backup or a command that reads for long may be over by then. */
const PATIENCE: Patience = { askMs: 3_000, pauseMs: 27_000, tries: 60 }
const LOCK_MS = 1_000
const TRY_MS = 10
/** Pages that may be left for the moment in which nobody can work. */
const FEW_PAGES = 256
/** What copying of a ring, or before an upgrade, left where it was killed: it is under the former key. */
const LEFT = /^keyring\.db\.[0-9a-f]{12}$|^undercurrent\.db\.schema-\d+\.part$/
/** A store that is written faster than it is copied is not waited for. */
const MOST_PASSES = 8
/** Room that is left to others on the disk. */
const SPARE_BYTES = 64 * 2 ** 20

/**
 * Takes the sole right to change the keys of a data directory. What is read of them before may have been changed.
 * Throws Problem CONFLICT where somebody else has it.
 */
export function lockKeys(dataDir: string): Release {
  const release = guarded(() => take(dataDir, KEYS_LOCK, 'alone', LOCK_MS))
  if (release === null)
    throw new Problem('CONFLICT', 'the keys of this data directory are being changed by somebody else: try again later')
  return release
}

/**
 * Writes every file of a store anew under another key, while others use it: database, key ring, copies from before upgrades,
 * snapshots of the index. The files are copied page by page into a folder beside them; then all who have the store open are
 * asked to leave it for a moment (yielding.ts), what they wrote meanwhile is copied too, and one renaming makes the copies
 * the store. Killed at any point, the store is under the one key or under the other, whole. Holder of `lockKeys` alone.
 * Throws Problem: ENGINE_BUSY (somebody did not leave), STORE_BROKEN (a page was altered), DISK_FULL, BAD_REQUEST (`signal`
 * cut it short). Nothing is changed and nothing is left then.
 */
export async function rekeyStore(ask: RekeyAsk): Promise<{ bytes: number }> {
  const { dataDir, signal, patience = PATIENCE } = ask
  const draft = join(dataDir, DRAFT)
  rmSync(draft, { recursive: true, force: true })
  const copies: Copied[] = []
  try {
    mkdirSync(join(draft, 'index'), { recursive: true, mode: 0o700 })
    checkRoom(dataDir)
    const [keys, next] = [storeKeys(ask.key), storeKeys(ask.next)]
    for (const name of [DATABASE, KEY_RING, ...upgradeCopies(dataDir)]) {
      const of = name === KEY_RING ? 'keyring' : 'database'
      copies.push({ name, of, pages: pageCopy(join(dataDir, name), join(draft, name), keys[of], next[of]) })
    }
    for (const [name, text] of Object.entries(ask.beside))
      writeFileSync(join(draft, name), text, { flag: 'wx', mode: 0o600, flush: true })
    const index = indexCopy(dataDir, keys.snapshots, next.snapshots)
    const total = bytesOf(dataDir) / PAGE_BYTES
    let done = 0
    const advance = async (pages: number) => {
      done = Math.min(done + pages, total)
      ask.onProgress?.(Math.round(done), Math.round(total))
      await pause(0)
      if (signal?.aborted === true) throw new Problem('BAD_REQUEST', 'the re-key was interrupted; nothing was changed')
    }
    for (let tries = 1; ; tries++) {
      await keepUp(copies, index, advance)
      if (await swap(ask, copies, index)) return { bytes: Math.round(total * PAGE_BYTES) }
      if (tries >= patience.tries)
        throw new Problem(
          'ENGINE_BUSY',
          'somebody has the store open and does not give it up for a moment: end the command that reads or writes it for long, and try again; nothing was changed',
        )
      ask.onWait?.()
      await pause(patience.pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {})
    }
  } catch (error) {
    throw problemOf(error)
  } finally {
    for (const { pages } of copies) pages.close()
    // not there any more where it was decided
    askNoMore(dataDir)
    rmSync(draft, { recursive: true, force: true })
  }
}

interface Copied {
  name: string
  of: 'database' | 'keyring'
  pages: PageCopy
}

type Index = ReturnType<typeof indexCopy>

/** Copies what is there, and what comes meanwhile, until little is left. */
async function keepUp(copies: readonly Copied[], index: Index, advance: (pages: number) => Promise<void>) {
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    let copied = 0
    for (const { pages } of copies) {
      const steps = pages.pass()
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done === true) {
          copied += step.value.copied
          break
        }
        await advance(pass === 0 ? step.value : 0)
      }
    }
    for (const name of index.stale()) await advance((await index.copy(name)) / PAGE_BYTES)
    if (copied < FEW_PAGES) break
  }
  for (const { pages } of copies) pages.flush()
}

/** Whether the copies are the store now; false where somebody did not leave it. */
async function swap(ask: RekeyAsk, copies: readonly Copied[], index: Index): Promise<boolean> {
  const { dataDir, patience = PATIENCE } = ask
  askToLeave(dataDir, seal(storeKeys(ask.key).successor, ask.next, SUCCESSOR))
  let alone: Release | null = null
  try {
    for (let waited = 0; alone === null && waited < patience.askMs; waited += TRY_MS) {
      alone = take(dataDir, STORE_LOCK, 'alone')
      if (alone === null) await pause(TRY_MS)
    }
    if (alone === null) return false
    for (const { name, of } of copies) emptyJournal(join(dataDir, name), storeKeys(ask.key)[of])
    for (const { name, pages } of copies) {
      const { altered } = atOnce(pages.pass())
      if (altered.length > 0)
        throw broken(join(dataDir, name), new Error(`${altered.length} pages were altered, the first is ${altered[0]}`))
      pages.flush()
    }
    for (const name of index.stale()) await index.copy(name)
    index.drop()
    for (const { name, of } of copies) emptyJournal(join(dataDir, DRAFT, name), storeKeys(ask.next)[of])
    for (const name of readdirSync(dataDir)) if (LEFT.test(name)) rmSync(join(dataDir, name))
    if (ask.signal?.aborted === true) return false
    askNoMore(dataDir)
    decide(dataDir)
    moveIn(dataDir)
    return true
  } finally {
    askNoMore(dataDir)
    alone?.()
  }
}

/** Snapshots of the index, sealed anew one by one. One that cannot be read is left out: it is made again from the rows. */
function indexCopy(dataDir: string, key: Uint8Array, next: Uint8Array) {
  const [from, to] = [join(dataDir, 'index'), join(dataDir, DRAFT, 'index')]
  const done = new Map<string, string>()
  const names = () => (existsSync(from) ? readdirSync(from).filter((name) => name.endsWith('.seg')) : [])
  const stateOf = (name: string): string | null => {
    const state = statSync(join(from, name), { throwIfNoEntry: false })
    return state === undefined ? null : `${state.ino} ${state.size} ${state.mtimeMs}`
  }
  return {
    /** Names of those that are not sealed anew as they are now. */
    stale: (): string[] => names().filter((name) => done.get(name) !== stateOf(name)),
    /** Returns its length in bytes. */
    async copy(name: string): Promise<number> {
      const state = stateOf(name)
      if (state === null) return 0
      done.set(name, state)
      await resealSnapshot(join(from, name), key, to, next).catch((error: NodeJS.ErrnoException) => {
        if (isDiskFull(error)) throw error
      })
      return Number(state.split(' ')[1])
    },
    /** Lets those go that are not there any more. */
    drop(): void {
      const there = new Set(names())
      for (const name of readdirSync(to)) if (!there.has(name)) rmSync(join(to, name))
    },
  }
}

/** Brings what the journal holds into the file. Shows, too, that it opens under this key. */
function emptyJournal(file: string, key: Uint8Array): void {
  const db = new Database(file)
  try {
    unlock(db, key)
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.prepare('select count(*) from sqlite_master').get()
  } finally {
    db.close()
  }
  if (existsSync(`${file}-wal`)) throw new Error(`the journal of ${file} was not emptied`)
}

/** Bytes of all that is written anew. */
function bytesOf(dataDir: string): number {
  const index = join(dataDir, 'index')
  const files = [
    ...[DATABASE, KEY_RING, ...upgradeCopies(dataDir)].map((name) => join(dataDir, name)),
    ...(existsSync(index) ? readdirSync(index).map((name) => join(index, name)) : []),
  ]
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}

function checkRoom(dataDir: string): void {
  const { bavail, bsize } = statfsSync(dataDir)
  const wanted = bytesOf(dataDir) + SPARE_BYTES
  if (bavail * bsize < wanted)
    throw new Problem(
      'DISK_FULL',
      `a re-key takes the room of the store once more (${Math.ceil(wanted / 2 ** 20)} MiB) and ${dataDir} has ${Math.floor((bavail * bsize) / 2 ** 20)}: free some; nothing was changed`,
    )
}

function problemOf(error: unknown): unknown {
  if (!isDiskFull(error)) return error
  return new Problem('DISK_FULL', 'the disk is full: nothing was changed, and nothing is left of the re-key', {
    cause: error,
  })
}
