import {
  ARCHIVE_ROWS,
  type ArchiveBatch,
  type ArchiveManifest,
  type ArchivePlace,
  type Archives,
  archiveSlices,
} from '../core/archive.ts'
import type { Actor } from '../core/audit.ts'
import type { KeyRenewal } from '../core/key-copy.ts'
import { Problem } from '../core/problem.ts'
import { type RetentionRule, retentionSteps } from '../core/retention.ts'
import { formatTime } from '../core/window.ts'
import { type ArchiveFileParts, archiveFiles, archivePath, packArchive, unpackArchive } from './archive-files.ts'
import { breath } from './breath.ts'
import { checkRenewed } from './key-copies.ts'

export interface ArchiveParts extends ArchiveFileParts {
  engine: ArchiveFileParts['engine'] & Pick<Archives, 'archivable' | 'beginArchive' | 'archive'>
  /** Ids of entries in the ledger. */
  newId(): string
  /** So many bytes of chance. */
  random(bytes: number): Uint8Array
  /** Puts new keys into copies of the key ring as well, and says of each whether they are there. */
  renewKeyCopies(): Promise<KeyRenewal[]>
}

/** A file that was written. */
export interface Archived {
  rule: string
  file: string
  day: string
  tenant_id: string
  /** Events whose texts lie in it alone now. */
  events: number
  /** Events that it holds and that stay in the store: they were changed, held or taken away meanwhile. */
  left: number
  bytes: number
}

/**
 * Moves what the rules say to files, in their order, oldest first: each file is written, read back from where it lies,
 * opened and compared with the store, and copies of the key ring are renewed; only then texts leave the store, in commits of
 * some hundred rows, each with its entry in the audit. It may be killed anywhere, and moves the rest when it runs next.
 * Throws COPY_FAILED where the target or a copy of the key ring fails: nothing left the store then that is not in a file.
 */
export async function archive(
  parts: ArchiveParts,
  { rules, actor }: { rules: readonly RetentionRule[]; actor: Actor },
  signal: AbortSignal,
  onProgress: (done: number) => void = () => {},
): Promise<Archived[]> {
  const { engine, clock } = parts
  const now = clock.now()
  const done: Archived[] = []
  let moved = 0
  for (const { at, action } of retentionSteps(rules)) {
    if (action !== 'archive') continue
    for (let after: ArchivePlace | null = null; !signal.aborted; ) {
      const file = Buffer.from(parts.random(16)).toString('hex')
      const batch: ArchiveBatch | null = await engine.archivable({ file, rules, at, now, after, limit: ARCHIVE_ROWS })
      if (batch === null) break
      after = batch.next
      const one = await moveBatch(parts, { file, batch, rule: rules[at]!, actor }, signal)
      moved += one.events
      if (one.events > 0) done.push(one)
      onProgress(moved)
      await breath()
    }
  }
  await archiveFiles(parts, signal).sweep()
  return done
}

interface Move {
  file: string
  batch: ArchiveBatch
  rule: RetentionRule
  actor: Actor
}

async function moveBatch(parts: ArchiveParts, move: Move, signal: AbortSignal): Promise<Archived> {
  const { engine, target, clock, newId } = parts
  const { file, batch, rule, actor } = move
  const { day, tenant_id, rows } = batch
  const begun: ArchiveManifest = {
    v: 1,
    file,
    state: 'begun',
    target: target.place,
    path: archivePath({ day, file }),
    day,
    tenant_id,
    rule: { name: rule.name, hash: rule.hash },
    rows: rows.length,
    bytes: null,
    sha256: null,
    at: formatTime(clock.now()),
    read_at: null,
  }
  const key = await engine.beginArchive(begun)
  let events = 0
  let left = 0
  let size = 0
  try {
    const { bytes, sha256 } = await packArchive(file, rows, key)
    size = bytes.length
    await target.put(begun.path, bytes, signal)
    const back = await target.read(begun.path, signal)
    if (Buffer.compare(back, bytes) !== 0)
      throw new Problem('COPY_FAILED', `${target.place} does not give back what was put there: ${begun.path}`)
    const read = await unpackArchive(file, back, key)
    // a file whose key lies on this disk alone would be lost with it
    checkRenewed(await parts.renewKeyCopies())
    const manifest = { ...begun, bytes: size, sha256, read_at: formatTime(clock.now()) }
    for (const slice of archiveSlices(read)) {
      if (signal.aborted) break
      const step = await engine.archive({ manifest, rows: slice, entry: { id: newId(), actor } })
      events += step.archived
      left += step.left.length
      await breath()
    }
  } finally {
    // of which no row was taken: its key goes, and the next sweep deletes it
    if (events === 0) await engine.dropArchive(file)
  }
  return { rule: rule.name, file, day, tenant_id, events, left, bytes: size }
}
