import type { ArchiveEntry, ArchiveManifest, ToldFile } from '../../core/archive.ts'
import type { Entry } from '../../core/ports.ts'
import { rangesOf } from '../../core/ranges.ts'
import { formatTime, type Micros } from '../../core/window.ts'

type Told = ToldFile | Pick<ArchiveManifest, 'file' | 'sha256'>

/** What the access audit says of rows that moved into a file or back: the file, and half-open ranges of their places. */
export function archiveEntry(
  action: 'archive' | 'archive.restore',
  { id, actor }: ArchiveEntry,
  asked: Told,
  seqs: readonly number[],
  now: Micros,
): Entry {
  const leaves = rangesOf(seqs)
  const deed = { action, rows: seqs.length, asked, leaves, at: formatTime(now) }
  return { kind: 'audit', event_id: id, ts: now, body: { ...actor, ...deed } }
}

/** Of a file, what the entry `archive` says. */
export function toldFile({ file, sha256, bytes, rows, target, path, day, tenant_id, rule }: ArchiveManifest): ToldFile {
  return { file, sha256, bytes, rows, target, path, day, tenant_id, rule }
}
