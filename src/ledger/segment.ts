import { padded } from '../core/copy.ts'
import type { KeptEntry } from '../core/ports.ts'
import { openEntries, SegmentError, sealEntries } from './sealed-entries.ts'

/** Entries [from, to) of a ledger as they are stored, with a checkpoint that covers them. */
export interface Segment {
  origin: string
  from: number
  to: number
  /** The signed note; its size is `to` or more. */
  checkpoint: string
  entries: readonly KeptEntry[]
}

const FORMAT = 'undercurrent-segment/1'

/**
 * The bytes of a sealed segment (see `sealEntries`) under the head `undercurrent-segment/1 ORIGIN FROM TO`.
 * @param nonce 12 random bytes, never used twice under a key
 */
export function sealSegment(segment: Segment, key: Uint8Array, nonce: Uint8Array): Promise<Buffer> {
  const { checkpoint, entries } = segment
  return sealEntries({ head: headOf(segment), about: { checkpoint }, entries }, key, nonce)
}

/**
 * The way back. Throws SegmentError where a byte differs from what was sealed, or the segment is not of this ledger and
 * range.
 */
export async function openSegment(
  bytes: Uint8Array,
  key: Uint8Array,
  expected: Pick<Segment, 'origin' | 'from' | 'to'>,
): Promise<Segment> {
  const { about, entries } = await openEntries(bytes, key, headOf(expected))
  const { origin, from, to } = expected
  if (entries.length !== to - from || entries.some(({ seq }, i) => seq !== from + i))
    throw new SegmentError('damaged', 'it does not hold the entries that its name says')
  return { origin, from, to, checkpoint: String(about.checkpoint), entries }
}

const headOf = ({ origin, from, to }: Pick<Segment, 'origin' | 'from' | 'to'>) =>
  `${FORMAT} ${origin} ${padded(from)} ${padded(to)}`
