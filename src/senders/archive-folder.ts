import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArchiveTarget } from '../core/archive-target.ts'
import { Problem } from '../core/problem.ts'
import { diskProblem } from './disk.ts'
import { writeOnce } from './write-once.ts'
import { folderSource } from './write-once-folder.ts'

/** Files of the archive in a folder, each read-only and never written again. The folder must be there: an empty mount point is none. */
export function archiveFolder(folder: string): ArchiveTarget {
  return {
    place: `folder ${folder}`,
    async put(path, bytes) {
      if ((await writeOnce(join(folder, path), bytes)) === 'there')
        throw new Problem('COPY_FAILED', `${join(folder, path)} is there already, and never written again`)
    },
    read: (path) => folderSource(folder).read(path),
    async remove(path) {
      const file = join(folder, path)
      try {
        // the folder first: a file is not gone because its mount is
        const at = await open(folder, 'r')
        try {
          await rm(file, { force: true })
          await rm(`${file}.part`, { force: true })
          await at.sync()
        } finally {
          await at.close()
        }
      } catch (error) {
        throw diskProblem(file, error)
      }
      return 'removed'
    },
  }
}
