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
