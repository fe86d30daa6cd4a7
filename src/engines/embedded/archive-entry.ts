import type { ArchiveEntry, ArchiveManifest } from '../../core/archive.ts'
import type { Entry } from '../../core/ports.ts'
import { rangesOf } from '../../core/ranges.ts'
import { formatTime, type Micros } from '../../core/window.ts'

/** What the access audit says of rows that moved into a file or back: the file, and half-open ranges of their places. */
export function archiveEntry(
  action: 'archive' | 'archive.restore',
  { id, actor }: ArchiveEntry,
  { file, sha256 }: Pick<ArchiveManifest, 'file' | 'sha256'>,
  seqs: readonly number[],
  now: Micros,
): Entry {
  const leaves = rangesOf(seqs)
  const deed = { action, rows: seqs.length, asked: { file, sha256 }, leaves, at: formatTime(now) }
  return { kind: 'audit', event_id: id, ts: now, body: { ...actor, ...deed } }
}
