import { expect, it } from 'vitest'
import { allotted, drawOrder, strataEdges } from '../../src/stats/stratified-draw.ts'

const strata = [
  { size: 9_000, matched: false, probability: 0.001 },
  { size: 500, matched: false, probability: 0.2 },
  { size: 3, matched: true, probability: 0.6 },
  { size: 400, matched: true, probability: 0.9 },
]

it('gives half of the labels to what was matched and half to what was not', () => {
  const [far = 0, near = 0, ...matched] = allotted(strata, 100)
  expect(far + near).toBe(50)
  expect(matched[0]! + matched[1]!).toBe(50)
})

it('leaves no stratum out that it has a label for, however sure the calibration is of it', () => {
  expect(Math.min(...allotted(strata, 4))).toBe(1)
})

it('never draws more of a stratum than there are, and then draws elsewhere', () => {
  const small = [
    { size: 4, matched: false, probability: 0.1 },
    { size: 100, matched: true, probability: 0.8 },
  ]
  expect(allotted(small, 40)).toEqual([4, 36])
  expect(allotted(small, 1_000)).toEqual([4, 100])
  expect(allotted([], 10)).toEqual([])
})

it('makes the threshold an edge', () => {
  const edges = strataEdges(0.4)
  expect(edges).toContain(0.4)
  expect(edges).toEqual(edges.toSorted((a, b) => a - b))
})

it('draws in an order that keeps to the allotment wherever it is broken off', () => {
  const order = drawOrder(strata, 60)
  for (const n of [1, 5, 17, 60]) {
    const counts = strata.map((_, i) => order.slice(0, n).filter((stratum) => stratum === i).length)
    expect(counts, String(n)).toEqual(allotted(strata, n))
  }
  expect(drawOrder([{ size: 2, matched: true, probability: null }], 9)).toEqual([0, 0])
})
