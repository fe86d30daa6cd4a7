import { describe, expect, it } from 'vitest'
import { sigmoid } from '../../src/concepts/calibrate.ts'
import { type Example, fitLogistic, foldsOf } from '../../src/concepts/fit.ts'

const example = (x: readonly number[], label: boolean, weight = 1): Example => ({
  features: { index: Int32Array.from(x.keys()), value: Float32Array.from(x) },
  vector: new Float32Array(0),
  label,
  weight,
})

/** Hours of study and whether the exam was passed: the textbook example of Wikipedia's "Logistic regression". */
const HOURS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5]
const PASSED = '00000010101010111111'
const exam = HOURS.map((hours, i) => example([hours], PASSED[i] === '1'))

describe('logistic regression', () => {
  it('finds the published coefficients of the hours that students learned', () => {
    const { weights, bias } = fitLogistic(exam, { sparse: 1, dense: 0, l2: 0, tolerance: 1e-9 })
    expect(weights[0]).toBeCloseTo(1.5046, 3)
    expect(bias).toBeCloseTo(-4.0777, 3)
  })

  it('finds the same through the dense block', () => {
    const dense = exam.map(({ features, label, weight }) => ({
      features: { index: new Int32Array(0), value: new Float32Array(0) },
      vector: features.value,
      label,
      weight,
    }))
    const { weights, bias } = fitLogistic(dense, { sparse: 0, dense: 1, l2: 0, tolerance: 1e-9 })
    expect(weights[0]).toBeCloseTo(1.5046, 3)
    expect(bias).toBeCloseTo(-4.0777, 3)
  })

  it('of one yes-or-no feature is the logarithm of the odds', () => {
    // 3 of 4 with it, 1 of 5 without
    const texts = [
      ...[1, 1, 1, 0].map((y) => example([1], y === 1)),
      ...[1, 0, 0, 0, 0].map((y) => example([0], y === 1)),
    ]
    const { weights, bias } = fitLogistic(texts, { sparse: 1, dense: 0, l2: 0, tolerance: 1e-10 })
    expect(bias).toBeCloseTo(Math.log(1 / 4), 5)
    expect(weights[0]).toBeCloseTo(Math.log(3) - Math.log(1 / 4), 5)
  })

  it('counts an example of weight three as three examples', () => {
    const options = { sparse: 1, dense: 0, l2: 0.01, tolerance: 1e-10 }
    const weighed = fitLogistic([example([1], true, 3), example([2], false), example([0.5], false)], options)
    const three = [1, 2, 3].map(() => example([1], true))
    const thrice = fitLogistic([...three, example([2], false), example([0.5], false)], options)
    expect(weighed.weights[0]).toBeCloseTo(thrice.weights[0]!, 6)
    expect(weighed.bias).toBeCloseTo(thrice.bias, 6)
  })

  it('balances the penalty against the slope of the loss, and leaves the bias free', () => {
    const l2 = 0.05
    const { weights, bias } = fitLogistic(exam, { sparse: 1, dense: 0, l2, tolerance: 1e-10 })
    const residuals = exam.map(({ label }, i) => sigmoid(weights[0]! * HOURS[i]! + bias) - (label ? 1 : 0))
    const mean = (list: number[]) => list.reduce((sum, x) => sum + x, 0) / list.length
    expect(mean(residuals)).toBeCloseTo(0, 7)
    expect(mean(residuals.map((r, i) => r * HOURS[i]!))).toBeCloseTo(-l2 * weights[0]!, 7)
  })

  it('stays finite where the classes are apart', () => {
    const { weights, bias } = fitLogistic([example([1], true), example([-1], false)], { sparse: 1, dense: 0, l2: 1e-4 })
    expect(Number.isFinite(weights[0]) && Number.isFinite(bias)).toBe(true)
    expect(weights[0]).toBeGreaterThan(1)
  })
})

describe('folds', () => {
  const texts = Array.from({ length: 120 }, (_, i) => ({ group: `g${i % 30}`, label: i % 3 === 0 }))

  it('never split a group', () => {
    const home = foldsOf(texts, 5)
    for (const group of new Set(texts.map((text) => text.group)))
      expect(new Set(home.filter((_, i) => texts[i]!.group === group)).size).toBe(1)
  })

  it('get about the same number of texts of each class', () => {
    const home = foldsOf(texts, 5)
    for (let fold = 0; fold < 5; fold++) {
      const own = texts.filter((_, i) => home[i] === fold)
      expect(own).toHaveLength(24)
      expect(own.filter(({ label }) => label)).toHaveLength(8)
    }
  })

  it('are the same in whatever order the texts come', () => {
    const home = foldsOf(texts, 5)
    expect(foldsOf(texts.toReversed(), 5)).toEqual(home.toReversed())
  })
})
