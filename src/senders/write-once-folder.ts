import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SegmentSource, SegmentTarget } from '../core/copy.ts'
import { diskProblem } from './disk.ts'
import { writeOnce } from './write-once.ts'

/** Segments in a folder, each a read-only file that is never written again. The folder must be there: an empty mount point is none. */
export function writeOnceFolder({ name, path }: { name: string; path: string }): SegmentTarget {
  return {
    name,
    place: `folder ${path}`,
    async put(file, bytes) {
      if ((await writeOnce(join(path, file), bytes)) === 'stored') return 'stored'
      const there = await folderSource(path).read(file)
      return Buffer.from(there).equals(bytes) ? 'stored' : there
    },
  }
}

/** Reads segments back. Files beside them are listed too, but for those that a run is writing. */
export function folderSource(path: string): SegmentSource {
  return {
    async list() {
      try {
        return (await readdir(path)).filter((file) => !file.endsWith('.part'))
      } catch (error) {
        throw diskProblem(path, error)
      }
    },
    async read(file) {
      try {
        return await readFile(join(path, file))
      } catch (error) {
        throw diskProblem(join(path, file), error)
      }
    },
  }
}
