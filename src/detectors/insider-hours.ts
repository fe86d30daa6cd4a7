import type { AnalystDay, InsiderDetector } from '../core/analyst.ts'
import { DAY, dateOf, hourOfWeek, type Micros } from '../core/window.ts'
import { hill } from '../stats/hill.ts'

/** Days in which the hours of somebody are learnt, frozen then; half of them tell how often he leaves them. */
const LEARNING_DAYS = 28
/** Days at work that it takes at least. */
const LEAST_DAYS = 8
/** Familiarity from which an hour is one of his: one earlier day at that hour of the week, or two at that hour of other such days. */
const FAMILIAR = 1
/** Weights of an hour beside (daylight saving, a late train), and of the same hour on other days of work or of the weekend. */
const BESIDE = 1
const OTHER_DAY = 0.5
/** Deeds outside his hours on a day from which it counts: one forgotten search is nothing. */
const LEAST = 5
/** Doublings of that which a day may add, so that one night cannot pass for many. */
const CAP = 3
/** Sum at which the evidence is one half: about three full nights within two weeks. */
const HALF = 7
/** Days after which a night counts half. */
const MEMORY_DAYS = 10
/** Others from which on their nights excuse his, and at which they do so half; forgiven each night where they are fewer. */
const LEAST_PEERS = 3
const DOUBTED_PEERS = 2
const ALONE = 1
/** Most that an own habit of leaving the hours excuses each day. */
const MOST_HABIT = 1.5
const MOST = 30

type Hours = {
  first: Micros
  days: number
  /** Days with a deed in each hour of the week, 0 = Monday 00:00 UTC. */
  week: number[]
  /** What was outside the hours known by then, in the second half of the learning: sum and days. */
  habit: { sum: number; days: number }
  sum: number
  /** Last day that added to it. */
  at: Micros
  since: Micros
  nights: number
  deeds: number
  /** Those deeds by hour of the day. */
  clock: number[]
}

/**
 * Reading at hours that are unusual for the one who reads: hours of the week at which, and beside which, he has not worked
 * in his first four weeks. Nights have no hours of their own: whoever works them has them among his. Several such nights
 * add up and fade; what the others of the team do on the same day is taken off, so that an incident that keeps all awake
 * tells of nobody.
 */
export const insiderHours: InsiderDetector<Hours> = {
  name: 'insider-hours',
  title: 'An analyst reads at hours that are unusual for that analyst',
  version: 1,
  tags: { atlas: ['AML.T0012'], owasp: ['LLM02:2025'] },

  empty: (first) => ({
    first,
    days: 0,
    week: Array<number>(168).fill(0),
    habit: { sum: 0, days: 0 },
    ...nothing(first),
  }),

  ready: ({ first }) => first + LEARNING_DAYS * DAY,

  figures: (state, day) => [isAway(day) || isLearning(state, day.at) ? null : strange(state, day).weight],

  observe(state, day, [others]) {
    if (isAway(day)) return state
    const { weight, deeds, clock } = strange(state, day)
    if (isLearning(state, day.at)) {
      const late = day.at - state.first >= (LEARNING_DAYS / 2) * DAY
      const habit = late ? { sum: state.habit.sum + weight, days: state.habit.days + 1 } : state.habit
      const start = hourOfWeek(day.at)
      const week = state.week.map((n, hour) => n + ((day.hours[hour - start] ?? 0) > 0 ? 1 : 0))
      return { ...state, days: state.days + 1, week, habit }
    }
    if (weight === 0) return state
    const n = others === undefined || others.n < LEAST_PEERS ? 0 : others.n
    const common = n === 0 ? ALONE : ((others?.median ?? 0) * n) / (n + DOUBTED_PEERS)
    const own = Math.min(MOST_HABIT, state.habit.sum / Math.max(state.habit.days, 1))
    const added = Math.max(0, weight - common - own)
    if (added === 0) return state
    const faded = fadedTo(state, day.at)
    const before = faded < 0.1 ? { ...nothing(day.at) } : { ...state, sum: faded }
    return {
      ...state,
      sum: Math.min(MOST, before.sum + added),
      at: day.at,
      since: before.since,
      nights: before.nights + 1,
      deeds: before.deeds + deeds,
      clock: before.clock.map((sum, hour) => sum + (clock[hour] ?? 0)),
    }
  },

  score: (state, at) => hill(fadedTo(state, at), HALF),

  explain({ nights, deeds, clock, since, at, days }) {
    return {
      summary: `read, searched or exported ${deeds} times at hours that are not among its own (${span(clock)} UTC) on ${nights} ${nights === 1 ? 'day' : 'days'} since ${dateOf(since)}; its hours were learnt from ${days} days of work`,
      observed: deeds,
      expected: 0,
      since,
      last: at,
    }
  },
}

const fadedTo = ({ sum, at }: Hours, now: Micros) => sum * 0.5 ** (Math.max(0, now - at) / DAY / MEMORY_DAYS)

const nothing = (at: Micros) => ({ sum: 0, at, since: at, nights: 0, deeds: 0, clock: Array<number>(24).fill(0) })

function isLearning({ first, days }: Hours, at: Micros): boolean {
  return at - first < LEARNING_DAYS * DAY || days < LEAST_DAYS
}

const isAway = ({ hours }: AnalystDay) => hours.every((n) => n === 0)

/** Deeds of a day at unfamiliar hours: how many, when, and what they weigh (0 to CAP). */
function strange({ week }: Hours, { at, hours }: AnalystDay) {
  const start = hourOfWeek(at)
  const clock = hours.map((n, hour) => (n > 0 && familiarity(week, start + hour) < FAMILIAR ? n : 0))
  const deeds = clock.reduce((a, b) => a + b, 0)
  return { deeds, clock, weight: deeds < LEAST ? 0 : Math.min(CAP, 1 + Math.log2(deeds / LEAST)) }
}

/** Weighted number of earlier days with a deed at an hour of the week, or beside it. */
function familiarity(week: readonly number[], hour: number): number {
  const weekend = hour >= 120
  let sum = 0
  for (let day = 0; day < 7; day++) {
    if (day >= 5 !== weekend) continue
    const weight = day === Math.floor(hour / 24) ? 1 : OTHER_DAY
    for (const beside of [-1, 0, 1]) {
      const at = (day * 24 + (hour % 24) + beside + 168) % 168
      sum += (week[at] ?? 0) * weight * (beside === 0 ? 1 : BESIDE)
    }
  }
  return sum
}

/** The busiest run of three hours of a day. */
function span(clock: readonly number[]): string {
  const within = (from: number) => [0, 1, 2].reduce((sum, i) => sum + (clock[(from + i) % 24] ?? 0), 0)
  const from = clock.map((_, hour) => hour).reduce((best, hour) => (within(hour) > within(best) ? hour : best), 0)
  return `mostly ${clockText(from)} to ${clockText((from + 3) % 24)}`
}

const clockText = (hour: number) => `${String(hour).padStart(2, '0')}:00`
