import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Clock, Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime } from '../core/window.ts'
import { openEmbedded } from '../engines/embedded/open.ts'
import { newestCheckpoint } from '../flow/checkpoint.ts'
import { rememberKeyCopy } from '../flow/key-copies.ts'
import { type VerifyAnswer, type VerifyAsk, verify } from '../flow/verify.ts'
import { BACKUP_FILES, fileMade, flush, keysIn, replaceFlushed, writeProblem } from './backup-files.ts'
import { MANIFEST, type Manifest, manifestText, signManifest } from './backup-manifest.ts'
import { hashOf, renewKeyCopies } from './key-copies.ts'
import { ledgerSigner } from './ledger-signer.ts'
import type { House } from './local-house.ts'
import { openSecrets, wrappedKeysFile } from './secrets.ts'
import { undisturbed } from './undisturbed.ts'
import { version } from './version.ts'

export interface BackupAsk {
  /** Folder of the backup; must not exist. */
  to: string
  /**
   * Folder that keys are put in instead, of this data directory alone; made where it is absent. It is remembered: whoever
   * destroys keys from then on renews them there.
   */
  keysTo?: string
}

/**
 * Writes a backup of a data directory that may be in use, verifies what was written, and gives it its name only then.
 * Throws Problem: BAD_REQUEST (something is there already), DISK_FULL, CONFIG_INVALID (cannot be written), STORE_BROKEN.
 * Nothing is left then.
 */
export async function makeBackup(
  { config, secrets, engine, clock }: Pick<House, 'config' | 'secrets' | 'engine' | 'clock'>,
  { to, keysTo }: BackupAsk,
  onProgress?: (done: number, total: number) => void,
): Promise<Manifest> {
  if (existsSync(to)) throw new Problem('BAD_REQUEST', `${to} exists: name a folder that does not`)
  if (keysTo !== undefined) await checkKeysPlace({ ...config, data_dir: keysTo }, secrets.root)
  const draft = `${to}.${randomBytes(6).toString('hex')}.part`
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 })
    const { schema, store } = await undisturbed({ config, engine }, async () => {
      const { schema } = await engine.backup(draft)
      // all of it lies in one place until it is known to be good
      writeFileSync(wrappedKeysFile(draft), readFileSync(wrappedKeysFile(config.data_dir)), { mode: 0o600 })
      return { schema, store: secrets.store }
    })
    const { ledger, checkpoint } = await readCopy(draft, store, clock, ledgerSigner(config, secrets).vkey, onProgress)
    const apart = BACKUP_FILES.filter(({ isKey }) => isKey && keysTo !== undefined)
    if (keysTo !== undefined) {
      mkdirSync(keysTo, { recursive: true, mode: 0o700 })
      // before they lie there: keys that nobody knows of would outlive an erasure
      const wrapped = hashOf(readFileSync(wrappedKeysFile(draft)))
      await rememberKeyCopy(engine, resolve(keysTo), wrapped, clock.now())
      for (const { name } of apart) {
        await replaceFlushed(join(draft, name), join(keysTo, name))
        rmSync(join(draft, name))
      }
    }
    // somebody may have been erased since the copy was begun
    if (keysTo !== undefined) await renewKeyCopies({ config, engine, clock })
    const here = BACKUP_FILES.filter((file) => !apart.includes(file)).map(({ name }) => name)
    const files = await Promise.all(here.map((name) => fileMade(draft, name)))
    const manifest = signManifest(
      {
        made_at: formatTime(clock.now()),
        version,
        schema,
        ledger,
        checkpoint,
        files,
        elsewhere: apart.map(({ name }) => name),
      },
      secrets,
    )
    writeFileSync(join(draft, MANIFEST), manifestText(manifest), { flag: 'wx', mode: 0o600 })
    for (const name of [...here, MANIFEST, '']) await flush(join(draft, name))
    // a folder that came meanwhile and holds something is not replaced
    await rename(draft, to)
    await flush(dirname(to))
    return manifest
  } catch (error) {
    throw writeProblem(error, to)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Whether a folder of keys is free, or holds those of the same data directory: others are not written over. */
async function checkKeysPlace(config: House['config'], root: Uint8Array): Promise<void> {
  if (!existsSync(wrappedKeysFile(config.data_dir))) return
  let held: Uint8Array | null = null
  try {
    held = (await openSecrets(config)).root
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
  if (held === null || Buffer.compare(held, root) !== 0)
    throw new Problem(
      'BAD_REQUEST',
      `${keysIn(config.data_dir)} holds keys of another data directory, or from under another master key: name another folder by --keys`,
    )
}

/** Opens a copy and reads its ledger from the first entry to the last. Nothing in it is changed. */
async function readCopy(
  folder: string,
  key: Uint8Array,
  clock: Clock,
  vkey: string,
  onProgress?: (done: number, total: number) => void,
): Promise<Pick<Manifest, 'ledger' | 'checkpoint'>> {
  const copy = await openEmbedded({ dataDir: folder, key, clock, half: 'read' })
  try {
    const read = await readLedger({ ...copy, putRecords: async () => 'stale' }, clock, { vkey }, onProgress)
    const { size, root, verdicts } = read
    return { ledger: { size, root, verdicts }, checkpoint: await noteOf(copy, vkey) }
  } finally {
    await copy.close()
  }
}

/** The newest checkpoint of a copy; null where there is none, or none to rely on, which the verdicts say. */
async function noteOf(copy: Pick<Engine, 'records'>, vkey: string): Promise<string | null> {
  try {
    return (await newestCheckpoint({ engine: copy, signer: { vkey } }))?.note ?? null
  } catch (error) {
    if (error instanceof Problem && error.code === 'LEDGER_BROKEN') return null
    throw error
  }
}

/** The whole ledger of an engine, read anew: its head, and what verifying it gave. */
export async function readLedger(
  engine: Parameters<typeof verify>[0]['engine'],
  clock: Clock,
  ask: VerifyAsk,
  onProgress?: (done: number, total: number) => void,
): Promise<VerifyAnswer & { size: number; root: string }> {
  const answer = await verify({ engine, clock }, { ...ask, from: 'start' }, undefined, onProgress)
  const { size, root } = await engine.head()
  return { ...answer, size, root: Buffer.from(root).toString('base64') }
}
