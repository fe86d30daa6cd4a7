/** Half-open ranges of numbers that are given in any order, ascending. */
export function rangesOf(numbers: readonly number[]): [from: number, to: number][] {
  const ranges: [number, number][] = []
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] >= n) last[1] = Math.max(last[1], n + 1)
    else ranges.push([n, n + 1])
  }
  return ranges
}

/**
 * Half-open ranges of places that the text of an entry in the ledger tells of, whatever else it may hold there; none of them
 * reaches beyond the entry itself.
 * @param at place of the entry
 */
export const rangesTold = (leaves: unknown, at: number): (readonly [from: number, to: number])[] =>
  (Array.isArray(leaves) ? leaves : [])
    .filter(
      (range): range is [number, number] =>
        Array.isArray(range) && range.length === 2 && range.every(Number.isSafeInteger),
    )
    .map(([from, to]) => [from, Math.min(to, at)] as const)
    .filter(([from, to]) => from < to)
