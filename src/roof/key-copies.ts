import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { KeyRenewal } from '../core/key-copy.ts'
import type { Clock, Engine, Log } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { KEY_RING } from '../engines/embedded/key-ring.ts'
import { keyCopies, moveKeyCopy, notRenewed, type OpenKeyCopy } from '../flow/key-copies.ts'
import { diskProblem } from '../senders/disk.ts'
import { replaceFlushed } from './backup-files.ts'
import { wrappedKeysFile } from './secrets.ts'
import { systemClock } from './system-clock.ts'

export interface KeyCopyParts {
  config: Pick<Config, 'data_dir'>
  engine: Pick<Engine, 'records' | 'putRecords' | 'keysState' | 'copyKeys'>
  clock: Clock
}

/** A place that does not answer for so long is given up for now: a mount whose server is gone answers never. */
const PATIENCE_MS = 30_000
/** Another process may renew at the same time; each time one of them has succeeded. */
const TRIES = 5
/** What a run that was killed left is taken away by another, this long after. */
const LEFT_MS = 600_000

/**
 * Brings every copy of the key ring that `backup --keys` put somewhere to how the keys stand, so that none holds a key
 * that was destroyed. Where all are, nothing is opened. A place that cannot be written is told in the answer, in its
 * record and at the next try. Throws as the records of the engine do.
 */
export async function renewKeyCopies(parts: KeyCopyParts): Promise<KeyRenewal[]> {
  let renewals: (KeyRenewal | null)[] = []
  for (let tries = 0; tries < TRIES; tries++) {
    renewals = await renewAll(parts)
    if (renewals.every((one) => one !== null)) break
  }
  return renewals.filter((one) => one !== null)
}

/**
 * An engine whose erasures renew the copies of the key ring before they answer. Where that fails, the erasure stands, and
 * the log says so; whoever tells of an erasure asks `renewKeyCopies` what became of each copy.
 */
export function renewingOnErase(engine: Engine, { config, clock }: Pick<KeyCopyParts, 'config' | 'clock'>, log: Log) {
  return {
    ...engine,
    async erase(...asked: Parameters<Engine['erase']>) {
      const answer = await engine.erase(...asked)
      await renewAndLog({ config, engine, clock }, log)
      return answer
    },
  }
}

/** The same where nobody waits for the answer: never throws, the log has it. */
export async function renewAndLog(parts: KeyCopyParts, log: Log): Promise<void> {
  try {
    const failed = notRenewed(await renewKeyCopies(parts))
    if (failed !== null)
      log.warn({ reason: failed }, 'a copy of the key ring was not renewed: it may open what was erased')
  } catch (error) {
    const reason = error instanceof Problem ? `${error.code}: ${error.message}` : String(error)
    log.error({ reason }, 'copies of the key ring were not renewed: they may open what was erased')
  }
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Made {
  /** A file of the keys as they stand, once it is written. */
  draft: Promise<string>
  /** What the draft and the wrapped keys are. */
  state: string
  /** Of the wrapped keys. */
  hash: string
}

/** One turn over all places; null for one that another process was at meanwhile, who may have put older keys there last. */
async function renewAll(parts: KeyCopyParts): Promise<(KeyRenewal | null)[]> {
  const { engine, config } = parts
  const copies = await keyCopies(engine)
  if (copies.length === 0) return []
  const hash = hashOf(readFileSync(wrappedKeysFile(config.data_dir)))
  const state = `${await engine.keysState()}.${hash.slice(0, 16)}`
  if (copies.every(({ holds }) => holds === state)) return copies.map(({ place }) => ({ place, renewed: true }))
  const file = join(config.data_dir, `${KEY_RING}.${randomBytes(6).toString('hex')}`)
  const draft = clearLeft(config.data_dir)
    .then(() => engine.copyKeys(file))
    .then(() => file)
  try {
    return await Promise.all(
      copies.map((copy) =>
        copy.holds === state ? { place: copy.place, renewed: true } : renewOne(parts, copy, { draft, state, hash }),
      ),
    )
  } finally {
    await draft.catch(() => {})
    await rm(file, { force: true })
  }
}

async function renewOne(parts: KeyCopyParts, copy: OpenKeyCopy, made: Made): Promise<KeyRenewal | null> {
  const { engine, config, clock } = parts
  const { place } = copy
  const since = copy.behind_since ?? clock.now()
  // unknown first: where this process dies behind the renaming, nobody takes an old copy for a new one
  const open = await moveKeyCopy(engine, copy, { holds: null, behind_since: since }, clock.now())
  if (open === null) return null
  try {
    await within(PATIENCE_MS, async (late) =>
      put(place, copy.wrapped, config.data_dir, await made.draft, made.hash, late),
    )
  } catch (error) {
    const { message } = diskProblem(place, error)
    const failed = { failures: open.failures + 1, last_error: message }
    return (await moveKeyCopy(engine, open, failed, clock.now())) && { place, renewed: false, message }
  }
  const done = { holds: made.state, wrapped: made.hash, renewed_at: clock.now(), behind_since: null, last_error: null }
  return (await moveKeyCopy(engine, open, done, clock.now())) && { place, renewed: true }
}

/** Puts the keys in the place of those of before. Throws where those are not ours, and what the file system throws. */
async function put(
  place: string,
  formerHash: string,
  dataDir: string,
  draft: string,
  hash: string,
  late: AbortSignal,
): Promise<void> {
  const there = await readFile(wrappedKeysFile(place)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new Problem('COPY_FAILED', `${place} does not hold the keys that were put there: is it mounted?`)
  })
  if (![formerHash, hash].includes(hashOf(there)))
    throw new Problem('COPY_FAILED', `${place} holds keys of another data directory: they are left as they are`)
  await stat(join(place, KEY_RING)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new Problem('COPY_FAILED', `${place} does not hold the key ring that was put there: is it mounted?`)
  })
  await clearLeft(place)
  // who was given up for may not put older keys over newer ones
  const stillAwaited = () => late.throwIfAborted()
  await replaceFlushed(draft, join(place, KEY_RING), stillAwaited)
  if (hashOf(there) !== hash) await replaceFlushed(wrappedKeysFile(dataDir), wrappedKeysFile(place), stillAwaited)
}

/** Takes away half-made copies of a run that was killed: they hold keys. */
async function clearLeft(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^keyring\.db\.[0-9a-f]{12}$/.test(name)) continue
    const path = join(folder, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
    if (systemClock.now() / 1000 - mtimeMs > LEFT_MS) await rm(path, { force: true })
  }
}

/** @param work is told when it is given up for */
async function within(ms: number, work: (late: AbortSignal) => Promise<void>): Promise<void> {
  const late = AbortSignal.timeout(ms)
  const given = new Promise<never>((_, reject) =>
    late.addEventListener('abort', () =>
      reject(new Problem('COPY_FAILED', `no answer came within ${ms / 1000} seconds`)),
    ),
  )
  await Promise.race([work(late), given])
}
