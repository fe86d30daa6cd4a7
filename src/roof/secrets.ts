import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import { Problem } from '../core/problem.ts'
import { newSecrets, type Secrets, sealedMaster, unwrap, wrap } from '../encryption/wrapped-keys.ts'
import { DATABASE } from '../engines/embedded/connection.ts'
import { enterStore, WRAPPED_KEYS } from '../engines/embedded/entrance.ts'
import { flushNow } from '../engines/embedded/flush.ts'
import { type KeySource, masterToOpen, masterToWrap, sourceOf } from './master-key.ts'

/** The file of wrapped keys, inside the data directory. */
export const wrappedKeysFile = (dataDir: string): string => join(dataDir, WRAPPED_KEYS)

/**
 * The secrets of a data directory, opened with its master key; both are made where the directory is new. Whoever opens
 * them once hands them on: a command that gives the key runs once in a process.
 * Throws Problem CONFIG_INVALID where the key is missing, is none, or is not the one that wrapped them.
 */
export async function openSecrets(config: KeySource & Pick<Config, 'data_dir'>): Promise<Secrets> {
  const path = wrappedKeysFile(config.data_dir)
  // what a re-key decided before it died decides which keys these are
  enterStore(config.data_dir, false).leave()
  if (!existsSync(path)) {
    const database = join(config.data_dir, DATABASE)
    if (existsSync(database))
      throw new Problem(
        'CONFIG_INVALID',
        `${path} is missing, without which ${database} cannot be opened: put it back, or start with another --data-dir`,
      )
    const secrets = newSecrets()
    if (putFirst(path, config.data_dir, await wrapped(secrets, config))) return secrets
  }
  return await unwrapped(path, config)
}

/**
 * Wraps the secrets of a data directory under another master key, which may be in a new file. Nothing else is written anew.
 * Throws Problem CONFIG_INVALID where that key cannot be had; then nothing is changed.
 * @param tell called when all is ready and before it is done
 */
export async function rewrap(
  dataDir: string,
  secrets: Secrets,
  to: KeySource,
  tell: () => Promise<unknown> = async () => {},
): Promise<void> {
  const text = await wrapped(secrets, to)
  await tell()
  replaceFile(wrappedKeysFile(dataDir), text)
}

/** Secrets under the master key of a source. Throws Problem CONFIG_INVALID where it cannot be had to wrap and to open. */
export async function wrapped(secrets: Secrets, source: KeySource): Promise<string> {
  const text = wrap(secrets, await masterToWrap(source))
  // nobody is to rely on what he cannot open again
  const again = await masterToOpen(source, sealedMaster(text))
  try {
    unwrap(text, again)
  } catch (cause) {
    throw new Problem('CONFIG_INVALID', `${sourceOf(source)} gives another master key each time`, { cause })
  }
  return text
}

/** Puts a whole file in the place of another, so that at any moment one of the two is there. */
function replaceFile(path: string, text: string): void {
  const made = `${path}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(made, text, { flag: 'wx', mode: 0o600, flush: true })
    renameSync(made, path)
    flushNow(dirname(path))
  } finally {
    rmSync(made, { force: true })
  }
}

async function unwrapped(path: string, config: KeySource): Promise<Secrets> {
  const text = readFileSync(path, 'utf8')
  const master = await masterToOpen(config, sealedMaster(text))
  try {
    return unwrap(text, master)
  } catch (cause) {
    throw new Problem(
      'CONFIG_INVALID',
      `the master key (from ${sourceOf(config)}) is not the one that this data directory was begun with, or ${path} was altered: put the original back`,
      { cause },
    )
  }
}

/** Whether the file was made: the first wins, whole, and whoever comes second reads it. */
function putFirst(path: string, dataDir: string, text: string): boolean {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const made = `${path}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(made, text, { flag: 'wx', mode: 0o600, flush: true })
    linkSync(made, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new Problem('CONFIG_INVALID', `${path} cannot be written: give a writable --data-dir`, { cause: error })
  } finally {
    rmSync(made, { force: true })
  }
}
