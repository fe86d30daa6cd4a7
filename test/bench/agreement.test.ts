import { expect, it } from 'vitest'
import { agreementOf, spearman } from '../../bench/agreement.ts'

const groupings = (truth: readonly number[], found: readonly number[]) =>
  truth.map((one, i) => ({ truth: String(one), found: String(found[i]) }))

it('ranks agree as far as scipy says, ties sharing the mean of their ranks', () => {
  // scipy.stats.spearmanr([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), from its documentation
  expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12)
  expect(spearman([1, 2, 3], [9, 4, 1])).toBe(-1)
  expect(spearman([1, 2, 3], [7, 7, 7])).toBe(0)
})

it('groups agree as far as scikit-learn says', () => {
  // adjusted_rand_score and v_measure_score, from its documentation
  const split = agreementOf(groupings([0, 0, 1, 2], [0, 0, 1, 1]))
  expect(split.rand).toBeCloseTo(0.5714, 4)
  expect(split.v).toBeCloseTo(0.8, 10)
  const finer = agreementOf(groupings([0, 0, 1, 1], [0, 0, 1, 2]))
  expect(finer.rand).toBeCloseTo(0.5714, 4)
  expect(finer.v).toBeCloseTo(0.8, 10)
})

it('groups agree wholly under other names, and not at all where everything is one', () => {
  expect(agreementOf(groupings([0, 0, 1, 1], [1, 1, 0, 0]))).toEqual({ rand: 1, v: 1 })
  expect(agreementOf(groupings([0, 1, 2, 3], [0, 0, 0, 0]))).toEqual({ rand: 0, v: 0 })
})
