import { describe, expect, it } from 'vitest'
import {
  averagePrecision,
  chooseThreshold,
  expected,
  fitPlatt,
  quality,
  type Scored,
  sigmoid,
  survival,
} from '../../src/concepts/calibrate.ts'

const times = (n: number, z: number, label: boolean): Scored[] =>
  Array.from({ length: n }, () => ({ z, label, weight: 1 }))

describe('a calibration', () => {
  it('of two scores gives each the share of positives among its texts, with the smoothed targets of Platt', () => {
    // two parameters for two values of z: the likelihood is highest where each probability is the mean of its targets
    const scored = [...times(2, -1, true), ...times(8, -1, false), ...times(9, 3, true), ...times(1, 3, false)]
    const { slope, offset } = fitPlatt(scored)
    const [high, low] = [12 / 13, 1 / 11]
    expect(sigmoid(slope * -1 + offset)).toBeCloseTo((2 * high + 8 * low) / 10, 6)
    expect(sigmoid(slope * 3 + offset)).toBeCloseTo((9 * high + 1 * low) / 10, 6)
  })

  it('counts a text of weight three as three texts', () => {
    const one = fitPlatt([...times(1, 0, true), ...times(3, 0, false), ...times(3, 2, true), ...times(1, 2, false)])
    const weighed = fitPlatt([
      { z: 0, label: true, weight: 1 },
      { z: 0, label: false, weight: 3 },
      { z: 2, label: true, weight: 3 },
      { z: 2, label: false, weight: 1 },
    ])
    expect(weighed.slope).toBeCloseTo(one.slope, 9)
    expect(weighed.offset).toBeCloseTo(one.offset, 9)
  })

  it('stays finite where the scores tell all texts apart', () => {
    const { slope, offset } = fitPlatt([...times(5, -2, false), ...times(5, 2, true)])
    expect(sigmoid(slope * 2 + offset)).toBeCloseTo(6 / 7, 6)
    expect(sigmoid(slope * -2 + offset)).toBeCloseTo(1 / 7, 6)
  })

  it('does not overflow far from zero', () => {
    expect(sigmoid(-1000)).toBe(0)
    expect(sigmoid(1000)).toBe(1)
    expect(sigmoid(0)).toBe(0.5)
  })
})

const marks = (list: string) => [...list].map((mark, i) => ({ p: 1 - i / 10, label: mark === '+' }))

describe('quality', () => {
  it('is precision, recall and their harmonic mean from the threshold on', () => {
    // found: + + - ; missed: +
    const { precision, recall, f1 } = quality(marks('++-+'), 0.8)
    expect(precision).toBeCloseTo(2 / 3)
    expect(recall).toBeCloseTo(2 / 3)
    expect(f1).toBeCloseTo(2 / 3)
  })

  it('is 0 and not NaN where nothing is found or nothing was to be found', () => {
    expect(quality([], 0.5)).toEqual({ precision: 0, recall: 0, f1: 0 })
    expect(quality(marks('--'), 0.5).f1).toBe(0)
    expect(quality(marks('++'), 1.1).f1).toBe(0)
  })

  it('of a ranking is the mean precision at each positive', () => {
    expect(averagePrecision(marks('+-+--+'))).toBeCloseTo((1 / 1 + 2 / 3 + 3 / 6) / 3)
    expect(averagePrecision(marks('--'))).toBe(0)
    // equal scores say nothing about their order: both orders are half right
    const tie = [true, false].map((label) => ({ p: 0.5, label }))
    expect(averagePrecision(tie)).toBe(0.5)
    expect(averagePrecision(tie.toReversed())).toBe(0.5)
    expect(averagePrecision([...marks('+-+')].reverse())).toBeCloseTo((1 + 2 / 3) / 2)
  })
})

describe('a threshold', () => {
  it('lies in the middle of the stretch that tells best', () => {
    const set = [0.1, 0.2, 0.3, 0.7, 0.8].map((p) => ({ p, label: p > 0.5 }))
    expect(chooseThreshold([set])).toBeCloseTo(0.51, 9)
  })

  it('is not decided by the largest set', () => {
    const small = [0.1, 0.6, 0.65].map((p) => ({ p, label: p > 0.5 }))
    const large = Array.from({ length: 900 }, (_, i) => ({ p: i % 3 === 0 ? 0.55 : 0.05, label: i % 3 === 0 }))
    const threshold = chooseThreshold([small, large])
    expect(threshold).toBeGreaterThan(0.1)
    expect(threshold).toBeLessThanOrEqual(0.55)
  })
})

describe('what to expect of the matches', () => {
  const recallAt = survival([0.95, 0.95, 0.85, 0.35])
  const histogram = (counts: Record<number, number>) => Array.from({ length: 100 }, (_, bin) => counts[bin] ?? 0)

  it('is a precision of their mean probability, at the middle of each bin', () => {
    const { precision } = expected(histogram({ 5: 90_000, 60: 2, 90: 6 }), 0.5, recallAt)
    expect(precision).toBeCloseTo((2 * 0.605 + 6 * 0.905) / 8, 9)
  })

  it('does not depend on how many events lie below the threshold', () => {
    const few = expected(histogram({ 90: 6 }), 0.5, recallAt)
    expect(expected(histogram({ 0: 1_000_000, 49: 500, 90: 6 }), 0.5, recallAt)).toEqual(few)
  })

  it('is the recall that held-out positives had at the threshold', () => {
    expect(expected(histogram({ 90: 1 }), 0.5, recallAt).recall).toBe(0.75)
    expect(expected(histogram({ 90: 1 }), 0.9, recallAt).recall).toBe(0.5)
    expect(expected(histogram({ 90: 1 }), 0, recallAt).recall).toBe(1)
  })

  it('takes in the bin that begins at the threshold, whatever floating point makes of it', () => {
    // 0.29 * 100 is 28.999999999999996
    expect(expected(histogram({ 29: 1 }), 0.29, recallAt).precision).toBeCloseTo(0.295)
    expect(expected(histogram({ 28: 1 }), 0.29, recallAt).precision).toBeNull()
    expect(expected(histogram({ 99: 1 }), 1, recallAt).precision).toBeCloseTo(0.995)
  })

  it('claims no precision where nothing matches', () => {
    expect(expected(histogram({}), 0.5, recallAt)).toEqual({ precision: null, recall: 0.75 })
  })

  it('survival falls from 1, and is 0 of nothing', () => {
    expect(recallAt[0]).toBe(1)
    expect(recallAt).toEqual(recallAt.toSorted((a, b) => b - a))
    expect(recallAt[99]).toBe(0)
    expect(survival([], 4)).toEqual([0, 0, 0, 0])
    expect(survival([0.25, 0.5, 1], 4)).toEqual([1, 1, 2 / 3, 1 / 3])
  })
})
