import { hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'

const BYTES = 32

/**
 * The master key of a data directory, 32 bytes, base64 in a file of mode 0600 beside it (never in it, so that a copy of
 * the data alone tells nothing). Made at the first start. Throws Problem CONFIG_INVALID where the file holds no key.
 */
export const masterKey = (path: string): Uint8Array => keyIn(path, '--key-file')

/**
 * The key in a file, 32 bytes, made where the file is absent. Throws Problem CONFIG_INVALID.
 * @param flag by which another file can be named
 */
export function keyIn(path: string, flag: string): Uint8Array {
  try {
    mkdirSync(dirname(path), { recursive: true })
    // the first to make it wins; whoever comes second reads the same key
    writeFileSync(path, `${randomBytes(BYTES).toString('base64')}\n`, { flag: 'wx', mode: 0o600, flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new Problem('CONFIG_INVALID', `the key file ${path} cannot be written: give a writable ${flag}`, {
        cause: error,
      })
  }
  const key = Buffer.from(readText(path).trim(), 'base64')
  if (key.length !== BYTES)
    throw new Problem('CONFIG_INVALID', `the key file ${path} holds no ${BYTES} bytes in base64: put the original back`)
  chmodSync(path, 0o600)
  return key
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code
    throw new Problem('CONFIG_INVALID', `the key file ${path} cannot be read (${reason})`, { cause: error })
  }
}

/** A key for one purpose, derived from the master key (HKDF-SHA-256, RFC 5869). */
export function keyFor(master: Uint8Array, purpose: 'pseudonym' | 'content' | 'import' | 'check' | 'checkpoint'): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), `undercurrent/${purpose}`, BYTES))
}

/** What the store keeps of the key that it was begun with: a value that only this key gives, and that tells nothing of it. */
const CHECK = { kind: 'setting', id: 'key-check' }

/**
 * Holds a store to the key that it was begun with: under another one every pseudonym would be a stranger, and nobody
 * would notice. Throws Problem CONFIG_INVALID.
 */
export async function checkKey(engine: Pick<Engine, 'records' | 'putRecords'>, path: string, clock: Clock) {
  const mine = Buffer.from(keyFor(masterKey(path), 'check'))
  for (;;) {
    const [known] = await engine.records(CHECK.kind, { ids: [CHECK.id] }, { order: 'ts', limit: 1 })
    if (known === undefined) {
      const body = { check: mine.toString('hex') }
      const record = { ...CHECK, ts: clock.now(), entity: null, tenant_id: null, rank: null, body }
      if ((await engine.putRecords([{ record, expect: 0 }])) === 'stored') return
      continue
    }
    const theirs = Buffer.from(String((known.body as { check?: unknown }).check), 'hex')
    if (theirs.length === mine.length && timingSafeEqual(theirs, mine)) return
    throw new Problem(
      'CONFIG_INVALID',
      `the key file ${path} is not the one that this data directory was begun with: put the original back`,
    )
  }
}
