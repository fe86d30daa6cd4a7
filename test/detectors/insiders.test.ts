import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnalystDay, InsiderDetector, Peers } from '../../src/core/analyst.ts'
import { DAY } from '../../src/core/window.ts'
import { insiderDetectors } from '../../src/detectors/index.ts'

/** A Monday. */
const FIRST = 20_458 * DAY
const NOBODY: Peers = { n: 0, median: null, high: null }
const none = (detector: InsiderDetector) => Array.from({ length: figuresOf(detector) }, () => NOBODY)
const figuresOf = (detector: InsiderDetector) => detector.figures(detector.empty(FIRST), quiet(0)).length

const quiet = (day: number): AnalystDay => ({
  at: FIRST + day * DAY,
  shown: 0,
  copied: 0,
  hours: Array(24).fill(0),
  persons: new Map(),
  excused: new Set(),
})

const count = fc.integer({ min: 0, max: 1e9 })
/** Any history of days, as wild as an audit can make it. */
const history: fc.Arbitrary<AnalystDay[]> = fc
  .array(
    fc.record({
      skipped: fc.integer({ min: 0, max: 9 }),
      shown: count,
      copied: count,
      hours: fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 24, maxLength: 24 }),
      persons: fc.array(fc.tuple(fc.constantFrom('user:a', 'user:b', 'user:c'), fc.integer({ min: 1, max: 1e6 }))),
      excused: fc.array(fc.constantFrom('user:d', 'user:e')),
    }),
    { maxLength: 60 },
  )
  .map((days) => {
    let day = 0
    return days.map(({ skipped, persons, excused, ...one }) => {
      day += 1 + skipped
      return { ...one, at: FIRST + day * DAY, persons: new Map(persons), excused: new Set(excused) }
    })
  })

const freeze = <T>(value: T): T => {
  if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

describe.each(insiderDetectors.map((detector) => ({ detector })))('$detector.name', ({ detector }) => {
  const run = (days: readonly AnalystDay[]) =>
    days.reduce((state, day) => freeze(detector.observe(state, day, none(detector))), detector.empty(FIRST))

  it('is pure, and has a state of bounded size that survives JSON', () => {
    fc.assert(
      fc.property(history, (days) => {
        const state = run(days)
        expect(run(days)).toEqual(state)
        expect(JSON.parse(JSON.stringify(state))).toEqual(state)
        expect(JSON.stringify(state).length).toBeLessThan(4_000)
      }),
      { numRuns: 50 },
    )
  })

  it('scores within 0 to 1, less and less where nothing more comes, and explains itself in one line', () => {
    fc.assert(
      fc.property(history, (days) => {
        const state = run(days)
        const last = days.at(-1)?.at ?? FIRST
        let before = 1
        for (const later of [0, 7, 60]) {
          const score = detector.score(state, last + later * DAY)
          expect(score).toBeGreaterThanOrEqual(0)
          expect(score).toBeLessThanOrEqual(before)
          before = score
        }
        const { summary, ...numbers } = detector.explain(state, 3)
        expect(summary).toMatch(/^[a-zA-Z0-9 ,.;:()-]{10,300}$/)
        for (const number of Object.values(numbers)) expect(Number.isFinite(number)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('is calm before its warm-up is over, whatever comes', () => {
    expect(detector.score(detector.empty(FIRST), FIRST)).toBe(0)
    fc.assert(
      fc.property(history, (days) => {
        const early = days.filter(({ at }) => at < detector.ready(detector.empty(FIRST)))
        expect(detector.score(run(early), early.at(-1)?.at ?? FIRST)).toBe(0)
      }),
      { numRuns: 50 },
    )
  })
})
