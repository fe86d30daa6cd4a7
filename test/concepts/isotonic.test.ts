import { expect, it } from 'vitest'
import { calibrated, fitCalibration } from '../../src/concepts/calibrate.ts'
import { alongSteps, fitIsotonic } from '../../src/concepts/isotonic.ts'
import { seeded } from '../../src/stats/seeded.ts'

/** Texts whose true share at score p is given. */
function drawn(truth: (p: number) => number, n: number, seed = 1) {
  const random = seeded(seed)
  return Array.from({ length: n }, () => {
    const p = random()
    return { z: p, label: random() < truth(p), weight: 1 }
  })
}

it('learns a bent line of shares', () => {
  const truth = (p: number) => p ** 3
  const steps = fitIsotonic(drawn(truth, 20_000))
  for (const p of [0.1, 0.3, 0.5, 0.7, 0.9]) expect(Math.abs(alongSteps(steps, p) - truth(p))).toBeLessThan(0.04)
})

it('rises strictly from corner to corner, whatever it is given', () => {
  for (const truth of [(p: number) => 1 - p, () => 0.3, () => 0, () => 1, (p: number) => Math.round(p)]) {
    const steps = fitIsotonic(drawn(truth, 500))
    const line = Array.from({ length: 101 }, (_, i) => alongSteps(steps, i / 100))
    expect([line[0], line[100]]).toEqual([0, 1])
    for (let i = 1; i < line.length; i++) expect(line[i]!).toBeGreaterThan(line[i - 1]!)
  }
})

it('is used with hundreds of scores of each side alone', () => {
  const scored = drawn((p) => p ** 3, 3_000).map((one) => ({ ...one, z: Math.log(one.z / (1 - one.z)) }))
  expect(fitCalibration(scored.slice(0, 30)).kind).toBe('none')
  expect(fitCalibration(scored.slice(0, 300)).kind).toBe('platt')
  const { calibration, kind } = fitCalibration(scored)
  expect(kind).toBe('isotonic')
  expect(Math.abs(calibrated(calibration, 0) - 0.125)).toBeLessThan(0.05)
})
