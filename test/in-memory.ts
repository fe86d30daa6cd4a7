import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** What the folders of a run hold at most, several times over. */
const ROOM_BYTES = 4 * 2 ** 30

/**
 * Puts the folders of all tests into memory, where the system offers room there, and removes them in the end. Tests kill
 * processes and never the power, so nothing that they look at depends on a disk, and a third of their time was waiting
 * for its flushes. Elsewhere, and where TMPDIR is given, they lie where they are told to.
 */
export default function inMemory(): (() => void) | undefined {
  if (process.env.TMPDIR !== undefined || roomBytes() < ROOM_BYTES) return undefined
  const folder = mkdtempSync(join(MEMORY, 'uc-tests-'))
  process.env.TMPDIR = folder
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function roomBytes(): number {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize
  } catch {
    return 0
  }
}
