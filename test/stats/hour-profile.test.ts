import { describe, expect, it } from 'vitest'
import { emptyHourProfile, usualAt, withHour } from '../../src/stats/hour-profile.ts'

const learnt = (hours: [number, number][]) =>
  hours.reduce((profile, [hour, value]) => withHour(profile, hour, value), emptyHourProfile())

describe('an hour-of-week profile', () => {
  it('knows nothing until three hours were seen, then goes by them', () => {
    expect(
      usualAt(
        learnt([
          [0, 10],
          [1, 20],
        ]),
        2,
      ),
    ).toBeNull()
    expect(
      usualAt(
        learnt([
          [0, 10],
          [1, 20],
          [2, 30],
        ]),
        3,
      ),
    ).toBe(20)
  })

  it('goes by the last four same hours of week once there are two', () => {
    const profile = learnt([
      [5, 100],
      [5, 110],
      [5, 120],
      [5, 130],
      [5, 140],
      [6, 1],
      [7, 1],
    ])
    expect(usualAt(profile, 5)).toBe(125)
  })

  it('does not take a spike for usual', () => {
    const profile = learnt([
      [5, 100],
      [5, 100],
      [5, 9000],
    ])
    expect(usualAt(profile, 5)).toBe(100)
    expect(profile.weeks['5']?.at(-1)).toBe(200)
  })
})
