import { expect, it } from 'vitest'
import { wilson } from '../../src/stats/wilson.ts'

// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3
it.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('gives the published interval of %i among %i', (hits, n, low, high) => {
  const share = wilson(hits, n)!
  expect(share.value).toBe(hits / n)
  expect(share.low).toBeCloseTo(low, 4)
  expect(share.high).toBeCloseTo(high, 4)
})

it('says nothing of nothing', () => expect(wilson(0, 0)).toBeNull())
