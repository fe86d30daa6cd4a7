import { createHash, randomUUID } from 'node:crypto'
import { closeSync, lstatSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** An empty file of mode 0600 for a library that can only read and write files. */
export interface ScratchFile {
  path: string
  /** Removes the file with what is in it. */
  close(): void
}

/** Where Linux keeps memory that looks like a folder (tmpfs), and how that file system names itself (linux/magic.h). */
const MEMORY = '/dev/shm'
const TMPFS = 0x01021994

/**
 * Files for bytes that must not lie on the disk in the clear: in memory where there is room, each in a folder of its own
 * that nobody else may look into, else in the folder under a name that ends with `.tmp`. What processes that died left in
 * memory for the same folder is removed. They have names on purpose: a path that leads to a descriptor would lead to another
 * file once a thread was ended and the descriptor given away, and the library empties what it opens.
 * @param folder on disk; whoever opens it at a start removes what ends with `.tmp`
 * @param memory folder in memory
 * @returns opens a file; `bytes` is how much will be written at most. Throws as the file system does
 */
export function scratchIn(folder: string, memory: string = MEMORY): (bytes: number) => ScratchFile {
  const prefix = `undercurrent-${createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16)}-`
  removeLeft(memory, prefix)
  return (bytes) =>
    (hasRoom(memory, bytes) ? inMemory(join(memory, `${prefix}${process.pid}-`)) : null) ??
    named(join(folder, `graph-${process.pid}-${randomUUID()}.tmp`))
}

/** Whether a folder is memory, and so many bytes are free there. */
function hasRoom(memory: string, bytes: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    const { type, bavail, bsize } = statfsSync(memory)
    return type === TMPFS && bavail * bsize > bytes
  } catch {
    return false
  }
}

/** Null where nothing may be made there. */
function inMemory(prefix: string): ScratchFile | null {
  let own: string
  try {
    // of mode 0700, under a name that nobody can foresee
    own = mkdtempSync(prefix)
  } catch {
    return null
  }
  return named(join(own, 'graph'), own)
}

/** @param all what goes with the file */
function named(path: string, all = path): ScratchFile {
  closeSync(openSync(path, 'wx', 0o600))
  return { path, close: () => rmSync(all, { recursive: true, force: true }) }
}

function removeLeft(memory: string, prefix: string): void {
  for (const name of listed(memory)) {
    if (!name.startsWith(prefix)) continue
    const path = join(memory, name)
    try {
      const { uid, mtimeMs } = lstatSync(path)
      if (uid === process.getuid?.() && isLeft(Number.parseInt(name.slice(prefix.length), 10), mtimeMs))
        rmSync(path, { recursive: true, force: true })
    } catch {
      // another process was first, or it is none of ours
    }
  }
}

/** Whether the process that made something is no more; one of before may have had the same number. */
function isLeft(pid: number, madeMs: number): boolean {
  if (pid === process.pid) return madeMs < performance.timeOrigin
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
