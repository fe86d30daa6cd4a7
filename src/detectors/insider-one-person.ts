import type { InsiderDetector } from '../core/analyst.ts'
import { DAY, dateOf, type Micros } from '../core/window.ts'
import { hill } from '../stats/hill.ts'

/** Days in which it is learnt how long somebody usually stays with one person, frozen then. */
const LEARNING_DAYS = 28
/** Days with a look-up that it takes at least, and before which there is no telling how long he stays. */
const LEAST_DAYS = 8
const FIRST_WORD = 3
/** Persons that are remembered: those with the most attention. */
const REMEMBERED = 12
/** Days after which attention counts half. Shorter forgets who is patient; longer adds up what has nothing to do with each other. */
const HALF_LIFE = 10
/** Doublings of look-ups of a day that count: a long day over one case cannot pass for many. */
const CAP = 3
/** Spread of attention that is forgiven at least, and how much of it makes the evidence one half. */
const LEAST_SPREAD = 2.5
const HALF = 4
/** Attention and days below which nothing is told: a customer who calls three days in a row. */
const LEAST_ATTENTION = 10
const LEAST_LOOKED = 5
/** Others from which on they bound what an own habit excuses. */
const LEAST_PEERS = 5
/** An outlying day while learning counts as this many mean deviations. */
const WINSOR = 3

type Person = { id: string; attention: number; at: Micros; since: Micros; last: Micros; days: number; n: number }

type Attention = {
  first: Micros
  persons: Person[]
  /** Attention to the one who had most, over the days of learning: number, mean, mean deviation. */
  habit: { days: number; mean: number; deviation: number }
  /** What the day judged last was held against. */
  usual: { level: number; spread: number }
}

/**
 * One person looked up again and again, over days, by somebody who has no open finding about that person to look into.
 * Attention to a person is the sum over days of log2(1 + look-ups), capped and fading; it is held against the most that the
 * analyst gave to anybody in his first weeks, and against what the others of the team give. Support has its regulars; an
 * own habit excuses as much as 95 % of the others show.
 */
export const insiderOnePerson: InsiderDetector<Attention> = {
  name: 'insider-one-person',
  title: 'An analyst looks up one person again and again without an open finding',
  version: 1,
  tags: { atlas: ['AML.T0012'], owasp: ['LLM02:2025'] },

  empty: (first) => ({
    first,
    persons: [],
    habit: { days: 0, mean: 0, deviation: 0 },
    usual: { level: 0, spread: LEAST_SPREAD },
  }),

  ready: ({ first }) => first + LEARNING_DAYS * DAY,

  figures(state, { at, persons }) {
    if (persons.size === 0 || isLearning(state, at)) return [null]
    return [leading(state, at)?.attention ?? 0]
  },

  observe(state, day, [others]) {
    const persons = looked(state.persons, day.at, day.persons, day.excused)
    if (day.persons.size === 0) return { ...state, persons }
    const top = persons[0]?.attention ?? 0
    if (isLearning(state, day.at)) return { ...state, persons, habit: learnt(state.habit, top) }
    const { mean, deviation } = state.habit
    const bounded = others !== undefined && others.n >= LEAST_PEERS && others.high !== null
    const level = Math.max(bounded ? Math.min(mean, others.high as number) : mean, others?.median ?? 0)
    return { ...state, persons, usual: { level, spread: Math.max(LEAST_SPREAD, deviation) } }
  },

  score(state, at) {
    const { usual } = state
    const top = leading(state, at)
    if (top === undefined || isLearning(state, at)) return 0
    if (top.attention < LEAST_ATTENTION || top.days < LEAST_LOOKED) return 0
    return hill((top.attention - usual.level) / usual.spread, HALF)
  },

  explain({ persons: [top, second], usual, first }) {
    const { id, n, days, since, last, attention } = top ?? { ...NOBODY, since: first, last: first }
    const next = second === undefined ? '' : `; anybody else on at most ${Math.max(second.days, 1)}`
    return {
      summary: `looked up ${id} ${n} times on ${days} days since ${dateOf(since)}, without an open finding about that person${next}`,
      observed: Math.round(10 * attention) / 10,
      expected: Math.round(10 * usual.level) / 10,
      since,
      last,
    }
  },
}

const NOBODY = { id: 'nobody', n: 0, days: 0, attention: 0 }

function isLearning({ first, habit }: Attention, at: Micros): boolean {
  return at - first < LEARNING_DAYS * DAY || habit.days < LEAST_DAYS
}

const faded = (person: Person, at: Micros): Person => ({
  ...person,
  attention: person.attention * 0.5 ** ((at - person.at) / DAY / HALF_LIFE),
  at,
})

function leading({ persons }: Attention, at: Micros): Person | undefined {
  return persons.map((one) => faded(one, at)).sort(order)[0]
}

const order = (a: Person, b: Person) => b.attention - a.attention || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** Who has the most attention after a day; whoever a finding is about by then is no longer among them. */
function looked(
  before: readonly Person[],
  at: Micros,
  today: ReadonlyMap<string, number>,
  excused: ReadonlySet<string>,
): Person[] {
  const known = new Map(before.filter(({ id }) => !excused.has(id)).map((one) => [one.id, faded(one, at)]))
  for (const [id, n] of today) {
    const person = known.get(id) ?? { id, attention: 0, at, since: at, last: at, days: 0, n: 0 }
    const attention = person.attention + Math.min(CAP, Math.log2(1 + n))
    known.set(id, { ...person, attention, last: at, days: person.days + 1, n: person.n + n })
  }
  return [...known.values()].sort(order).slice(0, REMEMBERED)
}

/** A running mean and mean deviation; an outlying day is taken in at its bound. */
function learnt(habit: Attention['habit'], top: number): Attention['habit'] {
  const days = habit.days + 1
  const bound = habit.days < FIRST_WORD ? Infinity : habit.mean + WINSOR * Math.max(habit.deviation, LEAST_SPREAD)
  const value = Math.min(top, bound)
  const mean = habit.mean + (value - habit.mean) / days
  return { days, mean, deviation: habit.deviation + (Math.abs(value - mean) - habit.deviation) / days }
}
