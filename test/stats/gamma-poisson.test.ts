import { expect, it } from 'vitest'
import { atLeast, atMost, incompleteBeta } from '../../src/stats/gamma-poisson.ts'

/** Probability of a count by its recurrence: p(0) = (1 + m s)^(-1/s), p(k+1) / p(k) = (1/s + k) / (k + 1) · m s / (1 + m s). */
function summed(mean: number, spread: number, from: number, to: number): number {
  let p = (1 + mean * spread) ** (-1 / spread)
  let sum = 0
  for (let k = 0; k <= to; k++) {
    if (k >= from) sum += p
    p *= ((1 / spread + k) / (k + 1)) * ((mean * spread) / (1 + mean * spread))
  }
  return sum
}

it('gives the tails of the negative binomial distribution, as their sums do', () => {
  for (const [mean, spread] of [
    [0.02, 0.5],
    [1, 0.1],
    [7.5, 0.3],
    [120, 0.05],
  ] as const)
    for (const count of [0, 1, 2, 5, 20, 150]) {
      expect(atMost({ mean, spread }, count)).toBeCloseTo(summed(mean, spread, 0, count), 9)
      const upper = summed(mean, spread, count, 5_000)
      expect(atLeast({ mean, spread }, count) / upper).toBeCloseTo(1, 6)
    }
})

it('is Poisson where the rate is certain', () => {
  // 1 - e^-1 (1 + 1 + 1/2)
  expect(atLeast({ mean: 1, spread: 0 }, 3)).toBeCloseTo(1 - Math.exp(-1) * 2.5, 5)
  expect(atMost({ mean: 8, spread: 0 }, 0)).toBeCloseTo(Math.exp(-8), 6)
})

it('gives the incomplete beta function its known values', () => {
  // I_x(1, b) = 1 - (1 - x)^b; I_1/2(a, a) = 1/2
  expect(incompleteBeta(0.3, 1, 4)).toBeCloseTo(1 - 0.7 ** 4, 12)
  expect(incompleteBeta(0.5, 7, 7)).toBeCloseTo(0.5, 12)
  expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1])
})
