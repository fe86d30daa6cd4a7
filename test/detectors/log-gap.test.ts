import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, type Micros, SECOND } from '../../src/core/window.ts'
import { logGap, type Producer } from '../../src/detectors/log-gap.ts'

const START: Micros = 20_000 * DAY
const EVER = START + 30 * DAY

const run = (numbers: readonly (number | undefined)[], late = 0): Producer =>
  numbers.reduce(
    (state: Producer, sequence, i) =>
      logGap.observe(state, { sequence, ts: START + i * SECOND, at: START + i * SECOND + late, again: false }),
    logGap.empty(),
  )
const counted = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

describe('log-gap', () => {
  it('is calm on nothing, on events without numbers and on numbers without a gap', () => {
    for (const state of [logGap.empty(), run([undefined, undefined]), run(counted(500))])
      expect(logGap.tellNumbers(state, 100, EVER)).toEqual([])
  })

  it('tells of a gap in one plain line that names the range', () => {
    const state = run(counted(50).filter((n) => n < 20 || n > 24))
    expect(logGap.tellNumbers(state, 100, EVER)).toMatchObject([
      { kind: 'missing', observed: 5, text: '5 records never came: numbers 20 to 24', numbers: [19, 25] },
    ])
  })

  it('grows with what is missing in parts of the traffic of the producer', () => {
    const score = (missing: number, usual: number) =>
      logGap.tellNumbers(run([1, 2, 3 + missing]), usual, EVER)[0]?.score ?? 0
    expect(score(1, 1000)).toBeLessThan(15)
    expect(score(500, 1000)).toBeGreaterThan(40)
    expect(score(2000, 1000)).toBeGreaterThan(70)
    expect(score(500, 100)).toBeGreaterThan(score(500, 1000))
  })

  it('takes two hours of silence of a busy producer for high', () => {
    const told = logGap.tellSilence({ from: START, to: null, hours: 2, expected: 600, usual: 300 })
    expect(told.score).toBeGreaterThanOrEqual(70)
    expect(told.text).toBe(
      'sent nothing for 2 hours and has not been heard since; these hours usually bring 600 records',
    )
  })

  it('learns how late a producer is, and forgets one late day', () => {
    const live = run(counted(10), 2 * SECOND)
    expect(logGap.lagOf(live)).toBe(2 * SECOND)
    const days = [1, 2, 3].reduce(
      (state, day) => logGap.observe(state, { ts: START, at: START + day * DAY, again: false, sequence: undefined }),
      run([undefined], MINUTE),
    )
    expect(logGap.lagOf(days)).toBeGreaterThan(DAY)
  })

  it('does not see an amended event twice', () => {
    const state = run(counted(5))
    expect(logGap.observe(state, { sequence: 3, ts: START, at: START + HOUR, again: true })).toBe(state)
  })

  it('scores within 0 to 100 and explains itself in plain lines, whatever it was sent', () => {
    const wild = fc.oneof(
      fc.maxSafeNat(),
      fc.integer({ min: -9, max: 90 }),
      fc.constantFrom(2 ** 53, Number.NaN, 1e300),
    )
    fc.assert(
      fc.property(
        fc.array(wild, { maxLength: 200 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (numbers, usual) => {
          const state = JSON.parse(JSON.stringify(run(numbers))) as Producer
          for (const told of logGap.tellNumbers(state, usual, EVER)) {
            expect(told.score).toBeGreaterThanOrEqual(0)
            expect(told.score).toBeLessThanOrEqual(100)
            expect(told.text).toMatch(/^[a-zA-Z0-9 ,.;:+-]{10,1000}$/)
            for (const number of [told.observed, told.expected, told.first, told.last])
              expect(Number.isFinite(number)).toBe(true)
          }
        },
      ),
    )
  })
})
