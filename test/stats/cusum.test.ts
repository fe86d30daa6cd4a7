import { describe, expect, it } from 'vitest'
import { averageRunLength, cusum } from '../../src/stats/cusum.ts'

describe('a one-sided cumulative sum', () => {
  it('never falls below nothing and forgives the slack', () => {
    expect([2, -9, 0.5, 1].reduce((sum, x) => cusum(sum, x, 0.5), 0)).toBe(0.5)
  })

  // Montgomery, "Introduction to Statistical Quality Control", table 9.4: two-sided CUSUM with k = 1/2 and h = 5 has
  // ARL 465 without a shift and 10.4 for one standard deviation; with h = 4, 168 and 8.38. One side alone lasts twice
  // as long without a shift, and as long as both with one. The approximation keeps within 4 % of them.
  it.each([
    { level: 4, shift: 0, published: 2 * 168 },
    { level: 5, shift: 0, published: 2 * 465 },
    { level: 4, shift: 1, published: 8.38 },
    { level: 5, shift: 1, published: 10.4 },
    { level: 5, shift: 2, published: 4.01 },
  ])('has the published run length at level $level for a shift of $shift', ({ level, shift, published }) => {
    expect(Math.abs(averageRunLength(level, 0.5, shift) / published - 1)).toBeLessThan(0.04)
  })

  it('takes the square of the corrected level where shift and slack cancel', () => {
    // Montgomery, same table: h = 5, shift 0.5 gives 38.0 (two-sided, hardly different from one side).
    expect(averageRunLength(5, 0.5, 0.5)).toBeCloseTo(38, 0)
  })
})
