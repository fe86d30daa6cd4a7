import { expect, it } from 'vitest'
import { alertsOf, type Diary, dailyZ, ewma } from '../../bench/detection-peers.ts'
import { shareOf } from '../../bench/share.ts'
import { DAY } from '../../src/core/window.ts'

const diary = (volumes: readonly number[]): Diary =>
  new Map([
    [
      'u1',
      volumes.map((volume, day) => ({
        day: day * DAY,
        numbers: { volume: Math.log(volume), tokens_input: null, tokens_output: null },
      })),
    ],
  ])
const usual = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 9 : 11))

it('the interval of a share is that of Wilson', () => {
  // Newcombe (1998), table I, method 3: 81 of 263
  const { low, high } = shareOf(81, 263)
  expect(low).toBeCloseTo(0.2553, 4)
  expect(high).toBeCloseTo(0.3662, 4)
  expect(shareOf(0, 0)).toMatchObject({ low: 0, high: 1 })
})

it('a daily z-score sees one loud day and is calm before', () => {
  const z = dailyZ(diary([...usual, 40])).map((one) => one.z)
  expect(z.at(-1)).toBeGreaterThan(10)
  expect(Math.max(...z.slice(0, -1))).toBeLessThan(3)
})

it('a moving average sees a small shift that lasts, which no single day shows', () => {
  const shifted = [...usual, ...Array.from({ length: 12 }, () => 12.2)]
  const tail = (watch: typeof ewma) => watch(diary(shifted)).slice(usual.length)
  expect(Math.max(...tail(ewma).map(({ z }) => z))).toBeGreaterThan(3)
  expect(Math.max(...tail(dailyZ).map(({ z }) => z))).toBeLessThan(3)
})

it('a night tells of as many as its budget allows, furthest first, and of nobody twice in two weeks', () => {
  const night = (day: number, ...users: string[]) => users.map((user, i) => ({ user, day: day * DAY, z: 9 - i }))
  const told = alertsOf([...night(0, 'a', 'b', 'c'), ...night(3, 'a', 'd'), ...night(15, 'a')], 2)
  expect(told.map(({ user, at }) => [user, Math.floor(at / DAY)])).toEqual([
    ['a', 0],
    ['b', 0],
    ['d', 3],
    ['a', 15],
  ])
})
