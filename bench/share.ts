import { wilson } from '../src/stats/wilson.ts'

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
  const { value, low, high } = wilson(of, n) ?? { value: 0, low: 0, high: 1 }
  return { of, n, share: value, low, high }
}
