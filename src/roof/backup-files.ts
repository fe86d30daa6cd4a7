import { createHash, randomBytes } from 'node:crypto'
import { constants, createReadStream, existsSync } from 'node:fs'
import { chmod, copyFile, type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isDiskFull } from '../core/disk-full.ts'
import { Problem } from '../core/problem.ts'
import { DATABASE } from '../engines/embedded/connection.ts'
import { WRAPPED_KEYS } from '../engines/embedded/entrance.ts'
import { KEY_RING } from '../engines/embedded/key-ring.ts'
import type { FileMade } from './backup-manifest.ts'
import { wrappedKeysFile } from './secrets.ts'

/** A file of a backup. */
export interface BackupFile {
  name: string
  /** Whether `--keys` puts it in a second place, so that who has the data does not have what opens it. */
  isKey: boolean
}

/** Every file that a backup may hold, in the order in which they are restored. */
export const BACKUP_FILES: readonly BackupFile[] = [
  { name: WRAPPED_KEYS, isKey: true },
  { name: KEY_RING, isKey: true },
  { name: DATABASE, isKey: false },
]

/** The wrapped keys in a folder of keys. Throws Problem BAD_REQUEST where there are none: nothing is made there. */
export function keysIn(folder: string): string {
  const path = wrappedKeysFile(folder)
  if (!existsSync(path))
    throw new Problem('BAD_REQUEST', `there is no ${path}: name the folder that the keys were put in by --keys`)
  return path
}

/** Name, length and hash of a file in a folder. */
export async function fileMade(folder: string, name: string): Promise<FileMade> {
  const path = join(folder, name)
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash)
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}

/** Copies a file into a new one of mode 0600, on the disk when it returns. Throws what the file system throws. */
export async function copyFlushed(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL)
  await chmod(to, 0o600)
  await flush(to)
}

/**
 * Copies a file into the place of an older one, so that at any moment one of the two is there, and on the disk. Throws what
 * the file system throws, and what `before` does, which is asked when all but the renaming is done.
 */
export async function replaceFlushed(from: string, to: string, before: () => void = () => {}): Promise<void> {
  const made = `${to}.${randomBytes(6).toString('hex')}`
  try {
    await copyFlushed(from, made)
    before()
    await rename(made, to)
    await flush(dirname(to))
  } finally {
    await rm(made, { force: true })
  }
}

/** Brings a file or a folder to the disk. */
export async function flush(path: string): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    await file.sync()
  } finally {
    await file?.close()
  }
}

/** A failure of the file system in words; anything else passes through. `path` is what was to be written. */
export function writeProblem(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (error instanceof Problem || typeof code !== 'string') return error
  if (isDiskFull(error))
    return new Problem('DISK_FULL', `the disk is full: ${path} was not written, and nothing is left of it`, {
      cause: error,
    })
  return new Problem('CONFIG_INVALID', `${path} cannot be written (${code})`, { cause: error })
}
