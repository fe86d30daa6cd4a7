import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { diskProblem } from './disk.ts'

/**
 * Puts a file where none is, whole, on the disk, and read-only (0400); one that stands there is left alone. What a
 * cut-off run left is `PATH.part`, which the next takes away. Throws Problem COPY_FAILED.
 */
export async function writeOnce(path: string, bytes: Uint8Array): Promise<'stored' | 'there'> {
  const half = `${path}.part`
  try {
    await rm(half, { force: true })
    const file = await open(half, 'wx', 0o400)
    try {
      await file.writeFile(bytes)
      await file.chmod(0o400)
      await file.sync()
    } finally {
      await file.close()
    }
    // a link is never put over a file, as a new name would be
    const stored = await link(half, path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false
        throw error
      },
    )
    await rm(half)
    await flushFolder(dirname(path))
    return stored ? 'stored' : 'there'
  } catch (error) {
    await rm(half, { force: true }).catch(() => {})
    throw diskProblem(path, error)
  }
}

/** Brings to the disk which files a folder has. Throws what the file system throws. */
export async function flushFolder(folder: string): Promise<void> {
  const at = await open(folder, 'r')
  try {
    await at.sync()
  } finally {
    await at.close()
  }
}
