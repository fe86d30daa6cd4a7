import { describe, expect, it } from 'vitest'
import { DAY, HOUR, type Micros, parseTime } from '../../src/core/window.ts'
import { silences } from '../../src/detectors/silence.ts'

/** A Monday. */
const MONDAY = parseTime('2026-01-05T00:00:00Z') as Micros

const hours = (n: number, of: (hour: number, day: number) => number) =>
  Array.from({ length: n }, (_, i) => of(i % 24, Math.floor(i / 24)))
const office = (hour: number, day: number) => (day % 7 < 5 && hour >= 8 && hour < 18 ? 40 + ((hour * 7 + day) % 9) : 0)

describe('silence', () => {
  it('of a producer that sends hundreds an hour shows after two hours', () => {
    const busy = hours(10 * 24, () => 300)
    expect(silences(MONDAY, [...busy, 0])).toEqual([])
    expect(silences(MONDAY, [...busy, 0, 0])).toEqual([
      { from: MONDAY + 10 * DAY, to: null, hours: 2, expected: 600, usual: 300 },
    ])
  })

  it('that is over is still told, with its end', () => {
    const counts = hours(20 * 24, () => 100).fill(0, 450, 456)
    expect(silences(MONDAY, counts)).toEqual([
      { from: MONDAY + 450 * HOUR, to: MONDAY + 456 * HOUR, hours: 6, expected: 600, usual: 100 },
    ])
  })

  it('of nights and weekends is a rhythm, from the first week on', () => {
    for (let n = 2; n < 35 * 24; n++) expect(silences(MONDAY, hours(n, office))).toEqual([])
  })

  it('on a working day shows within half a day of what is usual', () => {
    const counts = hours(21 * 24 + 12, office).fill(0, 21 * 24 - 7)
    const [silence] = silences(MONDAY, counts)
    expect(silence).toMatchObject({ to: null })
    expect(silence?.expected).toBeGreaterThan(100)
    expect(silence?.expected).toBeLessThan(250)
  })

  it('of a nightly batch shows when some nights are left out, not while its hour has not come', () => {
    const batch = hours(35 * 24, (hour) => (hour === 3 ? 5000 : 0))
    expect(silences(MONDAY, batch)).toEqual([])
    expect(silences(MONDAY, batch.with(34 * 24 + 3, 0))).toEqual([])
    expect(
      silences(
        MONDAY,
        [31, 32, 33, 34].reduce((all, day) => all.with(day * 24 + 3, 0), batch),
      ),
    ).toHaveLength(1)
  })

  it('of somebody who comes and goes says nothing', () => {
    let seed = 7
    const chance = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    for (let run = 0; run < 30; run++)
      expect(
        silences(
          MONDAY,
          hours(35 * 24, () => (chance() < 0.5 ? 3 : 0)),
        ),
      ).toEqual([])
  })

  it('is not seen in what was never heard, or only now', () => {
    expect(silences(MONDAY, [])).toEqual([])
    expect(
      silences(
        MONDAY,
        hours(800, () => 0),
      ),
    ).toEqual([])
    expect(silences(MONDAY, [...hours(800, () => 0), 5, 0, 0, 0])).toEqual([])
  })
})
