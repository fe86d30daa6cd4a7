import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArchiveTarget } from '../core/archive-target.ts'
import { Problem } from '../core/problem.ts'
import { diskProblem } from './disk.ts'
import { flushFolder, writeOnce } from './write-once.ts'
import { folderSource } from './write-once-folder.ts'

/** Files of the archive in a folder, each read-only and never written again. The folder must be there: an empty mount point is none. */
export function archiveFolder(folder: string): ArchiveTarget {
  return {
    place: `folder ${folder}`,
    async put(path, bytes) {
      await there(folder)
      if ((await writeOnce(join(folder, path), bytes)) === 'there')
        throw new Problem('COPY_FAILED', `${join(folder, path)} is there already, and never written again`)
    },
    async read(path) {
      await there(folder)
      return folderSource(folder).read(path)
    },
    async remove(path) {
      const file = join(folder, path)
      // first: a file is not gone because its mount is
      await there(folder)
      try {
        await rm(`${file}.part`, { force: true })
        const isAbsent = await rm(file).then(
          () => false,
          (error: NodeJS.ErrnoException) => {
            if (error.code === 'ENOENT') return true
            throw error
          },
        )
        await flushFolder(folder)
        return isAbsent ? 'absent' : 'removed'
      } catch (error) {
        throw diskProblem(file, error)
      }
    },
  }
}

async function there(folder: string): Promise<void> {
  try {
    await stat(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw diskProblem(folder, error)
    throw new Problem(
      'COPY_FAILED',
      `the archive folder ${folder} is not there: mount it, or make it with \`mkdir -m 700 ${folder}\``,
      { cause: error },
    )
  }
}
