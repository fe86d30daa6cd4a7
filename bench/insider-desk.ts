import type { Deed } from '../src/core/audit.ts'
import type { Role } from '../src/core/key.ts'
import { DAY, HOUR, MINUTE, type Micros } from '../src/core/window.ts'
import { normal } from '../src/stats/draws.ts'
import { seeded } from '../src/stats/seeded.ts'

/** Kinds of misuse that are planted, each by one analyst of a desk. */
export const MISUSES = ['mass-export', 'growing-export', 'steady-export', 'night-reading', 'one-person'] as const
export type Misuse = (typeof MISUSES)[number]

/** What an analyst did, as the audit has it. */
export interface DeskDeed extends Deed {
  at: Micros
  by: string
  role: Role | null
}

/** A finding about a user, open for some days, so that looking the user up is work. */
export interface DeskFinding {
  person: string
  from: Micros
  until: Micros
}

export interface Desk {
  /** In order of time. */
  deeds: DeskDeed[]
  findings: DeskFinding[]
  /** Who misuses what is open to him, from which day on. */
  misused: { by: string; misuse: Misuse; from: Micros }[]
  analysts: string[]
}

export interface DeskPlan {
  seed: number
  /** A Monday. */
  start: Micros
  days: number
  analysts: number
  /** None where everybody is honest. */
  misuses: readonly Misuse[]
  /** Days, counted from the start, in which all read three times as much, some of them into the night. */
  incident?: readonly [from: number, to: number]
}

interface Habits {
  name: string
  searches: number
  /** Hour of the day, UTC, at which work begins on average, and how much that varies. */
  begins: number
  varies: number
  /** Begins ten hours later every other week. */
  shifts: boolean
  /** Looks up the same customers again and again. */
  regulars: string[]
  /** Takes a report of so many rows out on Fridays. */
  report: number
  /** First and last day of a week away, and of one in another time zone (hours). */
  away: number
  travels: { from: number; by: number } | null
  /** An honest case of a week about one person; `told` where a finding about that person is open. */
  longCase: { from: number; person: string; told: boolean } | null
  /** Day of one honest export that is larger than all others. */
  bigDay: number | null
  misuse: { kind: Misuse; from: number } | null
}

/**
 * Weeks of a desk of analysts, by a seed: habits, moods, weekends on call, reports, shifts, leave, travel, long cases, a
 * busy week, and what is planted among them. Written by people who know the detectors.
 */
export function deskOf(plan: DeskPlan): Desk {
  const { seed, start, days, analysts, misuses, incident } = plan
  const random = seeded(seed)
  const chance = chanceOf(random)
  const people = Array.from({ length: analysts }, (_, i) => habitsOf(i, days, misuses[i] ?? null, random, chance))
  const deeds: DeskDeed[] = []
  for (let day = 0; day < days; day++) {
    const onCall = Math.floor(day / 7) % analysts
    for (const [i, who] of people.entries()) {
      const busy = incident !== undefined && day >= incident[0] && day <= incident[1] ? 3 : 1
      for (const one of dayOf(
        who,
        day,
        { onCall: i === onCall, busy, late: busy > 1 && i % 3 === 0 },
        random,
        chance,
      )) {
        const { at, ...deed } = one
        // shown events have ids of their own, which no event goes by: whose they are is not what is measured here
        deeds.push({ ...deed, at: start + day * DAY + Math.max(0, Math.round(at)), by: who.name, role: 'analyst' })
      }
    }
  }
  return {
    deeds: deeds.sort((a, b) => a.at - b.at),
    findings: people.flatMap(({ longCase }) =>
      longCase?.told === true
        ? [{ person: longCase.person, from: start + longCase.from * DAY, until: start + (longCase.from + 9) * DAY }]
        : [],
    ),
    misused: people.flatMap(({ name, misuse }) =>
      misuse === null ? [] : [{ by: name, misuse: misuse.kind, from: start + misuse.from * DAY }],
    ),
    analysts: people.map(({ name }) => name),
  }
}

type Chance = ReturnType<typeof chanceOf>

function chanceOf(random: () => number) {
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  return {
    normal: () => normal(random),
    /** From both ends, both included. */
    whole,
    poisson(mean: number) {
      if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)))
      let n = 0
      for (let left = Math.exp(-mean), p = random(); p > left; p *= random()) n++
      return n
    },
    is: (share: number) => random() < share,
  }
}

function habitsOf(i: number, days: number, misuse: Misuse | null, random: () => number, chance: Chance): Habits {
  const night = i % 6 === 5
  const early = Math.min(30, Math.floor(days / 2))
  return {
    name: `key_${String(i).padStart(2, '0')}`,
    searches: Math.min(60, Math.max(3, Math.exp(Math.log(12) + 0.6 * chance.normal()))),
    begins: night ? 21 : 6 + 4 * random(),
    varies: 0.7 + 0.6 * random(),
    shifts: i % 12 === 7,
    regulars: i % 6 === 2 ? Array.from({ length: 3 }, (_, n) => `user:regular-${i}-${n}`) : [],
    report: chance.is(0.3) ? chance.whole(200, 600) : 0,
    away: chance.is(0.3) && misuse === null ? chance.whole(5, days - 7) : -100,
    travels: chance.is(1 / 12) ? { from: chance.whole(early, days - 7), by: chance.is(0.5) ? 7 : -7 } : null,
    longCase: chance.is(0.25)
      ? { from: chance.whole(early, days - 10), person: `user:case-${i}`, told: chance.is(0.8) }
      : null,
    bigDay: chance.is(0.2) ? chance.whole(early, days - 1) : null,
    misuse: misuse === null ? null : { kind: misuse, from: workday(chance.whole(early, early + 8)) },
  }
}

/** A day, or the Monday after it where it is of a weekend. */
const workday = (day: number) => (day % 7 < 5 ? day : day + 7 - (day % 7))

type Timed = Deed & { at: Micros }

function* dayOf(
  who: Habits,
  day: number,
  { onCall, busy, late }: { onCall: boolean; busy: number; late: boolean },
  random: () => number,
  chance: Chance,
): Generator<Timed> {
  const weekend = day % 7 >= 5
  const away = day >= who.away && day < who.away + 7
  const misusing = who.misuse !== null && day >= who.misuse.from ? day - who.misuse.from : null
  const works = !away && (weekend ? onCall : chance.is(0.93) || misusing === 0)
  const travel = who.travels !== null && day >= who.travels.from && day < who.travels.from + 6 ? who.travels.by : 0
  const shift = who.shifts && Math.floor(day / 7) % 2 === 1 ? 10 : 0
  const begins = (who.begins + shift + travel + who.varies * chance.normal() + 48) % 24
  const hours = weekend ? 2 + random() * 2 : 8 + chance.normal()
  const moment = () => ((begins + hours * random() + 24) % 24) * HOUR
  const searches = works
    ? chance.poisson(who.searches * (weekend ? 0.25 : 1) * busy * Math.exp(0.4 * chance.normal()))
    : 0
  const cases = [`user:d${day}-${who.name}`, `user:d${day - (day % 2)}-${who.name}-2`]
  const rowsOf = () => (chance.is(0.03) ? 100 : Math.min(20, 1 + chance.poisson(14)))
  for (let n = 0; n < searches; n++) {
    const at = moment()
    const person = chance.is(0.6) ? cases[chance.whole(0, 1)] : undefined
    yield { action: 'search', at, rows: rowsOf(), asked: person === undefined ? { q: 'words' } : { user_id: person } }
    if (chance.is(0.8)) yield { action: 'event.read', at: at + MINUTE, rows: 1 }
  }
  if (works && late)
    for (let n = chance.whole(5, 12); n > 0; n--)
      yield { action: 'search', at: ((begins + 9 + 4 * random()) % 24) * HOUR, rows: rowsOf(), asked: {} }
  if (!works) {
    if (misusing === null || who.misuse?.kind !== 'night-reading') return
  }
  if (works && !weekend) {
    for (const person of who.regulars)
      if (chance.is(0.4))
        for (let n = chance.whole(1, 2); n > 0; n--)
          yield { action: 'search', at: moment(), rows: 5, asked: { user_id: person } }
    if (who.longCase !== null && day >= who.longCase.from && day < who.longCase.from + 7)
      for (let n = chance.whole(3, 5); n > 0; n--)
        yield { action: 'search', at: moment(), rows: 5, asked: { user_id: who.longCase.person } }
    if (who.report > 0 && day % 7 === 4)
      yield { action: 'case.export', at: moment(), rows: Math.round(who.report * Math.exp(0.2 * chance.normal())) }
    if (who.bigDay === day) yield { action: 'case.export', at: moment(), rows: chance.whole(300, 900) }
  }
  if (misusing === null) return
  const usual = who.searches * 16
  if (who.misuse?.kind === 'mass-export' && misusing === 0) {
    for (let left = chance.whole(3_000, 10_000); left > 0; left -= 200)
      yield { action: 'search', at: moment(), rows: Math.min(200, left), asked: { q: 'words', further_page: true } }
  } else if (who.misuse?.kind === 'growing-export' && misusing < 21 && works) {
    const more = Math.round(usual * (1.3 ** misusing - 1))
    for (let left = more; left > 0; left -= 100)
      yield { action: 'search', at: moment(), rows: Math.min(100, left), asked: {} }
  } else if (who.misuse?.kind === 'steady-export' && misusing < 21 && works) {
    yield { action: 'search', at: moment(), rows: Math.round(usual * 0.3), asked: {} }
  } else if (who.misuse?.kind === 'night-reading' && misusing < 21 && !away && !weekend && chance.is(0.6)) {
    for (let n = chance.whole(8, 25); n > 0; n--)
      yield { action: 'search', at: ((who.begins + 14 + 3 * random()) % 24) * HOUR, rows: rowsOf(), asked: {} }
  } else if (who.misuse?.kind === 'one-person' && misusing < 14 && works && !weekend) {
    for (let n = chance.poisson(6); n > 0; n--)
      yield { action: 'search', at: moment(), rows: 3, asked: { user_id: `user:ex-${who.name}` } }
  }
}
