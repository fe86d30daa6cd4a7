import { createHash } from 'node:crypto'
import type { Config } from '../config.ts'
import { Problem } from '../core/problem.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import { isKeyName, type NoteSigner, noteSigner, publicKeyOf } from '../ledger/note.ts'
import { keyFor } from './key-file.ts'

/**
 * What signs the checkpoints of a data directory: an Ed25519 key that hangs on the root secret, under the name of the
 * setting `ledger_origin`, else one made of the public key. Throws CONFIG_INVALID.
 */
export function ledgerSigner(
  { ledger_origin }: Pick<Config, 'ledger_origin'>,
  { root }: Pick<Secrets, 'root'>,
): NoteSigner {
  const seed = keyFor(root, 'checkpoint')
  if (ledger_origin !== '' && !isKeyName(ledger_origin))
    throw new Problem('CONFIG_INVALID', 'ledger_origin must be a name without white space and without +')
  return noteSigner(ledger_origin === '' ? ownName(seed) : ledger_origin, seed)
}

/** `undercurrent/` and the first 64 bits of SHA-256(public key), in hexadecimal. */
function ownName(seed: Uint8Array): string {
  return `undercurrent/${createHash('sha256').update(publicKeyOf(seed)).digest('hex').slice(0, 16)}`
}
