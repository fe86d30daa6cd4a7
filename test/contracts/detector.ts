import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Detector, Observation } from '../../src/core/detector.ts'
import { DAY } from '../../src/core/window.ts'

const positive = (max: number) => fc.double({ min: 1e-3, max, noNaN: true })

/** Any history: times ascend, numbers may be as wild as a hostile log can make them. */
const history = (period: number): fc.Arbitrary<Observation[]> =>
  fc
    .array(
      fc.record({
        observed: positive(1e15),
        usual: fc.option(fc.record({ median: positive(1e9), spread: positive(10), doubt: positive(10) })),
        n: fc.integer({ min: 1, max: 1e6 }),
      }),
      { maxLength: 60 },
    )
    .map((seen) => seen.map((one, i) => ({ at: 20_000 * DAY + i * period * 1_000_000, ...one })))

const freeze = <T>(value: T): T => {
  if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

/** What every member of `detectors/` promises. */
export function detectorContract(detector: Detector) {
  const { name } = detector
  const run = (seen: readonly Observation[]) =>
    seen.reduce((s, o) => freeze(detector.observe(s, freeze(o))), detector.empty())

  it(`${name} is pure: it changes nothing that it was given, and the same history leads to the same state`, () => {
    fc.assert(
      fc.property(history(detector.period), (seen) => {
        expect(run(seen)).toEqual(run(seen))
      }),
    )
  })

  it(`${name} has a state that survives JSON at any point`, () => {
    fc.assert(
      fc.property(history(detector.period), (seen) => {
        const stored = seen.reduce((s, o) => JSON.parse(JSON.stringify(detector.observe(s, o))), detector.empty())
        expect(stored).toEqual(run(seen))
      }),
    )
  })

  it(`${name} is calm on an empty history and while it learns`, () => {
    expect(detector.score(detector.empty())).toBe(0)
    const learning = Array.from({ length: 30 }, (_, i) => ({ at: i * DAY, observed: 3, usual: null, n: 3 }))
    expect(detector.score(run(learning))).toBe(0)
  })

  it(`${name} is calm on somebody who does the usual`, () => {
    const usual = { median: 3, spread: 0.3, doubt: 0.1 }
    const seen = Array.from({ length: 60 }, (_, i) => ({ at: i * DAY, observed: 2.6 + (i % 5) * 0.2, usual, n: 3 }))
    expect(detector.score(run(seen))).toBeLessThan(0.05)
  })

  it(`${name} scores within 0 to 1, and explains itself in one plain line`, () => {
    fc.assert(
      fc.property(history(detector.period), (seen) => {
        const state = run(seen)
        const score = detector.score(state)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
        const { summary, observed, expected, since } = detector.explain(state)
        expect(summary).toMatch(/^[a-zA-Z0-9 ,.;:+-]{10,300}$/)
        for (const number of [observed, expected, since]) expect(Number.isFinite(number)).toBe(true)
      }),
    )
  })
}
