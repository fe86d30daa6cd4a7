import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { authenticate } from '../engines/embedded/authenticate.ts'
import { openEmbedded } from '../engines/embedded/open.ts'
import type { VerifyAsk } from '../flow/verify.ts'
import type { Point } from '../flow/verify-checkpoints.ts'
import type { WholeVerdict } from '../flow/verify-verdicts.ts'
import { rootAt } from '../ledger/proof.ts'
import { BACKUP_FILES, copyFlushed, fileMade, keysIn } from './backup-files.ts'
import { checkSigned, damaged, MANIFEST, type Manifest, readManifest } from './backup-manifest.ts'
import { ledgerSigner } from './ledger-signer.ts'
import { readLedger } from './make-backup.ts'
import { moveInto, openedIn } from './move-in.ts'
import { recordHere } from './operator.ts'
import { checkOutside, missingOf, type RestoredLedger } from './restored-ledger.ts'

export interface RestoreAsk {
  /** Folder of the backup. */
  from: string
  /** Folder that its keys were put in, where they were put apart. */
  keysFrom?: string
  /** Whether a data directory that is there is moved aside; otherwise it must be absent or empty. */
  replace: boolean
  /** Checkpoints that were kept outside, to be read with the public key of the ledger. */
  outside?: (vkey: string) => Point[]
}

export interface Restored extends RestoredLedger {
  manifest: Manifest
}

/**
 * Puts a backup in the place of a data directory. It is copied beside that place, and there its hashes, every page and
 * the ledger are checked, so that what was checked is what is used; then one renaming makes it the data directory.
 * Throws Problem: BAD_REQUEST (something is in the way, or no backup), STORE_BROKEN (damaged: says which file),
 * CONFIG_INVALID (no or another master key), CONFLICT (a checkpoint kept outside says otherwise), DISK_FULL. Then
 * nothing is changed.
 */
export async function restoreBackup(
  config: Config,
  clock: Clock,
  ask: RestoreAsk,
  onProgress?: (done: number, total: number) => void,
): Promise<Restored> {
  const { from, replace } = ask
  const manifestPath = join(from, MANIFEST)
  const manifest = readManifest(readText(manifestPath), manifestPath)
  const keysFrom = ask.keysFrom ?? from
  const { made: read, movedTo } = await moveInto(config.data_dir, replace, clock, async (draft) => {
    const listed = [...manifest.files.map(({ name }) => name), ...manifest.elsewhere]
    for (const { name, isKey } of BACKUP_FILES) {
      if (!listed.includes(name)) continue
      const apart = manifest.elsewhere.includes(name)
      // keys first: where they are not to be had, no large file is copied
      if (isKey && apart && ask.keysFrom === undefined)
        throw new Problem('BAD_REQUEST', `the keys of ${from} were put elsewhere: name that folder by --keys`)
      await copyChecked(apart ? keysFrom : from, draft, name, manifest)
    }
    keysIn(draft)
    const secrets = await openedIn(draft, keysFrom, config)
    checkSigned(manifest, secrets, manifestPath)
    const altered = authenticate(draft, secrets.store)
    if (altered.length > 0) throw damaged(join(from, altered[0]!.file), altered[0]!.what)
    const { vkey } = ledgerSigner(config, secrets)
    const question = { vkey, outside: ask.outside?.(vkey) ?? [] }
    const engine = await openEmbedded({ dataDir: draft, key: secrets.store, clock })
    const read = await readAndTell(engine, clock, question, manifest, onProgress).finally(() => engine.close())
    checkLedger(read, manifest, from)
    return read
  })
  return { manifest, entries: read.size, verdicts: read.verdicts, missing: missingOf(read), moved_to: movedTo }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Problem(
      'BAD_REQUEST',
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}): it makes a folder a backup`,
    )
  }
}

async function copyChecked(from: string, draft: string, name: string, { files }: Manifest): Promise<void> {
  const path = join(from, name)
  if (!existsSync(path)) throw damaged(path, 'it is missing')
  await copyFlushed(path, join(draft, name))
  const listed = files.find((file) => file.name === name)
  // what lies elsewhere is replaced there by later backups; it carries codes of its own
  if (listed === undefined) return
  const { sha256 } = await fileMade(draft, name)
  if (sha256 !== listed.sha256) throw damaged(path, `its SHA-256 is ${sha256}, and was ${listed.sha256}`)
}

/**
 * Reads the ledger of a copy, which was brought to the schema of this version. That it was restored is its next entry:
 * checkpoints that were signed of later entries are contradicted from there on, and that says why.
 */
async function readAndTell(
  engine: Engine,
  clock: Clock,
  question: VerifyAsk,
  { made_at, ledger }: Manifest,
  onProgress?: (done: number, total: number) => void,
) {
  const now = await readLedger(engine, clock, question, onProgress)
  // erasures that it did not know of are followed when it is opened, and the receipt of that is an entry more
  const begins = now.size > ledger.size && base64(await rootAt((ids) => engine.nodes(ids), ledger.size)) === ledger.root
  const read = begins ? { ...now, size: ledger.size, root: ledger.root } : now
  await recordHere({ engine, clock }, { action: 'restore', rows: read.size, asked: { backup_at: made_at } })
  return read
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** Verdicts that come of what is compared with, and not of the ledger itself. */
const RELATIVE: ReadonlySet<WholeVerdict> = new Set(['intact', 'unanchored', 'rolled-back', 'forked'])

function checkLedger(read: Awaited<ReturnType<typeof readAndTell>>, { ledger }: Manifest, from: string): void {
  checkOutside(read, from)
  const own = (verdicts: readonly WholeVerdict[]) => verdicts.filter((one) => !RELATIVE.has(one)).join(', ')
  if (read.size !== ledger.size || read.root !== ledger.root || own(read.verdicts) !== own(ledger.verdicts))
    throw damaged(from, 'its ledger is not the one that was verified when it was made')
}
