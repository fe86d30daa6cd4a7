import { hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Problem } from '../core/problem.ts'

const BYTES = 32

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
  const key = decodedKey(readText(path), `the key file ${path}`)
  chmodSync(path, 0o600)
  return key
}

/** The 32 bytes of a key in base64. Throws Problem CONFIG_INVALID, which says where it came from and quotes nothing of it. */
export function decodedKey(text: string, from: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== BYTES)
    throw new Problem('CONFIG_INVALID', `${from} holds no ${BYTES} bytes in base64: put the original back`)
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

/** A key for one purpose, derived from the root secret of a data directory (HKDF-SHA-256, RFC 5869). */
export function keyFor(
  root: Uint8Array,
  purpose:
    | 'pseudonym'
    | 'content'
    | 'import'
    | 'segment'
    | 'checkpoint'
    | 'subject'
    | 'cursor'
    | 'canary'
    | 'fingerprint',
): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root, new Uint8Array(), `undercurrent/${purpose}`, BYTES))
}
