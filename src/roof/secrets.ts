import { execSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Config, variable } from '../config.ts'
import { Problem } from '../core/problem.ts'
import { newSecrets, type Secrets, unwrap, wrap } from '../encryption/wrapped-keys.ts'
import { DATABASE } from '../engines/embedded/connection.ts'
import { decodedKey, keyIn } from './key-file.ts'

/** Where the master key comes from: a command before a variable before a file. */
export type KeySource = Pick<Config, 'key_command' | 'key_variable' | 'key_file'>

const COMMAND_MS = 30_000

/** The file of wrapped keys, inside the data directory. */
export const wrappedKeysFile = (dataDir: string): string => join(dataDir, 'wrapped-keys.json')

/**
 * The secrets of a data directory, opened with its master key; both are made where the directory is new. Whoever opens
 * them once hands them on: a command that gives the key runs once in a process.
 * Throws Problem CONFIG_INVALID where the key is missing, is none, or is not the one that wrapped them.
 */
export function openSecrets(config: KeySource & Pick<Config, 'data_dir'>): Secrets {
  const path = wrappedKeysFile(config.data_dir)
  if (!existsSync(path)) {
    const database = join(config.data_dir, DATABASE)
    if (existsSync(database))
      throw new Problem(
        'CONFIG_INVALID',
        `${path} is missing, without which ${database} cannot be opened: put it back, or start with another --data-dir`,
      )
    putFirst(path, config.data_dir, wrap(newSecrets(), masterKey(config, true)))
  }
  return unwrapped(path, config)
}

/**
 * Wraps the secrets of a data directory under another master key, which may be in a new file. Nothing else is written anew.
 * Throws Problem CONFIG_INVALID where that key cannot be had; then nothing is changed.
 */
export function rewrap(dataDir: string, secrets: Secrets, to: KeySource): void {
  const text = wrap(secrets, masterKey(to, true))
  // whoever cannot open what he is about to rely on keeps what he has
  unwrap(text, masterKey(to, false))
  replaceFile(wrappedKeysFile(dataDir), text)
}

/** Puts a whole file in the place of another, so that at any moment one of the two is there. */
function replaceFile(path: string, text: string): void {
  const made = `${path}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(made, text, { flag: 'wx', mode: 0o600, flush: true })
    renameSync(made, path)
    const folder = openSync(dirname(path), 'r')
    fsyncSync(folder)
    closeSync(folder)
  } finally {
    rmSync(made, { force: true })
  }
}

function unwrapped(path: string, config: KeySource): Secrets {
  const master = masterKey(config, false)
  try {
    return unwrap(readFileSync(path, 'utf8'), master)
  } catch (cause) {
    throw new Problem(
      'CONFIG_INVALID',
      `the master key (from ${sourceOf(config)}) is not the one that this data directory was begun with, or ${path} was altered: put the original back`,
      { cause },
    )
  }
}

/** @param make whether a file without a key gets one: never where something was sealed under another */
function masterKey(config: KeySource, make: boolean): Uint8Array {
  const { key_command, key_variable, key_file } = config
  if (key_command !== '') return decodedKey(outputOf(key_command), 'what key_command prints')
  if (key_variable !== '') {
    const value = variable(key_variable)
    if (value === undefined)
      throw new Problem('CONFIG_INVALID', `key_variable names ${key_variable}, which is not in the environment`)
    return decodedKey(value, `the variable ${key_variable}`)
  }
  if (!make && !existsSync(key_file))
    throw new Problem(
      'CONFIG_INVALID',
      `there is no key file ${key_file}, without which this data directory cannot be opened: put the original back`,
    )
  return keyIn(key_file, '--key-file')
}

const sourceOf = ({ key_command, key_variable, key_file }: KeySource): string =>
  key_command !== '' ? 'key_command' : key_variable !== '' ? `the variable ${key_variable}` : key_file

/** What a command prints. Neither the command nor what it says is quoted: both may hold secrets. */
function outputOf(command: string): string {
  try {
    return execSync(command, {
      encoding: 'utf8',
      timeout: COMMAND_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 65_536,
    })
  } catch (error) {
    const { status, signal } = error as { status?: number | null; signal?: string | null }
    const how = typeof status === 'number' ? `ended with ${status}` : `was ended (${signal ?? 'not started'})`
    throw new Problem('CONFIG_INVALID', `key_command ${how}: it must print 32 bytes in base64 and end with 0`)
  }
}

/** The first to make the file wins, whole; whoever comes second reads it. */
function putFirst(path: string, dataDir: string, text: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const made = `${path}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(made, text, { flag: 'wx', mode: 0o600, flush: true })
    linkSync(made, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new Problem('CONFIG_INVALID', `${path} cannot be written: give a writable --data-dir`, { cause: error })
  } finally {
    rmSync(made, { force: true })
  }
}
