import { bestOf } from '../src/engines/embedded/best.ts'
import { askedOf, type Codes, scanSlots } from '../src/engines/embedded/codes.ts'
import type { Segment } from '../src/engines/embedded/segments.ts'

/** Looks for the k nearest of the first `count` vectors by their codes, before any is read again. */
export function scanCodes(codes: Codes, count: number, q: Float32Array, k: number): void {
  const best = bestOf(k)
  const segment = {} as Segment
  scanSlots(
    codes,
    count,
    askedOf(q, codes.room),
    () => best.floor,
    (slot, score, error) => best.offer(score, error, segment, slot),
  )
}
