/**
 * Interval of a share at 95 %, of `hits` among `n` (Wilson, 1927). It stays within 0 to 1, and says something of few.
 * @returns lower and upper end; null where n is 0
 */
export function wilson(hits: number, n: number, z = 1.959964): { value: number; low: number; high: number } | null {
  if (n === 0) return null
  const value = hits / n
  const centre = (value + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n))
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
