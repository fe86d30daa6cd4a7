import type { Range } from './verify-ranges.ts'

/**
 * Places that a receipt says were erased: `leaves`, half-open ranges, of its text. A receipt that names none, and text
 * that is none, cover nothing; and none covers what came after it, so that nobody can be given leave to erase in advance.
 * @param at place of the receipt itself
 */
export function receiptRanges(body: string, at: number): Range[] {
  try {
    const { leaves } = JSON.parse(body) as { leaves?: unknown }
    return (Array.isArray(leaves) ? leaves : [])
      .filter(
        (range): range is [number, number] =>
          Array.isArray(range) && range.length === 2 && range.every(Number.isSafeInteger),
      )
      .map(([from, to]): Range => [from, Math.min(to, at)])
      .filter(([from, to]) => from < to)
  } catch {
    return []
  }
}
