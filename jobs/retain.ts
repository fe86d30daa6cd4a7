import type { ArchiveTarget } from '../src/core/archive-target.ts'
import type { RetentionRule } from '../src/core/retention.ts'
import { type ArchiveFileParts, archiveFiles } from '../src/flow/archive-files.ts'
import { checkRenewed } from '../src/flow/key-copies.ts'
import { checkFiles, type RetainParts, retain } from '../src/flow/retain.ts'

/** Whoever the audit names where nobody asked for it. */
const ACTOR = { by: 'job:retain', role: null, tenant_id: null, from: 'schedule' } as const

export interface RetainJobParts extends Omit<RetainParts, 'cold'> {
  engine: RetainParts['engine'] & ArchiveFileParts['engine']
  retention: readonly RetentionRule[]
  /** Where the archive lies. */
  archive: ArchiveTarget
}

/**
 * Ends what is due under the rules of retention. Throws COPY_FAILED after all is done, where a copy of the key ring could not
 * be renewed (what lay under a destroyed key may still be opened there), or an archive file could not be read.
 */
export async function retainJob(
  { retention, archive: target, ...rest }: RetainJobParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<{ done: number }> {
  if (retention.length === 0) return { done: 0 }
  const parts = { ...rest, cold: archiveFiles({ ...rest, target }, signal) }
  const { done, files_failed, key_copies } = await retain(parts, { rules: retention, actor: ACTOR }, signal, progress)
  checkRenewed(key_copies)
  checkFiles(files_failed)
  return { done: done.reduce((sum, { events }) => sum + events, 0) }
}
