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

export const newSecrets = (): Secrets => ({
  root: new Uint8Array(randomBytes(BYTES)),
  store: new Uint8Array(randomBytes(BYTES)),
})

/** What wraps secrets. */
export interface MasterKey {
  /** 32 bytes. */
  key: Uint8Array
  /** What a KMS made of it, which alone can make the key of that again: kept beside what the key wraps. */
  sealed?: Uint8Array
}

/**
 * Secrets wrapped by a master key (envelope encryption): JSON for a file beside the data that they open. Another master
 * key wraps the same secrets, and nothing else has to be written anew.
 */
export function wrap({ root, store }: Secrets, { key, sealed }: MasterKey): string {
  const keys = seal(wrappingKey(key), Buffer.concat([root, store]), NAME).toString('base64')
  const text = sealed === undefined ? { v: 1, keys } : { v: 2, keys, master: Buffer.from(sealed).toString('base64') }
  return `${JSON.stringify(text)}\n`
}

/** The secrets again. Throws an Error that says whether the text is none of ours or the master key another one. */
export function unwrap(text: string, master: Uint8Array): Secrets {
  const { keys } = partsOf(text)
  if (keys === undefined) throw new Error('it holds no wrapped keys of this version')
  const plain = unseal(wrappingKey(master), Buffer.from(keys, 'base64'), NAME)
  if (plain.length !== 2 * BYTES) throw new Error('it holds no wrapped keys of this version')
  return { root: new Uint8Array(plain.subarray(0, BYTES)), store: new Uint8Array(plain.subarray(BYTES)) }
}

/** What a KMS made of the master key of a text; null where none did, and where the text is none of ours. */
export function sealedMaster(text: string): Uint8Array | null {
  const { master } = partsOf(text)
  return master === undefined ? null : new Uint8Array(Buffer.from(master, 'base64'))
}

/** Versions: 1 has `keys` alone, 2 has `master` besides. */
function partsOf(text: string): { keys?: string; master?: string } {
  try {
    const { v, keys, master } = JSON.parse(text) as Record<'v' | 'keys' | 'master', unknown>
    if (v === 1 && typeof keys === 'string') return { keys }
    if (v === 2 && typeof keys === 'string' && typeof master === 'string') return { keys, master }
  } catch {
    // none of ours, as any other text
  }
  return {}
}

const wrappingKey = (master: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), 'undercurrent/wrap', BYTES))
