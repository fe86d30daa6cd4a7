/** A share with its interval at 95 % (Wilson, 1927). */
export interface Share {
  of: number
  n: number
  share: number
  low: number
  high: number
}

/** Of n, so many; an empty n has share 0 and the whole interval. */
export function shareOf(of: number, n: number): Share {
  if (n === 0) return { of, n, share: 0, low: 0, high: 1 }
  const z = 1.959964
  const p = of / n
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return { of, n, share: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
