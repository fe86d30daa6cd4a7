import { hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Problem } from '../core/problem.ts'

const BYTES = 32

/**
 * The master key of a data directory, 32 bytes, base64 in a file of mode 0600 beside it (never in it, so that a copy of
 * the data alone tells nothing). Made at the first start. Throws Problem CONFIG_INVALID where the file holds no key.
 */
export function masterKey(path: string): Uint8Array {
  try {
    mkdirSync(dirname(path), { recursive: true })
    // the first to make it wins; whoever comes second reads the same key
    writeFileSync(path, `${randomBytes(BYTES).toString('base64')}\n`, { flag: 'wx', mode: 0o600, flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new Problem('CONFIG_INVALID', `the key file ${path} cannot be written: give a writable --key-file`, {
        cause: error,
      })
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
  if (key.length !== BYTES)
    throw new Problem('CONFIG_INVALID', `the key file ${path} holds no ${BYTES} bytes in base64: put the original back`)
  chmodSync(path, 0o600)
  return key
}

/** A key for one purpose, derived from the master key (HKDF-SHA-256, RFC 5869). */
export function keyFor(master: Uint8Array, purpose: 'pseudonym' | 'content' | 'import'): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), `undercurrent/${purpose}`, BYTES))
}
