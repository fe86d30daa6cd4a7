import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Clock } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime } from '../core/window.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import { openEmbedded } from '../engines/embedded/open.ts'
import { openRebuild } from '../engines/embedded/rebuild.ts'
import { openCursor } from '../flow/copy-cursor.ts'
import { holdRecord } from '../flow/holds.ts'
import { checkpointWrites, type Rebuilt, rebuildLedger, withoutRecords } from '../flow/rebuild.ts'
import { archiveWrites, toldArchives } from '../flow/restored-archives.ts'
import { toldHolds } from '../flow/restored-holds.ts'
import type { Point } from '../flow/verify-checkpoints.ts'
import type { Counts } from '../flow/verify-verdicts.ts'
import { noteVerifier } from '../ledger/note.ts'
import { BACKUP_FILES, copyFlushed, keysIn } from './backup-files.ts'
import type { OpenCopy } from './copy-source.ts'
import { keyFor } from './key-file.ts'
import { ledgerSigner } from './ledger-signer.ts'
import { readLedger } from './make-backup.ts'
import { moveInto, openedIn } from './move-in.ts'
import { recordHere } from './operator.ts'
import { checkOutside, missingOf, type RestoredLedger } from './restored-ledger.ts'

export interface RestoreCopyAsk {
  copy: OpenCopy
  /** Folder of the wrapped keys and the key ring, as `backup --keys` puts them there. */
  keysFrom: string
  /** Whether a data directory that is there is moved aside; otherwise it must be absent or empty. */
  replace: boolean
  /** Checkpoints that were kept outside, to be read with the public key of the ledger. */
  outside?: (vkey: string) => Point[]
}

export interface RestoredCopy extends RestoredLedger {
  /** When the last entry was received, ISO 8601; null of an empty ledger. */
  as_of: string | null
  /** Entries by what became of them, those that are amiss aside. */
  counts: Counts
  /** Files beside the segments that are none; they were passed over. */
  others: string[]
  /** Legal holds that stand again, and ids of those that stood and of which the ledger does not say what they select. */
  holds: { standing: number; unknown: string[] }
  /** Archive files that have texts of this store and are known again, and ids of those of which the ledger does not say where they lie. */
  archives: { standing: number; unknown: string[] }
}

/**
 * Makes a data directory of nothing but sealed segments and the keys. It is built beside its place, entry by entry, the
 * tree is compared with the checkpoints of the copy, every entry with its leaf, and then one renaming puts it there.
 * Throws Problem: BAD_REQUEST (something is in the way, or there are no keys or segments), STORE_BROKEN (the copy is not
 * whole: says which segment), CONFLICT (a checkpoint says otherwise), CONFIG_INVALID (no or another master key),
 * COPY_FAILED (the place cannot be read), DISK_FULL. Then nothing is changed.
 */
export async function restoreCopy(
  config: Config,
  clock: Clock,
  ask: RestoreCopyAsk,
  onProgress?: (done: number, total: number) => void,
): Promise<RestoredCopy> {
  const { made, movedTo } = await moveInto(config.data_dir, ask.replace, clock, async (draft) => {
    keysIn(ask.keysFrom)
    for (const { name, isKey } of BACKUP_FILES) if (isKey) await copyKey(ask.keysFrom, draft, name)
    const secrets = await openedIn(draft, ask.keysFrom, config)
    const { vkey } = ledgerSigner(config, secrets)
    const { name, source } = ask.copy
    const asked = { name, segmentKey: keyFor(secrets.root, 'segment'), key: noteVerifier(vkey) }

    const rebuild = openRebuild(draft, secrets.store)
    const { rebuilt, read } = await (async () => {
      const rebuilt = await rebuildLedger(rebuild, source, asked, onProgress)
      if (rebuilt.entries === 0) throw new Problem('BAD_REQUEST', `${name} holds no segment of this ledger`)
      const question = { vkey, outside: [...rebuilt.points, ...(ask.outside?.(vkey) ?? [])] }
      return { rebuilt, read: await readLedger(withoutRecords(rebuild), clock, question, onProgress) }
    })().finally(() => rebuild.close())
    checkOutside(read, name)

    const { holds, archives } = await settle(draft, secrets, clock, ask, rebuilt)
    return {
      entries: read.size,
      as_of: rebuilt.until === 0 ? null : formatTime(rebuilt.until),
      verdicts: read.verdicts,
      counts: read.counts,
      missing: missingOf(read),
      others: rebuilt.others,
      holds,
      archives,
    }
  })
  return { ...made, moved_to: movedTo }
}

/**
 * Puts down what a store knows beside its entries: checkpoints, legal holds, files of the archive, how far the copy is,
 * and that it was restored. Holds stand before anything but this can erase.
 */
async function settle(
  draft: string,
  secrets: Secrets,
  clock: Clock,
  { copy: { target } }: RestoreCopyAsk,
  { entries, until, checkpoints }: Rebuilt,
): Promise<Pick<RestoredCopy, 'holds' | 'archives'>> {
  const engine = await openEmbedded({ dataDir: draft, key: secrets.store, clock })
  try {
    const { holds, unknown } = await toldHolds(engine, keyFor(secrets.root, 'subject'))
    await engine.putRecords(holds.map((hold) => ({ record: holdRecord(hold), expect: 0 })))
    const archives = await toldArchives(engine)
    await engine.putRecords(archiveWrites(archives.manifests))
    await engine.putRecords(checkpointWrites(checkpoints, clock.now()))
    // its next segment goes behind the last
    if (target !== null) await (await openCursor(engine, target, () => clock.now())).move({ to: entries })
    // checkpoints that were signed of later entries are contradicted from here on, and this says why
    await recordHere(
      { engine, clock },
      { action: 'restore', rows: entries, asked: { copied_until: formatTime(until) } },
    )
    return {
      holds: { standing: holds.filter(({ released }) => released === null).length, unknown },
      archives: { standing: archives.manifests.length, unknown: archives.unknown },
    }
  } finally {
    await engine.close()
  }
}

async function copyKey(from: string, draft: string, name: string): Promise<void> {
  try {
    await copyFlushed(join(from, name), join(draft, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Problem(
      'BAD_REQUEST',
      `there is no ${join(from, name)}: name the folder that \`backup --keys\` put the keys in`,
    )
  }
}
