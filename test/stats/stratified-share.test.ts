import { expect, it } from 'vitest'
import { type Stratum, stratifiedShares } from '../../src/stats/stratified-share.ts'

const above = (over: Partial<Stratum> = {}): Stratum => ({
  size: 1_000,
  matched: true,
  probability: 0.8,
  labelled: 0,
  right: 0,
  ...over,
})
const below = (over: Partial<Stratum> = {}): Stratum =>
  above({ size: 9_000, matched: false, probability: 0.02, ...over })

it('answers the calibrated shares without labels, in intervals that admit how little is known', () => {
  const { precision, recall } = stratifiedShares([above(), below()])
  expect(precision?.value).toBeCloseTo(0.8)
  expect(recall?.value).toBeCloseTo(800 / 980)
  expect(precision!.high - precision!.low).toBeGreaterThan(0.6)
  expect(recall!.high - recall!.low).toBeGreaterThan(0.8)
})

it('follows labels away from a calibration that is wrong', () => {
  const { precision } = stratifiedShares([above({ labelled: 200, right: 40 }), below()])
  expect(precision?.value).toBeCloseTo(0.2, 1)
  expect(precision!.high).toBeLessThan(0.3)
})

it('narrows with labels', () => {
  const widths = [0, 10, 100, 500].map((labelled) => {
    const { precision, recall } = stratifiedShares([
      above({ labelled, right: 0.8 * labelled }),
      below({ labelled, right: 0.02 * labelled }),
    ])
    return [precision!.high - precision!.low, recall!.high - recall!.low] as const
  })
  for (const side of [0, 1] as const)
    for (const [i, width] of widths.entries()) if (i > 0) expect(width[side]).toBeLessThan(widths[i - 1]![side])
})

it('is exact where everything is labelled', () => {
  const { precision, recall } = stratifiedShares([
    above({ size: 50, labelled: 50, right: 40 }),
    below({ size: 100, labelled: 100, right: 10 }),
  ])
  expect(precision).toEqual({ value: 0.8, low: 0.8, high: 0.8 })
  expect(recall).toEqual({ value: 0.8, low: 0.8, high: 0.8 })
})

it('is the interval of Clopper and Pearson of one large stratum, but for what the calibration is worth', () => {
  // 81 of 263: 0.2527 to 0.3676 (Newcombe, 1998, table I, method 5)
  const { precision } = stratifiedShares([above({ size: 10_000_000, probability: 81 / 263, labelled: 263, right: 81 })])
  expect(precision!.low).toBeCloseTo(0.2527, 1)
  expect(Math.abs(precision!.high - 0.3676)).toBeLessThan(0.012)
})

it('does not say that nothing was missed because none of a few that were looked at was', () => {
  const { recall } = stratifiedShares([
    above({ labelled: 50, right: 50 }),
    below({ size: 100_000, probability: 0.0001, labelled: 50, right: 0 }),
  ])
  expect(recall!.low).toBeLessThan(0.2)
  expect(recall!.high).toBe(1)
})

it('has no precision without matches, and no shares of nothing', () => {
  expect(stratifiedShares([below({ labelled: 10, right: 1 })]).precision).toBeNull()
  expect(stratifiedShares([])).toEqual({ precision: null, recall: null })
})

it('answers the same labels the same', () => {
  const strata = [above({ labelled: 10, right: 7 }), below({ labelled: 10, right: 1 })]
  expect(stratifiedShares(strata)).toEqual(stratifiedShares(strata))
})

it('knows nothing of a stratum that has neither a probability nor a label, and takes labels alone where there is none', () => {
  const matches = { size: 50, matched: true, probability: null, labelled: 10, right: 5 }
  const rest = { size: 5_000, matched: false, probability: null, labelled: 0, right: 0 }
  const { precision, recall } = stratifiedShares([matches, rest])
  expect(precision!.value).toBe(0.5)
  expect(precision!.low).toBeLessThan(0.3)
  expect(recall).toBeNull()
  expect(stratifiedShares([matches, { ...rest, labelled: 100 }]).recall!.value).toBe(1)
  expect(stratifiedShares([matches, { ...rest, labelled: 100 }]).recall!.low).toBeLessThan(0.4)
})
