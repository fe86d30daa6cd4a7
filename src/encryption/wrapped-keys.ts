import { hkdfSync, randomBytes } from 'node:crypto'
import { seal, unseal } from './seal.ts'

const BYTES = 32
const NAME = 'undercurrent/wrapped-keys/1'

/** What a data directory hangs on. Both are random and 32 bytes long; neither is ever written down as it is. */
export interface Secrets {
  /** Pseudonyms, content hashes and the signature of the ledger hang on it: it stays for the life of the store. */
  root: Uint8Array
  /** What the files of the store are encrypted under. */
  store: Uint8Array
}

export const newSecrets = (): Secrets => ({ root: randomBytes(BYTES), store: randomBytes(BYTES) })

/**
 * Secrets wrapped by a master key (envelope encryption): JSON for a file beside the data that they open. Another master
 * key wraps the same secrets, and nothing else has to be written anew.
 */
export function wrap({ root, store }: Secrets, master: Uint8Array): string {
  const keys = seal(wrappingKey(master), Buffer.concat([root, store]), NAME).toString('base64')
  return `${JSON.stringify({ v: 1, keys })}\n`
}

/** The secrets again. Throws an Error that says whether the text is none of ours or the master key another one. */
export function unwrap(text: string, master: Uint8Array): Secrets {
  let keys: unknown
  try {
    const { v, keys: sealed } = JSON.parse(text) as { v?: unknown; keys?: unknown }
    if (v === 1) keys = sealed
  } catch {
    // told below, as any other text that is none
  }
  if (typeof keys !== 'string') throw new Error('it holds no wrapped keys of this version')
  const plain = unseal(wrappingKey(master), Buffer.from(keys, 'base64'), NAME)
  if (plain.length !== 2 * BYTES) throw new Error('it holds no wrapped keys of this version')
  return { root: new Uint8Array(plain.subarray(0, BYTES)), store: new Uint8Array(plain.subarray(BYTES)) }
}

const wrappingKey = (master: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), 'undercurrent/wrap', BYTES))
