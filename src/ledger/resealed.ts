import { padded } from '../core/copy.ts'
import type { KeptEntry } from '../core/ports.ts'
import { openEntries, SegmentError, sealEntries } from './sealed-entries.ts'

/**
 * Entries whose texts were sealed under another key after segments had taken them, because an erasure destroyed the one
 * that they lay under: what the segments have of them cannot be opened any more.
 */
export interface Resealed {
  origin: string
  /** The first of them, and one more than the last; what lies between need not be there. */
  from: number
  to: number
  /** Place of the receipt of that erasure, of the last one where there were several; behind all of them. */
  receipt: number
  /** In the order of the ledger. */
  entries: readonly KeptEntry[]
}

const FORMAT = 'undercurrent-resealed/1'

/**
 * The bytes of a resealed segment (see `sealEntries`) under the head `undercurrent-resealed/1 ORIGIN FROM TO RECEIPT`.
 * @param nonce 12 random bytes, never used twice under a key
 */
export const sealResealed = (resealed: Resealed, key: Uint8Array, nonce: Uint8Array): Promise<Buffer> =>
  sealEntries({ head: headOf(resealed), about: {}, entries: resealed.entries }, key, nonce)

/** The way back. Throws SegmentError where a byte differs from what was sealed, or it is not what its name says. */
export async function openResealed(
  bytes: Uint8Array,
  key: Uint8Array,
  expected: Omit<Resealed, 'entries'>,
): Promise<Resealed> {
  const { entries } = await openEntries(bytes, key, headOf(expected))
  const { from, to, receipt } = expected
  const seqs = entries.map(({ seq }) => seq)
  const fits = seqs[0] === from && seqs.at(-1) === to - 1 && to <= receipt
  if (!fits || seqs.some((seq, i) => i > 0 && seq <= seqs[i - 1]!))
    throw new SegmentError('damaged', 'it does not hold the entries that its name says')
  return { ...expected, entries }
}

const headOf = ({ origin, from, to, receipt }: Omit<Resealed, 'entries'>) =>
  `${FORMAT} ${origin} ${padded(from)} ${padded(to)} ${padded(receipt)}`
