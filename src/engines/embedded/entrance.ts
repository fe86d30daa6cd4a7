import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { BUSY_MS } from './failures.ts'
import { flushNow } from './flush.ts'
import { isHeld, KEYS_LOCK, type Release, STORE_LOCK, take } from './locks.ts'

/** Folder, inside the data directory, of the files that are being written under the next key; nothing in it counts. */
export const DRAFT = 'rekey'
/** What that folder is called from the moment on at which all in it counts, until it has been moved into its places. */
export const DECIDED = 'rekeyed'
/** In the draft: asks everybody to leave the store for a moment, and tells who has its key the next one. */
const LEAVE = 'leave'
/** Of a data directory: what opens all the rest, and so comes last. */
export const WRAPPED_KEYS = 'wrapped-keys.json'

/** That somebody has the store open: nobody puts other files in the place of its own meanwhile. */
export interface Presence {
  /** What tells the next key, where somebody who changes the keys waits for this one to leave; else null. */
  asked(): Uint8Array | null
  leave(): void
}

/** Where there is nothing to be changed. */
const NOWHERE: Presence = { asked: () => null, leave: () => {} }

/**
 * Enters a data directory, before its keys are read and for as long as anything in it is open. What a change of keys left
 * that died is brought to an end first: it counts as a whole or not at all. Waits for one that is at its end.
 * Throws Problem ENGINE_BUSY where that takes too long; else what the file system throws.
 * @param write whether the caller may make files there; without, a directory that nobody wrote to is only looked at
 */
export function enterStore(dataDir: string, write: boolean, waitMs = BUSY_MS): Presence {
  if (!existsSync(write ? dataDir : join(dataDir, STORE_LOCK))) return NOWHERE
  for (;;) {
    const leave = locked(take(dataDir, STORE_LOCK, 'shared', waitMs))
    if (!existsSync(join(dataDir, DECIDED))) {
      if (write) removeDraft(dataDir)
      return { asked: () => askedIn(dataDir), leave }
    }
    leave()
    const open = locked(take(dataDir, STORE_LOCK, 'alone', waitMs))
    try {
      moveIn(dataDir)
    } finally {
      open()
    }
  }
}

function locked(release: Release | null): Release {
  if (release === null)
    throw new Problem('ENGINE_BUSY', 'the keys of the store are being changed; try again', { retryAfterS: 1 })
  return release
}

function askedIn(dataDir: string): Uint8Array | null {
  const path = join(dataDir, DRAFT, LEAVE)
  // one that died waits for nobody
  if (!existsSync(path) || !isHeld(dataDir, KEYS_LOCK)) return null
  try {
    return readFileSync(path)
  } catch (error) {
    // no longer
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Whether somebody who changes the keys still waits for others to leave, or has the store alone. */
export const isAsked = (dataDir: string): boolean => askedIn(dataDir) !== null

/** Asks everybody to leave. Nobody opens anything with `told` but who has the present key. */
export function askToLeave(dataDir: string, told: Uint8Array): void {
  const path = join(dataDir, DRAFT, LEAVE)
  writeFileSync(`${path}.part`, told, { mode: 0o600 })
  renameSync(`${path}.part`, path)
}

/** Takes that back. What was told is written over first: it must not outlive the moment for which it was written. */
export function askNoMore(dataDir: string): void {
  const path = join(dataDir, DRAFT, LEAVE)
  if (!existsSync(path)) return
  writeFileSync(path, Buffer.alloc(readFileSync(path).length), { flag: 'r+', flush: true })
  rmSync(path)
}

/** Removes a draft that nobody works on any more. */
function removeDraft(dataDir: string): void {
  if (!existsSync(join(dataDir, DRAFT))) return
  const release = take(dataDir, KEYS_LOCK, 'alone')
  if (release === null) return
  try {
    askNoMore(dataDir)
    rmSync(join(dataDir, DRAFT), { recursive: true, force: true })
  } finally {
    release()
  }
}

/** Lets a whole draft count, by one renaming. Only for who has the store alone; `moveIn` follows, at the latest at the next opening. */
export function decide(dataDir: string): void {
  flushNow(join(dataDir, DRAFT))
  renameSync(join(dataDir, DRAFT), join(dataDir, DECIDED))
  flushNow(dataDir)
}

/** Moves what counts into its places. It may be cut short anywhere and done again. Only for who has the store alone. */
export function moveIn(dataDir: string): void {
  const decided = join(dataDir, DECIDED)
  if (!existsSync(decided)) return
  const names = readdirSync(decided).filter((name) => name !== WRAPPED_KEYS)
  for (const name of [...names, WRAPPED_KEYS]) {
    const [from, to] = [join(decided, name), join(dataDir, name)]
    if (!existsSync(from)) continue
    // a journal belongs to the file that goes, and a folder only gives its name to another once it is empty
    for (const one of [`${to}-wal`, `${to}-shm`]) rmSync(one, { force: true })
    if (name === 'index') rmSync(to, { recursive: true, force: true })
    renameSync(from, to)
  }
  flushNow(dataDir)
  rmdirSync(decided)
  flushNow(dataDir)
}
