import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { DATABASE } from '../engines/embedded/connection.ts'

/** Free bytes of the disk that a data directory is on, and the bytes of its files beside the database. */
export async function diskSpace(dataDir: string): Promise<{ free_bytes: number; beside_bytes: number }> {
  const { bavail, bsize } = await statfs(dataDir)
  const files = (await readdir(dataDir, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name)
      if (path === join(dataDir, DATABASE)) return 0
      // snapshots come and go
      return (await stat(path).catch(() => ({ size: 0 }))).size
    }),
  )
  return { free_bytes: bavail * bsize, beside_bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
