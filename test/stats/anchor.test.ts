import { describe, expect, it } from 'vitest'
import { type Anchor, type AnchorPrior, emptyAnchor, expectation, isLearning, learn } from '../../src/stats/anchor.ts'

const prior: AnchorPrior = { within: 0.36, between: 0.025, level: 0.16, events: 40 }
const daily: AnchorPrior = { within: 1, between: 0.12, level: 1, events: Number.POSITIVE_INFINITY }

const anchored = (values: number[], n: number, p: AnchorPrior, weekend = false) =>
  values.reduce<Anchor>((anchor, value, i) => learn(anchor, i, weekend, value, n, values[0] ?? 0, p), emptyAnchor(0))

describe('an anchored baseline', () => {
  it('knows nothing before three active days', () => {
    expect(expectation(anchored([1, 1], 10, prior), false, 10, prior)).toBeNull()
    expect(expectation(anchored([1, 1, 1], 10, prior), false, 10, prior)).not.toBeNull()
  })

  // Gelman et al., "Bayesian Data Analysis", 3rd edition, equations 2.11 and 2.12: posterior precision is the sum of
  // the precisions, the mean is weighted by them.
  it('averages by precision, as a normal prior and likelihood of known variance do', () => {
    const v = 0.36 / 10 + 0.025
    const one = learn(emptyAnchor(0), 0, false, 0.2, 10, 0, prior)
    expect(one.weekday?.precision).toBeCloseTo(1 / 0.16 + 1 / v, 10)
    expect(one.weekday?.mean).toBeCloseTo(0.2 / v / (1 / 0.16 + 1 / v), 10)
  })

  it('ends with forty events on seven active days, or with fourteen days where only days count', () => {
    expect(isLearning(anchored([1, 1, 1], 50, prior), 3, prior)).toBe(true)
    expect(isLearning(anchored(Array(7).fill(1), 5, prior), 7, prior)).toBe(true)
    expect(isLearning(anchored(Array(7).fill(1), 10, prior), 7, prior)).toBe(false)
    expect(isLearning(anchored([1, 1, 1, 1], 1000, daily), 13, daily)).toBe(true)
    expect(isLearning(anchored([1, 1, 1, 1], 1000, daily), 14, daily)).toBe(false)
  })

  it('does not take a single wild day for the habit', () => {
    const calm = anchored([1, 1, 1, 1, 1, 1], 20, prior)
    const wild = anchored([1, 1, 1, 9, 1, 1], 20, prior)
    expect((wild.weekday?.mean ?? 9) - (calm.weekday?.mean ?? 0)).toBeLessThan(0.3)
  })

  it('doubts a level less the more days it saw, and a weekend that it never saw most', () => {
    const short = expectation(anchored([1, 1, 1], 5, prior), false, 5, prior)
    const long = expectation(anchored(Array(12).fill(1), 5, prior), false, 5, prior)
    const unseen = expectation(anchored(Array(12).fill(1), 5, prior), true, 5, prior)
    expect(long?.doubt).toBeLessThan(short?.doubt ?? 0)
    expect(unseen?.doubt).toBeGreaterThan(0.9)
  })
})
