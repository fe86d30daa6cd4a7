import { WINDOWS } from '../src/stats/count-alarms.ts'
import { MAD_TO_SD, mad, median } from '../src/stats/robust.ts'

/** Weeks that a peer looks back. */
const WEEKS = 8
const LEAST = 3

/** How far each hour's sums stand above what is usual, by one simple rule; the highest over the windows. */
export type Peer = (counts: readonly number[], at: number) => number

/** Sums of the same hours of earlier weeks. */
function sameHours(counts: readonly number[], at: number, hours: number): number[] {
  const sums: number[] = []
  for (let week = 1; week <= WEEKS && at - week * 168 - hours + 1 >= 0; week++)
    sums.push(sumTo(counts, at - week * 168, hours))
  return sums
}

function sumTo(counts: readonly number[], at: number, hours: number): number {
  let sum = 0
  for (let back = 0; back < hours; back++) sum += counts[at - back]!
  return sum
}

const highest = (counts: readonly number[], at: number, above: (seen: number, same: readonly number[]) => number) =>
  Math.max(
    0,
    ...WINDOWS.map((hours) => {
      const same = sameHours(counts, at, hours)
      const seen = at - hours + 1 < 0 ? 0 : sumTo(counts, at, hours)
      return same.length < 2 || seen < LEAST ? 0 : above(seen, same)
    }),
  )

/** Median and MAD of the same hours of the week; a spread of at least that of chance. */
export const medianAndMad: Peer = (counts, at) =>
  highest(counts, at, (seen, same) => {
    const middle = median(same)!
    const spread = Math.max(MAD_TO_SD * mad(same)!, Math.sqrt(middle), 1)
    return (seen - middle) / spread
  })

/** Mean of the same hours of the week, and chance alone. */
export const meanAndChance: Peer = (counts, at) =>
  highest(counts, at, (seen, same) => {
    const mean = same.reduce((sum, n) => sum + n, 0) / same.length
    return (seen - mean) / Math.sqrt(Math.max(mean, 1))
  })
