import { createHmac, hkdfSync } from 'node:crypto'
import type { CanaryHash } from '../../core/canary.ts'
import { LEAST_CHARACTERS } from '../../core/canary.ts'

/** Units of the window that rolls over a text: no canary is shorter. */
export const WINDOW = LEAST_CHARACTERS
export const ANCHOR_BITS = 20
const ANCHOR_MASK = 2 ** ANCHOR_BITS - 1
/** 2^32 over the golden ratio: spreads the bits of a product (Knuth, The Art of Computer Programming 3, 6.4). */
const SPREAD = 0x9e3779b1

/** Hashes of folded strings under one key. */
export interface CanaryHasher {
  /** Names the key. */
  readonly key: string
  /** What is kept of a folded string of at least `WINDOW` units. */
  hash(units: Uint16Array): CanaryHash
  /** The rolling hash of the first window; `roll` moves it on by one unit. */
  first(units: Uint16Array): number
  roll(state: number, out: number, next: number): number
  anchorOf(state: number): number
  /** Sums of longer and longer strings: begins with `seed`. */
  readonly seed: number
  add(sum: number, unit: number): number
  hmac(units: Uint16Array): string
}

/**
 * Three hashes, each dearer than the one before: a cyclic polynomial over a window (Cohen, Recursive hashing functions for
 * n-grams, 1997), a sum of the whole, and HMAC-SHA-256. Their tables and keys are derived with HKDF (RFC 5869), so that
 * nobody can write a text that keeps the dear ones busy.
 */
export function canaryHasher(key: Uint8Array): CanaryHasher {
  const derive = (info: string, bytes: number) =>
    new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `undercurrent canary ${info}`, bytes))
  const words = new Uint32Array(derive('table', 4 * 513).buffer)
  const seed = words[512] as number
  const secret = derive('hash', 32)
  const wordOf = (unit: number) => (words[unit & 0xff] as number) ^ (words[256 + (unit >>> 8)] as number)
  const turned = (x: number, by: number) => (x << by) | (x >>> (32 - by))
  const check = createHmac('sha256', secret).update('undercurrent canary key').digest('hex').slice(0, 16)

  const hasher: CanaryHasher = {
    key: check,
    seed,
    first(units) {
      let state = 0
      for (let i = 0; i < WINDOW; i++) state = turned(state, 1) ^ wordOf(units[i] as number)
      return state
    },
    roll: (state, out, next) => turned(state, 1) ^ turned(wordOf(out), WINDOW) ^ wordOf(next),
    anchorOf: (state) => (state ^ (state >>> ANCHOR_BITS)) & ANCHOR_MASK,
    add(sum, unit) {
      const mixed = Math.imul(sum ^ wordOf(unit), SPREAD)
      return mixed ^ (mixed >>> 15)
    },
    hmac: (units) =>
      createHmac('sha256', secret)
        .update(new Uint8Array(units.buffer, units.byteOffset, units.byteLength))
        .digest('hex'),
    hash(units) {
      const sum = units.reduce((so, unit) => hasher.add(so, unit), seed) >>> 0
      return {
        key: check,
        length: units.length,
        anchor: hasher.anchorOf(hasher.first(units)),
        sum,
        hmac: hasher.hmac(units),
      }
    },
  }
  return hasher
}
