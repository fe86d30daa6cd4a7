import { expect, it } from 'vitest'
import { countAlarms, LEAST_LEARNT } from '../../src/stats/count-alarms.ts'
import { hourlyBaseline } from '../../src/stats/hourly-baseline.ts'

const RULES = { p: 1e-5, least: 3, silence: true }
/** Hours from a Monday on: busy by day, quiet at night and at weekends. */
const usual = (at: number) => {
  const hour = at % 168
  const day = hour % 24
  return hour >= 120 ? 2 : day >= 8 && day < 18 ? 20 : 4
}
/** Chance of a fixed kind: -2 to 2, in no order. */
const wobble = (at: number) => ((at * 7919) % 5) - 2
const weeks = (n: number) => Array.from({ length: n * 168 }, (_, at) => Math.max(0, usual(at) + wobble(at)))

it('learns what is usual by hour of week', () => {
  const { usual: known, hours } = hourlyBaseline({ firstHour: 0, counts: weeks(4) }, [1, 24])
  expect(hours).toBe(672)
  expect(known[10]!.mean).toBeGreaterThan(15)
  expect(known[10]!.mean).toBeLessThan(23)
  expect(known[130]!.mean).toBeLessThan(5)
  expect(known[10]!.doubt).toBeLessThan(0.05)
})

it('is calm over ordinary weeks, and tells of a burst, a drip and an end', () => {
  const calm = weeks(6)
  expect(countAlarms({ firstHour: 0, counts: calm }, RULES)).toEqual([])
  const burst = [...calm]
  burst[700] = usual(700) + 60
  expect(countAlarms({ firstHour: 0, counts: burst }, RULES)[0]).toMatchObject({ kind: 'surge', at: 700, hours: 1 })
  const drip = calm.map((n, at) => (at >= 700 && at < 748 ? n + 9 : n))
  expect(countAlarms({ firstHour: 0, counts: drip }, RULES).map(({ hours }) => hours)).toContain(6)
  const ended = calm.map((n, at) => (at >= 800 ? 0 : n))
  const silence = countAlarms({ firstHour: 0, counts: ended }, RULES)
  expect(silence.every(({ kind }) => kind === 'silence')).toBe(true)
  expect(silence[0]!.at).toBeLessThan(800 + 30)
  expect(countAlarms({ firstHour: 0, counts: ended }, { ...RULES, silence: false })).toEqual([])
})

it('says of an hour the same whatever comes after it, and wherever it begins to look', () => {
  const counts = weeks(9)
  counts[1_200] = 90
  counts[1_300] = 80
  const whole = countAlarms({ firstHour: 0, counts }, RULES)
  const cut = countAlarms({ firstHour: 0, counts: counts.slice(0, 1_301) }, RULES)
  expect(cut).toEqual(whole.filter(({ at }) => at <= 1_300))
  expect(countAlarms({ firstHour: 0, counts }, RULES, 1_250)).toEqual(whole.filter(({ at }) => at >= 1_250))
})

it('takes a surge for no habit, and what comes every week for one', () => {
  const once = weeks(4)
  for (let at = 300; at < 306; at++) once[at] = 200
  const again = hourlyBaseline({ firstHour: 0, counts: once }, [1])
  // the plain mean of these weeks is above 50
  expect(again.usual[300 % 168]!.mean).toBeLessThan(10)
  const weekly = weeks(4).map((n, at) => (at % 168 === 33 ? 150 : n))
  expect(countAlarms({ firstHour: 0, counts: weekly }, RULES, 3 * 168)).toEqual([])
})

it('says nothing in the first two weeks, nor of silence in hours that nobody recorded', () => {
  const counts = weeks(2)
  counts[320] = 500
  expect(countAlarms({ firstHour: 0, counts }, RULES)).toEqual([])
  expect(LEAST_LEARNT).toBe(336)
  const gone = weeks(6).map((n, at) => (at >= 800 && at < 900 ? 0 : n))
  const recorded = (at: number) => at < 800 || at >= 900
  expect(countAlarms({ firstHour: 0, counts: gone, recorded }, RULES)).toEqual([])
  expect(countAlarms({ firstHour: 0, counts: [] }, RULES)).toEqual([])
})

it('where every hour has the same exposure, that changes nothing; an hour that has none says nothing', () => {
  const counts = weeks(6)
  counts[700] = 90
  const exposure = counts.map(() => 250)
  const plain = countAlarms({ firstHour: 0, counts }, RULES)
  const even = countAlarms({ firstHour: 0, counts, exposure }, RULES)
  expect(even.map(({ at, hours }) => [at, hours])).toEqual(plain.map(({ at, hours }) => [at, hours]))
  for (const [i, { expected }] of even.entries()) expect(expected).toBeCloseTo(plain[i]!.expected, 6)
  const nothing = counts.map(() => 0)
  expect(countAlarms({ firstHour: 0, counts: nothing, exposure: nothing }, RULES)).toEqual([])
})
