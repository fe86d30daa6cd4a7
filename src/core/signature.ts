/** Bytes of a signature: one for each of as many buckets of hashes. */
export const SIGNATURE_BYTES = 32
/**
 * Equal bytes from which two texts count as near copies: their words and pairs of words agree by three quarters or so.
 * Lower, and texts that only share a form are folded; higher, and small variants of one text are not.
 */
const NEAR = 24
/** Groups of bytes, one of which at least two near copies have in common: more than bytes may differ. */
export const BANDS = 10
const BAND_BYTES = 3
/** Values that a group can have. */
export const BAND_VALUES = 2 ** (8 * BAND_BYTES)
/** Characters of a text that are read. */
const READ = 2 ** 20

/**
 * A text as 32 bytes that resemble those of near copies: least hashes of its words and pairs of neighbours, one
 * permutation in 32 buckets (Li, Owen & Zhang, 2012; empty buckets borrow from the next, Shrivastava & Li, 2014). All zero
 * where it holds no word. Pure, and the same on every machine; stored ones have to be made anew where it changes.
 * @param text in the form of `indexedForm`
 */
export function signatureOf(text: string): Uint8Array {
  const least = new Float64Array(SIGNATURE_BYTES).fill(Number.POSITIVE_INFINITY)
  const take = (feature: number) => {
    const hash = mixed(feature)
    const bucket = hash % SIGNATURE_BYTES
    const value = mixed(hash ^ 0x5bd1e995)
    if (value < least[bucket]!) least[bucket] = value
  }
  let word = START
  let before = 0
  const end = Math.min(text.length, READ)
  for (let i = 0; i <= end; i++) {
    const code = i === end ? 0x20 : text.charCodeAt(i)
    if (isLetter(code)) {
      word = Math.imul(word ^ code, 0x01000193)
      continue
    }
    if (word === START) continue
    take(word)
    if (before !== 0) take(Math.imul(before, 31) + word)
    before = word
    word = START
  }
  const signature = new Uint8Array(SIGNATURE_BYTES)
  if (before === 0) return signature
  for (let i = 0; i < SIGNATURE_BYTES; i++) {
    let step = 0
    while (least[(i + step) % SIGNATURE_BYTES] === Number.POSITIVE_INFINITY) step++
    // or neighbours that borrow from one bucket would be one byte over and over
    signature[i] = mixed(least[(i + step) % SIGNATURE_BYTES]! + step) >>> 8
  }
  return signature
}

/** Offset of FNV-1a. */
const START = 0x811c9dc5 | 0

/** Words of the index are cut at ASCII signs alone. */
const isLetter = (code: number): boolean =>
  code > 0x7f || (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a)

/** Finaliser of MurmurHash3 (Appleby): every bit of a number depends on every other. 0 to 2³² - 1. */
function mixed(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Whether there is a text to be compared. */
export const isSigned = (signature: Uint8Array): boolean => signature.some((byte) => byte !== 0)

/** Whether two texts are near copies; two without words are. */
export function isNearCopy(a: Uint8Array, b: Uint8Array): boolean {
  let equal = 0
  for (let i = 0; i < SIGNATURE_BYTES; i++) if (a[i] === b[i]) equal++
  return equal >= NEAR
}

/** One of the groups of bytes by which near copies are looked up. */
export const bandOf = (signature: Uint8Array, band: number): number => {
  const at = band * BAND_BYTES
  return (signature[at]! << 16) | (signature[at + 1]! << 8) | signature[at + 2]!
}
