import { describe, expect, it } from 'vitest'
import { MAD_TO_SD, mad, median, quantiles, weightedMad, weightedMedian } from '../../src/stats/robust.ts'

// Copper in wholemeal flour (Analytical Methods Committee, 1989), in Venables and Ripley, "Modern Applied Statistics
// with S", 4th edition, section 5.5: median(chem) = 3.385, mad(chem) = 0.52632 (scaled by 1.4826).
const CHEM = [
  2.9, 3.1, 3.4, 3.4, 3.7, 3.7, 2.8, 2.5, 2.4, 2.4, 2.7, 2.2, 5.28, 3.37, 3.03, 3.03, 28.95, 3.77, 3.4, 2.2, 3.5, 3.6,
  3.7, 3.7,
]

describe('robust statistics', () => {
  it('give the published median and MAD of the chem data, in spite of its outlier', () => {
    expect(median(CHEM)).toBeCloseTo(3.385, 10)
    expect((mad(CHEM) as number) * MAD_TO_SD).toBeCloseTo(0.526323, 5)
  })

  it('are null where there is nothing', () => {
    expect([median([]), mad([]), quantiles([], [0.5]), weightedMedian([]), weightedMad([])]).toEqual(
      Array(5).fill(null),
    )
  })

  it('weigh values by how often they occur', () => {
    const counted = [
      { value: 1, n: 2 },
      { value: 5, n: 3 },
      { value: 9, n: 2 },
    ]
    expect(weightedMedian(counted)).toBe(5)
    expect(weightedMad(counted)).toBe(4)
  })

  it('answer quantiles in any order of the values', () => {
    expect(quantiles([5, 1, 4, 2, 3], [0, 0.5, 1])).toEqual([1, 3, 5])
  })
})
