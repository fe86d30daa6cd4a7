import { open, rename, rm } from 'node:fs/promises'
import { Problem } from '../core/problem.ts'

/**
 * Writes a file piece by piece under a name of its own and gives it its own name once it is whole and on the disk, so
 * that nobody finds half of it. Throws Problem CONFIG_INVALID where it cannot be written, DISK_FULL, and BAD_REQUEST
 * where `signal` cut it short; nothing is left then.
 */
export async function writeWhole(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const draft = `${path}.part`
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      for await (const piece of pieces) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    if (signal?.aborted === true) throw new Problem('BAD_REQUEST', `${path} was not written: the work was interrupted`)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    if (error instanceof Problem) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new Problem('DISK_FULL', `the disk is full: ${path} was not written`, { cause: error })
    if (code === undefined) throw error
    throw new Problem('CONFIG_INVALID', `${path} cannot be written (${code})`, { cause: error })
  }
}
