import type { KeyRenewal } from '../core/key-copy.ts'
import type { Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { NoteSigner } from '../ledger/note.ts'

/** First line of the text of a receipt that is kept outside. */
const FORMAT = 'undercurrent-receipt/1'

/**
 * A receipt to be kept outside: a signed note (C2SP) of two lines, the format and a JSON object `{"origin", "seq",
 * "receipt_id", "salt", "entry", "key_copies"}`. `entry` is the exact text that was sealed; with `salt` (base64) it gives the
 * commitment of the leaf at place `seq`. `key_copies` are places that held a copy of the keys, and whether the destroyed
 * ones are gone from there by now. Throws Problem NOT_FOUND where no receipt stands there.
 */
export async function receiptNote(
  engine: Pick<Engine, 'sealed'>,
  signer: Pick<NoteSigner, 'name' | 'sign'>,
  seq: number,
  keyCopies: readonly KeyRenewal[],
): Promise<string> {
  const [entry] = await engine.sealed(seq, seq + 1)
  if (entry?.kind !== 'receipt' || entry.salt === null || entry.body === null)
    throw new Problem('NOT_FOUND', `entry ${seq} of the ledger is no receipt`)
  const salt = Buffer.from(entry.salt).toString('base64')
  const key_copies = keyCopies.map(({ place, renewed }) => ({ place, renewed }))
  const told = { origin: signer.name, seq, receipt_id: entry.event_id, salt, entry: entry.body, key_copies }
  return signer.sign(`${FORMAT}\n${JSON.stringify(told)}\n`)
}
