/**
 * Probabilities of one event as they are stored: three bytes each, one behind the other. The first byte is the whole
 * percent plus one, so that SQL counts by percent without reading further; the other two are the millionths beyond it.
 * As bytes they sort as the numbers do.
 */
export const MARK_BYTES = 3
/** Equal bins of probability that are counted. */
export const BINS = 100

const MILLION = 1_000_000
const BIN = MILLION / BINS

/** A probability as it is kept, in millionths. */
export const millionths = (p: number): number => Math.round(Math.min(1, Math.max(0, p)) * MILLION)

export const probabilityOf = (stored: number): number => stored / MILLION

/** 1 itself is of the last bin. */
export const binOf = (stored: number): number => Math.min(BINS - 1, Math.floor(stored / BIN))

/** Least that is kept in a bin, in millionths. */
export const leastOfBin = (bin: number): number => bin * BIN

/** Bytes of probabilities in millionths, in their order. */
export function packed(all: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(all.length * MARK_BYTES)
  for (const [i, stored] of all.entries()) {
    const bin = binOf(stored)
    bytes[i * MARK_BYTES] = bin + 1
    bytes.writeUInt16BE(stored - leastOfBin(bin), i * MARK_BYTES + 1)
  }
  return bytes
}

/** The one at a place, in millionths. Places count from 0 in bytes. */
export const unpacked = (bytes: Uint8Array, at: number): number =>
  leastOfBin(bytes[at]! - 1) + bytes[at + 1]! * 256 + bytes[at + 2]!
