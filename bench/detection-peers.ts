import type { LogEvent } from '../src/core/event.ts'
import { DAY, type Micros, parseTime, startOfDay } from '../src/core/window.ts'

/** Ways of the trade to watch users day by day, to be measured beside ours on the same numbers. */

/** The numbers of one user on one day; on logarithms, where people differ by factors. */
interface Numbers {
  volume: number
  tokens_input: number | null
  tokens_output: number | null
}
const METRICS = ['volume', 'tokens_input', 'tokens_output'] as const

/** Days of every user, oldest first. */
export type Diary = Map<string, { day: Micros; numbers: Numbers }[]>

/** Days on which a way of watching learns what is usual, and how many of them it needs at least. */
const LEARN_DAYS = 14
const LEAST_DAYS = 5
/** Standard deviations of a day below this are taken for this, as every implementation has to. */
const LEAST_SD = 0.05
/** A user that was told of is not told of again for so many days. */
const SNOOZE_DAYS = 14
/** The usual alarm line of both charts, in standard deviations. */
export const LINE = 3
/** Weight of the newest day in the moving average (Roberts, 1959; 0.2 is what textbooks take). */
const NEWEST = 0.2

/** Sums events to the numbers that both ways of watching read. */
export function diaryOf(events: Iterable<LogEvent>): Diary {
  const sums = new Map<string, Map<Micros, { n: number; logs: Record<string, { sum: number; n: number }> }>>()
  for (const event of events) {
    const at = parseTime(event.timestamp)
    if (event.user_id === undefined || at === null) continue
    const days = sums.get(event.user_id) ?? new Map()
    sums.set(event.user_id, days)
    const day = days.get(startOfDay(at)) ?? { n: 0, logs: {} }
    days.set(startOfDay(at), day)
    day.n++
    for (const metric of ['tokens_input', 'tokens_output'] as const) {
      const value = event[metric]
      if (value === undefined || value <= 0) continue
      day.logs[metric] ??= { sum: 0, n: 0 }
      day.logs[metric].sum += Math.log(value)
      day.logs[metric].n++
    }
  }
  const mean = (of: { sum: number; n: number } | undefined) => (of === undefined ? null : of.sum / of.n)
  return new Map(
    [...sums].map(([user, days]) => [
      user,
      [...days].map(([day, { n, logs }]) => ({
        day,
        numbers: {
          volume: Math.log(n),
          tokens_input: mean(logs.tokens_input),
          tokens_output: mean(logs.tokens_output),
        },
      })),
    ]),
  )
}

/** How far a user's day lies above what is usual, in standard deviations. */
export interface Distance {
  user: string
  day: Micros
  z: number
}
export type Watcher = (diary: Diary) => Distance[]

/** Each day against the mean and standard deviation of the user's own fourteen days before. */
export const dailyZ: Watcher = (diary) =>
  walk(diary, (before) => {
    const usual = momentsOf(before.slice(-LEARN_DAYS))
    return usual === null ? null : (value) => (value - usual.mean) / usual.sd
  })

/** An exponentially weighted moving average of the distance from the user's first fourteen days (Roberts, 1959). */
export const ewma: Watcher = (diary) =>
  walk(diary, (before) => {
    const usual = momentsOf(before.slice(0, LEARN_DAYS))
    if (usual === null || before.length < LEARN_DAYS) return null
    let average = 0
    for (const value of before.slice(LEARN_DAYS)) average += NEWEST * ((value - usual.mean) / usual.sd - average)
    const sd = Math.sqrt(NEWEST / (2 - NEWEST))
    return (value) => (average + NEWEST * ((value - usual.mean) / usual.sd - average)) / sd
  })

function walk(diary: Diary, judge: (before: readonly number[]) => ((value: number) => number) | null) {
  const out: Distance[] = []
  for (const [user, days] of diary) {
    const before: Record<(typeof METRICS)[number], number[]> = { volume: [], tokens_input: [], tokens_output: [] }
    for (const { day, numbers } of days) {
      let z = Number.NEGATIVE_INFINITY
      for (const metric of METRICS) {
        const value = numbers[metric]
        if (value === null) continue
        z = Math.max(z, judge(before[metric])?.(value) ?? z)
        before[metric].push(value)
      }
      out.push({ user, day, z })
    }
  }
  return out
}

function momentsOf(values: readonly number[]): { mean: number; sd: number } | null {
  if (values.length < LEAST_DAYS) return null
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, sd: Math.max(Math.sqrt(variance), LEAST_SD) }
}

/** Whom a chart tells of: each night the users furthest above the line, as many as the budget allows. */
export function alertsOf(distances: readonly Distance[], budget: number, line = LINE): { user: string; at: Micros }[] {
  const nights = new Map<Micros, Distance[]>()
  for (const distance of distances) {
    if (distance.z < line) continue
    const night = nights.get(distance.day)
    if (night === undefined) nights.set(distance.day, [distance])
    else night.push(distance)
  }
  const told = new Map<string, Micros>()
  const out: { user: string; at: Micros }[] = []
  for (const [day, users] of [...nights].sort(([a], [b]) => a - b)) {
    const awake = users.filter(({ user }) => day - (told.get(user) ?? Number.NEGATIVE_INFINITY) > SNOOZE_DAYS * DAY)
    for (const { user } of awake.sort((a, b) => b.z - a.z).slice(0, budget)) {
      told.set(user, day)
      // a night speaks at the end of its day
      out.push({ user, at: day + DAY - 1 })
    }
  }
  return out
}
