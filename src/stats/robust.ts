import { medianAbsoluteDeviation, quantileSorted, median as simpleMedian } from 'simple-statistics'

/** Makes the median absolute deviation of normal values their standard deviation: 1 / Φ⁻¹(3/4). */
export const MAD_TO_SD = 1.482602218505602

/** Middle value, the mean of both where their number is even. Null where there is none. */
export function median(values: readonly number[]): number | null {
  return values.length === 0 ? null : simpleMedian([...values])
}

/** Median absolute deviation from the median, unscaled. Null where there is no value. */
export function mad(values: readonly number[]): number | null {
  return values.length === 0 ? null : medianAbsoluteDeviation([...values])
}

/** Quantiles (0 to 1) of values in any order. Null where there is no value. */
export function quantiles(values: readonly number[], at: readonly number[]): number[] | null {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  return at.map((q) => quantileSorted(sorted as unknown as number[], q))
}

/** Median and MAD of values that each occur `n` times, in ascending order. Null where there is none. */
export function weightedMedian(values: readonly { value: number; n: number }[]): number | null {
  const total = values.reduce((sum, { n }) => sum + n, 0)
  if (total === 0) return null
  let below = 0
  for (const { value, n } of values) {
    below += n
    if (below * 2 >= total) return value
  }
  return values.at(-1)?.value ?? null
}

/** Median absolute deviation of values that each occur `n` times, in ascending order. Null where there is none. */
export function weightedMad(values: readonly { value: number; n: number }[]): number | null {
  const middle = weightedMedian(values)
  if (middle === null) return null
  return weightedMedian(
    values.map(({ value, n }) => ({ value: Math.abs(value - middle), n })).sort((a, b) => a.value - b.value),
  )
}
