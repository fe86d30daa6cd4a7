import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime } from '../core/window.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import { authenticate } from '../engines/embedded/authenticate.ts'
import { openEmbedded } from '../engines/embedded/open.ts'
import type { VerifyAsk } from '../flow/verify.ts'
import type { Point } from '../flow/verify-checkpoints.ts'
import { STORE, type WholeVerdict } from '../flow/verify-verdicts.ts'
import { BACKUP_FILES, copyFlushed, fileMade, flush, keysIn, writeProblem } from './backup-files.ts'
import { checkSigned, damaged, MANIFEST, type Manifest, readManifest } from './backup-manifest.ts'
import { ledgerSigner } from './ledger-signer.ts'
import { readLedger } from './make-backup.ts'
import { recordHere } from './operator.ts'
import { openSecrets } from './secrets.ts'

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

export interface Restored {
  manifest: Manifest
  /** Entries of the ledger as it was backed up; that it was restored is one more. */
  entries: number
  /** What verifying it gave, with the checkpoints that were kept outside. */
  verdicts: WholeVerdict[]
  /** Entries [from, to) that a checkpoint kept outside speaks of, and the backup has not. */
  missing: { from: number; to: number } | null
  /** Where the former data directory is now. */
  moved_to: string | null
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
  const target = config.data_dir
  const manifestPath = join(from, MANIFEST)
  const manifest = readManifest(readText(manifestPath), manifestPath)
  const keysFrom = ask.keysFrom ?? from
  const taken = checkTarget(target, replace)
  const draft = `${target}.${randomBytes(6).toString('hex')}.part`
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 })
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
    for (const name of [...readdirSync(draft), '']) await flush(join(draft, name))
    const movedTo = await moveIn(draft, target, taken, clock)
    return { manifest, entries: read.size, verdicts: read.verdicts, missing: missingOf(read), moved_to: movedTo }
  } catch (error) {
    throw writeProblem(error, target)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
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

/** Whether something is in the place of the data directory: a folder that is not empty only where it may be replaced. */
function checkTarget(target: string, replace: boolean): boolean {
  if (!existsSync(target)) return false
  if (!statSync(target).isDirectory()) throw new Problem('BAD_REQUEST', `${target} is a file: give another --data-dir`)
  if (readdirSync(target).length === 0 || replace) return true
  throw new Problem(
    'BAD_REQUEST',
    `${target} holds something: stop the service and give --replace, which moves it aside, or give another --data-dir`,
  )
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

/** The secrets that were copied to a draft; what is wrong with them is told of the place that they came from. */
async function openedIn(draft: string, keysFrom: string, config: Config): Promise<Secrets> {
  try {
    return await openSecrets({ ...config, data_dir: draft })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem(error.code, error.message.replaceAll(draft, keysFrom), { cause: error })
  }
}

/**
 * Reads the ledger of a copy, which was brought to the schema of this version, from the first entry to the last. That it was restored
 * is its next entry: checkpoints that were signed of later entries are contradicted from there on, and that says why.
 */
async function readAndTell(
  engine: Engine,
  clock: Clock,
  question: VerifyAsk,
  { made_at: backupAt }: Manifest,
  onProgress?: (done: number, total: number) => void,
) {
  const read = await readLedger(engine, clock, question, onProgress)
  await recordHere({ engine, clock }, { action: 'restore', rows: read.size, asked: { backup_at: backupAt } })
  return read
}

type Read = Awaited<ReturnType<typeof readAndTell>>

/** Verdicts that come of what is compared with, and not of the ledger itself. */
const RELATIVE: ReadonlySet<WholeVerdict> = new Set(['intact', 'unanchored', 'rolled-back', 'forked'])

function checkLedger(read: Read, { ledger }: Manifest, from: string): void {
  const contradicting = read.checkpoints.find((one) => one.from !== STORE && one.verdict === 'contradicts')
  if (contradicting !== undefined)
    throw new Problem(
      'CONFLICT',
      `the ledger of ${from} is not that of ${contradicting.from}: the checkpoint of ${contradicting.size} entries says otherwise; nothing was changed`,
    )
  const own = (verdicts: readonly WholeVerdict[]) => verdicts.filter((one) => !RELATIVE.has(one)).join(', ')
  if (read.size !== ledger.size || read.root !== ledger.root || own(read.verdicts) !== own(ledger.verdicts))
    throw damaged(from, 'its ledger is not the one that was verified when it was made')
}

function missingOf({ size, checkpoints }: Read): Restored['missing'] {
  const to = Math.max(
    size,
    ...checkpoints.flatMap((one) => (one.from !== STORE && one.size !== null ? [one.size] : [])),
  )
  return to > size ? { from: size, to } : null
}

/** Makes a folder the data directory; where that fails, the former one is back in its place. */
async function moveIn(draft: string, target: string, taken: boolean, clock: Clock): Promise<string | null> {
  const isEmpty = taken && readdirSync(target).length === 0
  const aside = taken && !isEmpty ? `${target}.before-${formatTime(clock.now()).replaceAll(':', '-')}` : null
  if (isEmpty) rmdirSync(target)
  if (aside !== null) renameSync(target, aside)
  try {
    renameSync(draft, target)
  } catch (error) {
    if (isEmpty) mkdirSync(target, { mode: 0o700 })
    if (aside !== null) renameSync(aside, target)
    throw error
  }
  await flush(dirname(target))
  return aside
}
