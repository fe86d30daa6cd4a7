import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { nativeProblem } from '../core/native.ts'
import { Problem } from '../core/problem.ts'
import type { RetentionEntry } from '../core/retention.ts'
import { days } from '../core/retention-check.ts'
import { DAY, formatTime } from '../core/window.ts'
import { newSecrets } from '../encryption/wrapped-keys.ts'
import { KEY_RING } from '../engines/embedded/key-ring.ts'
import { manifests } from '../flow/archive-files.ts'
import { keyCopies } from '../flow/key-copies.ts'
import { listKeys } from '../flow/keys.ts'
import { clashesOf, ruleText } from '../flow/retention-rules.ts'
import { readConcepts } from '../roof/concept-files.ts'
import { readCopiesFile } from '../roof/copies-file.ts'
import { fullSoon, houseCapacity } from '../roof/house-capacity.ts'
import { openHouse } from '../roof/local-house.ts'
import { sourceOf } from '../roof/master-key.ts'
import { openEncoder } from '../roof/open-encoder.ts'
import { issuerState } from '../roof/open-tokens.ts'
import { redactionPolicy } from '../roof/redaction-file.ts'
import { readRetentionFile, retentionOf } from '../roof/retention-file.ts'
import { openSecrets, wrapped, wrappedKeysFile } from '../roof/secrets.ts'
import { systemClock } from '../roof/system-clock.ts'
import { tlsState } from '../roof/tls-state.ts'
import { fullText } from './capacity.ts'
import { configOf } from './settings.ts'

interface Check {
  name: string
  /** What is well, in a few words. Throws Problem, or an Error whose message says what is wrong and what to do. */
  look(config: Config): Promise<string> | string
}

/** Free space below which a store that grows is in danger. */
const LEAST_FREE_BYTES = 2 ** 30

/** Each says what is wrong and what to do. */
const checks: readonly Check[] = [
  { name: 'node', look: () => `Node ${process.versions.node} on ${process.platform} ${process.arch}` },
  { name: 'clock', look: clock },
  { name: 'disk', look: disk },
  { name: 'key', look: masterKey },
  { name: 'redaction', look: redaction },
  { name: 'retention', look: retention },
  { name: 'native modules', look: natives },
  { name: 'model', look: model },
  { name: 'store', look: store },
  { name: 'archive', look: archived },
  { name: 'capacity', look: room },
  { name: 'key copies', look: keysElsewhere },
  { name: 'token issuer', look: issuerState },
  { name: 'tls', look: (config) => tlsState(config, systemClock) },
  { name: 'port', look: port },
]

/** undercurrent doctor */
export function doctor(program: Command) {
  program
    .command('doctor')
    .description(
      'looks at clock, disk, keys and their copies, redaction and retention files, native modules, model, store, room on the disk, token issuer, TLS and port, and says what to do',
    )
    .option('--json', 'machine-readable')
    .action(async (options: { json?: boolean }, command: Command) => {
      const config = configOf(command)
      const items: { name: string; ok: boolean; text: string }[] = []
      for (const check of checks) {
        try {
          items.push({ name: check.name, ok: true, text: await check.look(config) })
        } catch (error) {
          items.push({ name: check.name, ok: false, text: error instanceof Error ? error.message : String(error) })
        }
      }
      if (options.json) process.stdout.write(`${JSON.stringify({ items })}\n`)
      else
        for (const { name, ok, text } of items)
          process.stdout.write(`${ok ? 'ok  ' : 'BAD '} ${name.padEnd(15)} ${text}\n`)
      if (items.some((item) => !item.ok)) process.exitCode = 1
    })
}

function clock(): string {
  const now = systemClock.now()
  // a build is never newer than the present
  const built = statSync(new URL(import.meta.url)).mtimeMs * 1000
  if (now < built - DAY)
    throw new Error(
      `the clock says ${formatTime(now)}, before this build was made: set it, times of events are compared with it`,
    )
  return formatTime(now)
}

function disk({ data_dir }: Config): string {
  mkdirSync(data_dir, { recursive: true, mode: 0o700 })
  const probe = join(data_dir, `.probe-${process.pid}`)
  writeFileSync(probe, 'x', { flush: true })
  rmSync(probe)
  const { bavail, bsize } = statfsSync(data_dir)
  const free = bavail * bsize
  const gb = (free / 2 ** 30).toFixed(1)
  if (free < LEAST_FREE_BYTES) throw new Error(`only ${gb} GB are free at ${data_dir}: free some, or move --data-dir`)
  return `${gb} GB free at ${data_dir}`
}

async function masterKey(config: Config): Promise<string> {
  const { key_kms, key_command, key_variable, key_file } = config
  const begun = existsSync(wrappedKeysFile(config.data_dir))
  if (key_kms !== '' || key_command !== '' || key_variable !== '') {
    if (begun) await openSecrets(config)
    else await wrapped(newSecrets(), config)
    return `from ${sourceOf(config)}`
  }
  if (!existsSync(key_file)) {
    if (begun) throw new Error(`${key_file} is gone, and nothing in ${config.data_dir} opens without it: put it back`)
    return `${key_file} will be made at the first start`
  }
  const mode = statSync(key_file).mode & 0o777
  if ((mode & 0o077) !== 0)
    throw new Error(`${key_file} can be read by others (mode ${mode.toString(8)}): chmod 600 it`)
  if (Buffer.from(readFileSync(key_file, 'utf8').trim(), 'base64').length !== 32)
    throw new Error(`${key_file} holds no key: put the original back`)
  if (begun) await openSecrets(config)
  return `${key_file}, mode ${mode.toString(8)}`
}

function redaction(config: Config): string {
  const { rules = [], allow = [] } = redactionPolicy(config)
  const key = config.pseudonym_key_file
  if (key !== '' && existsSync(key) && (statSync(key).mode & 0o077) !== 0)
    throw new Error(`${key} can be read by others: chmod 600 it`)
  if (config.redaction_file === '') return 'the built-in rules; no redaction file'
  return `${config.redaction_file}: ${rules.length} rules and ${allow.length} exceptions of the house`
}

function retention(config: Config): string {
  if (config.retention_file === '') return 'everything is kept for ever; no retention file'
  // names of tenants are compared as they came: only here, where nothing is stored
  const rules = retentionOf(config, { identifier: (_, tenant) => tenant })
  const clashes = clashesOf(rules).map(({ rule, keep, wins }) => `${rule} against ${keep} (the ${wins} wins)`)
  const against = clashes.length === 0 ? '' : `; clashes: ${clashes.join(', ')}`
  return `${config.retention_file}: ${rules.map(ruleText).join('; ')}${against}`
}

function natives(): string {
  const ours = createRequire(import.meta.url)
  const loads: Record<string, () => unknown> = {
    'better-sqlite3-multiple-ciphers': () => new (ours('better-sqlite3-multiple-ciphers'))(':memory:').close(),
    'hnswlib-node': () => ours('hnswlib-node'),
    'onnxruntime-node': () => ours('onnxruntime-node'),
  }
  const broken = Object.entries(loads).flatMap(([name, load]) => {
    try {
      load()
      return []
    } catch (error) {
      return [nativeProblem(name, error)?.message ?? `${name} cannot be loaded`]
    }
  })
  if (broken.length > 0) throw new Error(broken.join('; '))
  return Object.keys(loads).join(', ')
}

async function model(config: Config): Promise<string> {
  const concepts = readConcepts(config.models_dir)
  const encoder = await openEncoder(config)
  await encoder.close()
  return `${encoder.space.space}, ${encoder.space.dims} dimensions; concepts: ${concepts.map((one) => one.name).join(', ')}`
}

async function store(config: Config): Promise<string> {
  const house = await openHouse(config)
  try {
    const [head, index, keys] = await Promise.all([house.engine.head(), house.engine.index(), listKeys(house)])
    const live = keys.filter((key) => key.revoked_at === null).length
    const filling = index.filling.map(
      ({ space, stored }) => `; ${stored} of ${index.stored} in ${space}, which is being filled`,
    )
    return `${head.size} entries; ${index.stored} vectors stored in space ${index.space ?? '(none yet)'}${filling.join('')}; ${live} live keys`
  } finally {
    await house.close()
  }
}

/** Where files of the archive lie: the place must be there, and a lock is of no use beyond the end of what it locks. */
async function archived(config: Config): Promise<string> {
  const { archive = null, rules = [] } = config.retention_file === '' ? {} : readRetentionFile(config.retention_file)
  const house = await openHouse(config)
  let files: number
  try {
    files = (await manifests(house.engine, { state: 'standing' })).length
  } finally {
    await house.close()
  }
  if (archive === null) {
    if (files > 0) throw new Error(`${files} files hold events, and nothing says where they lie: give --retention-file`)
    return 'nothing is archived'
  }
  const { folder, s3 } = archive
  if (folder !== undefined) writable(folder)
  const isLocked = ({ delete_after: end }: RetentionEntry) => end !== undefined && days(end) < (s3?.retain_days ?? 0)
  const locked = rules.filter(isLocked).map(({ name }) => name)
  const clash =
    locked.length === 0
      ? ''
      : `; locked for longer than ${locked.join(', ')} keeps: a file ends with its key, and is deleted later`
  return `${files} files in ${folder ?? `the bucket ${s3!.bucket}`}${clash}`
}

function writable(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK)
  } catch (error) {
    throw new Error(`${folder} cannot be written (${(error as NodeJS.ErrnoException).code}): is it mounted?`)
  }
}

/** Until when the disk is large enough. */
async function room(config: Config): Promise<string> {
  const house = await openHouse(config)
  try {
    const report = await houseCapacity(config, house)()
    const soon = fullSoon(report)
    if (soon !== null)
      throw new Error(
        `the disk is ${soon} as it goes: see \`undercurrent capacity\`, give retention_file, or a larger disk`,
      )
    return fullText(report)
  } finally {
    await house.close()
  }
}

/** Copies of the key ring: none may be behind, and copies of the ledger are worth nothing without one. */
async function keysElsewhere(config: Config): Promise<string> {
  const house = await openHouse(config)
  try {
    const copies = await keyCopies(house.engine)
    const behind = copies.filter(({ last_error, place }) => last_error !== null || !existsSync(join(place, KEY_RING)))
    if (behind.length > 0)
      throw new Error(
        behind
          .map(({ place, last_error }) => `${place}: ${last_error ?? 'there is no key ring: is it mounted?'}`)
          .concat('what was erased since may still be opened there: mount it, or `undercurrent keys copies --forget`')
          .join('; '),
      )
    if (copies.length > 0) return `the key ring is copied to ${copies.map(({ place }) => place).join(', ')}`
    const segments = config.copies_file === '' ? [] : (readCopiesFile(config.copies_file).segments ?? [])
    if (segments.length > 0)
      throw new Error(
        'segments go out of reach, and the keys that open them lie on this disk alone: `undercurrent backup FOLDER --keys FOLDER`',
      )
    return 'none are kept; `backup --keys` makes one'
  } finally {
    await house.close()
  }
}

function port({ host, port }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Problem(
          'CONFIG_INVALID',
          `${host}:${port} cannot be listened on (${error.code}): if that is not undercurrent itself, give another --port`,
        ),
      ),
    )
    server.listen(port, host, () => server.close(() => resolve(`${host}:${port} is free`)))
  })
}
