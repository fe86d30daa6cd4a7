import type { Archives } from '../src/core/archive.ts'
import { Problem } from '../src/core/problem.ts'
import type { RetentionRule } from '../src/core/retention.ts'
import { type ArchiveParts, archive } from '../src/flow/archive.ts'
import { archiveFaultsTold, checkArchive } from '../src/flow/archive-check.ts'
import { archiveFiles } from '../src/flow/archive-files.ts'

/** Whoever the audit names where nobody asked for it. */
const ACTOR = { by: 'job:archive', role: null, tenant_id: null, from: 'schedule' } as const

export interface ArchiveJobParts extends Omit<ArchiveParts, 'target'> {
  engine: ArchiveParts['engine'] & Pick<Archives, 'cold' | 'readArchive'>
  /** Where the archive lies. */
  archive: ArchiveParts['target']
  retention: readonly RetentionRule[]
}

/**
 * Moves what rules archive to files, then reads one file again, the longest unread first, also where the former failed.
 * Throws COPY_FAILED where a place or a copy of the key ring fails, and after all is done where that file is not as it was written.
 */
export async function archiveJob(
  { retention, archive: target, ...rest }: ArchiveJobParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<{ done: number }> {
  const parts = { ...rest, target }
  const told = (done: number) => progress(done, done)
  let failed: unknown
  const moved = await archive(parts, { rules: retention, actor: ACTOR }, signal, told).catch((error: unknown) => {
    failed = error
    return []
  })
  const cold = archiveFiles(parts, signal)
  const wrong = archiveFaultsTold(await checkArchive({ ...parts, cold }, { most: 1 }, signal))
  if (failed !== undefined) throw failed
  if (wrong !== null) throw new Problem('COPY_FAILED', `in the archive, ${wrong}`)
  return { done: moved.reduce((sum, { events }) => sum + events, 0) }
}
