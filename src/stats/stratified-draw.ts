/**
 * How many events of each stratum shall be drawn for labels: half of them for what was matched and half for what was not
 * (the elusion test), since each half decides one of the two shares. Within a half by size and by how undecided the
 * calibrated probability is (Neyman, 1934), of each stratum at least one where there are enough.
 * @returns counts in the order of the strata, none above its size; together at most `labels`
 */
export function allotted(
  strata: readonly { size: number; matched: boolean; probability: number | null }[],
  labels: number,
): number[] {
  const counts = strata.map(() => 0)
  const weights = strata.map(({ size, probability }) => {
    const p = probability ?? UNKNOWN
    return size * Math.sqrt(p * (1 - p) + FLOOR)
  })
  const half = (matched: boolean) => strata.flatMap((one, i) => (one.matched === matched && one.size > 0 ? [i] : []))
  // labels one by one to whoever has the least for his weight: in whole numbers, and never beyond a stratum's size
  const give = (to: readonly number[], n: number): number => {
    let left = n
    for (; left > 0; left--) {
      const open = to.filter((i) => counts[i]! < strata[i]!.size)
      if (open.length === 0) break
      const next = open.reduce((a, b) => (worth(b) > worth(a) ? b : a))
      counts[next]!++
    }
    return left
  }
  const worth = (i: number) => (counts[i] === 0 ? Number.MAX_VALUE : weights[i]! / (counts[i]! + 0.5))
  const above = give(half(true), Math.ceil(labels / 2))
  const below = give(half(false), Math.floor(labels / 2) + above)
  give(half(true), below)
  return counts
}

/**
 * In which order strata are drawn from, so that those who stop at any number have drawn as `allotted` says.
 * @returns numbers of strata, at most `labels` of them
 */
export function drawOrder(strata: Parameters<typeof allotted>[0], labels: number): number[] {
  const order: number[] = []
  let before = strata.map(() => 0)
  for (let n = 1; n <= labels; n++) {
    const counts = allotted(strata, n)
    const next = counts.findIndex((count, i) => count > before[i]!)
    if (next < 0) break
    order.push(next)
    before = counts
  }
  return order
}

/** Keeps strata that the calibration is sure of from being left out: it may be wrong of them. */
const FLOOR = 0.01
/** What a stratum is drawn by of which nothing is known. */
const UNKNOWN = 0.5

/**
 * Edges of the strata of a threshold, rising from 0; a stratum begins at its edge and ends before the next, the last one
 * with 1. The threshold is one of them, so that each stratum is matched or not as a whole.
 * @param threshold above 0 and below 1
 */
export const strataEdges = (threshold: number): number[] => [
  0,
  threshold / 8,
  threshold / 2,
  threshold,
  (1 + threshold) / 2,
]
