import { describe, expect, it } from 'vitest'
import type { Detector, Observation } from '../../src/core/detector.ts'
import { DAY, MINUTE } from '../../src/core/window.ts'
import { bruteForce } from '../../src/detectors/brute-force.ts'
import { latencyShift } from '../../src/detectors/latency-shift.ts'
import { slowDrip } from '../../src/detectors/slow-drip.ts'
import { volume } from '../../src/detectors/volume.ts'

const usual = { median: 25, spread: 0.25, doubt: 0.05 }
const run = <S>(detector: Detector<S & {}>, seen: Observation[]) =>
  seen.reduce((state, one) => detector.observe(state, one), detector.empty())
const days = (values: number[]): Observation[] =>
  values.map((observed, i) => ({ at: i * DAY, observed, usual, n: observed }))

describe('a slow drip', () => {
  const leak = days([38, 40, 44, 41, 39, 43, 38, 44, 42, 40, 41, 39])

  it('shows after days that no daily threshold would notice, and says so in a sentence', () => {
    const state = run(slowDrip, leak)
    expect(slowDrip.score(state)).toBeGreaterThan(0.6)
    expect(slowDrip.explain(state).summary).toBe(
      'sent 38 to 44 requests on each of 12 days, usually 25; never more than 1.8 times usual on one day',
    )
    expect(volume.score(run(volume, leak))).toBeLessThan(0.25)
  })

  it('is not made by one loud day', () => {
    expect(slowDrip.score(run(slowDrip, days([25, 24, 2500, 26, 25])))).toBeLessThan(0.1)
  })

  it('is forgiven while the anchor knows too little', () => {
    const doubtful = leak.map((one) => ({ ...one, usual: { ...usual, doubt: 0.5 } }))
    expect(slowDrip.score(run(slowDrip, doubtful))).toBe(0)
  })
})

describe('a latency shift', () => {
  const hour = { median: 1000, spread: 0.25, doubt: 0 }
  const windows = (values: [number, number][]): Observation[] =>
    values.map(([observed, n], i) => ({ at: i * 5 * MINUTE, observed, usual: hour, n }))

  it('needs four times usual, in two windows in a row, of twenty events each', () => {
    const score = (values: [number, number][]) => latencyShift.score(run(latencyShift, windows(values)))
    expect(
      score([
        [4000, 20],
        [4000, 20],
      ]),
    ).toBe(0.5)
    expect(
      score([
        [4000, 20],
        [3999, 20],
        [4000, 20],
      ]),
    ).toBe(0)
    expect(
      score([
        [4000, 20],
        [9000, 19],
        [4000, 20],
      ]),
    ).toBe(0)
    expect(score([[9000, 20]])).toBe(0)
  })

  it('does not take two windows with a silence between for two in a row', () => {
    const [one, two] = windows([
      [5000, 30],
      [5000, 30],
    ]) as [Observation, Observation]
    expect(latencyShift.score(run(latencyShift, [one, { ...two, at: 10 * MINUTE }]))).toBe(0)
  })

  it('tells of a milder shift on a later day', () => {
    const bad = windows([
      [9000, 20],
      [9000, 20],
    ])
    const later = windows([
      [5000, 20],
      [5000, 20],
    ]).map((one) => ({ ...one, at: one.at + 3 * DAY }))
    expect(latencyShift.explain(run(latencyShift, [...bad, ...later])).since).toBe(3 * DAY)
  })
})

describe('brute force', () => {
  const tries = (n: number, at = 0): Observation => ({ at, observed: n, usual: null, n })

  it('begins with five failures', () => {
    expect(bruteForce.score(run(bruteForce, [tries(4)]))).toBe(0)
    expect(bruteForce.score(run(bruteForce, [tries(5)]))).toBe(0.5)
  })

  it('keeps one burst together and tells a later one apart', () => {
    const goesOn = run(bruteForce, [tries(9), tries(6, 10 * MINUTE)])
    expect(bruteForce.explain(goesOn)).toMatchObject({ observed: 9, since: 0 })
    expect(bruteForce.explain(run(bruteForce, [tries(9), tries(6, DAY)]))).toMatchObject({ observed: 6, since: DAY })
  })
})
