import { createHmac, hkdfSync } from 'node:crypto'
import { winnow } from '../../stats/winnow.ts'
import { GRAM, LEAST_WORDS, type Span } from './passage.ts'
import type { Words } from './words.ts'

/** Neighbours of which one is chosen: so every LEAST_WORDS words that two texts share give them a fingerprint in common. */
const WINDOW = LEAST_WORDS - GRAM + 1
/** Fingerprints of one answer at most, those of its beginning: about 5,000 words. */
const MOST_PRINTS = 256
const PRINT_BYTES = 6

/** A fingerprint, and the first of its words. */
export interface Print {
  print: number
  at: number
}

/**
 * Makes the fingerprints of one tenant's answers: HMAC-SHA-256 of GRAM words in a row, cut to 48 bits, under a key of the tenant
 * (HKDF, RFC 5869). Without the key they confirm no text, and those of two tenants cannot be joined.
 */
export function fingerprinter(key: Uint8Array, tenant_id: string | null) {
  const own = new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `undercurrent tenant ${tenant_id ?? ''}`, 32))
  const printOf = (grams: Uint8Array) => createHmac('sha256', own).update(grams).digest().readUIntBE(0, PRINT_BYTES)

  /** @param spans of the words, in order; @param grams theirs */
  return (words: Words, grams: Uint32Array, spans: readonly Span[]): Print[] => {
    const { buffer, byteOffset } = words.hashes
    const found = new Map<number, number>()
    for (const { from, to } of spans)
      for (const place of winnow(grams.subarray(from, to - GRAM + 1), WINDOW)) {
        if (found.size === MOST_PRINTS) break
        const at = from + place
        const print = printOf(new Uint8Array(buffer, byteOffset + 4 * at, 4 * GRAM))
        if (!found.has(print)) found.set(print, at)
      }
    return Array.from(found, ([print, at]) => ({ print, at }))
  }
}

export type Fingerprinter = ReturnType<typeof fingerprinter>
