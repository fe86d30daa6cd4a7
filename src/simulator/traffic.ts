import { DAY, HOUR, type Micros, SECOND } from '../core/window.ts'
import { letters } from './facts.ts'
import type { Memory } from './grammar.ts'
import type { Interest, Interests } from './interests.ts'
import type { Person } from './people.ts'
import type { Probe } from './probes.ts'
import type { Random } from './random.ts'
import type { Sentence } from './topic.ts'
import { line, type Place } from './world.ts'

/** A conversation. */
export interface Session {
  id: string
  interest: Interest
  place: Place
  /** Facts spoken of so far, requests made so far, and points already answered. */
  memory: Memory
  asked: number
  told: Set<Sentence>
}

/** One request that is going to be made. */
export interface Turn {
  at: Micros
  session: Session
  /** What is hidden in it; a number names the story of a campaign. */
  probe: Probe | number | null
  /** Probability that it is declined, and that it fails. */
  refused: number
  failing: number
  /** Factors on what this account usually uses. */
  tokensIn: number
  tokensOut: number
  /** What a program or a template sends word for word, and the answer where that is settled too. */
  fixed: { prompt: string; response: string | null } | null
  /** Truth: part of an attack. */
  attack: boolean
}

/** A day of one account while it is being planned; habits change it. */
export interface DayPlan {
  person: Person
  /** Day of the simulation, from 0, and its start. */
  day: number
  start: Micros
  weekend: boolean
  random: Random
  /** Requests to expect; 0 on a day off. */
  volume: number
  shiftHours: number
  tokensIn: number
  tokensOut: number
  /** Interests of the day with their weights. */
  interests: Interests
  /** Share of sessions from somewhere else. */
  elsewhere: { share: number; place: Place } | null
  turns: Turn[]
  /** Times of failed sign-ins, besides forgotten passwords. */
  failures: { at: Micros; place: Place; attack: boolean }[]
}

/** What makes an account different: by changing what a day will be like, then by changing or adding its requests. */
export interface Habit {
  prepare?(plan: DayPlan): void
  add?(plan: DayPlan): void
}

/** Slow changes of mood: first-order autoregressions, one step a day. */
interface Drift {
  volume: number
  tokens: number
}

/**
 * The days of one account, one call per day in order. Numbers of requests are gamma-Poisson around a drifting mean,
 * sessions gather around an hour of the day, one account in three is away for a week.
 */
export function daysOf(
  person: Person,
  habits: readonly Habit[],
  everything: readonly Interest[],
  errors: number,
): (day: number, start: Micros) => DayPlan {
  const drift: Drift = { volume: 0, tokens: 0 }
  return (day, start) => {
    const random = person.random.fork(`day ${day}`)
    const weekday = new Date(start / 1000).getUTCDay()
    const weekend = weekday === 0 || weekday === 6
    drift.volume = 0.9 * drift.volume + random.normal(0, 0.25 * Math.sqrt(1 - 0.81))
    drift.tokens = 0.9 * drift.tokens + random.normal(0, 0.08 * Math.sqrt(1 - 0.81))
    const off = day < person.joins || (day >= person.away.from && day < person.away.to)
    const quiet = random.chance(0.1)
    const mood = random.gamma(3) / 3
    const tokens = Math.exp(drift.tokens + random.normal(0, 0.12))
    const plan: DayPlan = {
      person,
      day,
      start,
      weekend,
      random,
      volume: off || quiet ? 0 : person.rate * (weekend ? person.weekend : 1) * mood * Math.exp(drift.volume),
      shiftHours: 0,
      tokensIn: tokens,
      tokensOut: tokens,
      interests: person.interests,
      elsewhere: random.chance(0.02) ? { share: 1, place: line(random) } : null,
      turns: [],
      failures: [],
    }
    if (day < person.joins) return plan
    for (const habit of habits) habit.prepare?.(plan)
    talk(plan, everything, errors)
    for (const habit of habits) habit.add?.(plan)
    return plan
  }
}

function talk(plan: DayPlan, everything: readonly Interest[], errors: number): void {
  const { person, random } = plan
  let session: Session | null = null
  let at = 0
  for (let left = random.poisson(plan.volume); left > 0; left--) {
    if (session === null || random.chance(0.4)) {
      const interest = random.chance(person.explores)
        ? random.pick(everything)
        : random.weighted(plan.interests, (i) => i.weight).of
      const hour = random.chance(0.03) ? random.between(0, 24) : random.normal(person.peakHour + plan.shiftHours, 3)
      const home = person.places[plan.weekend || random.chance(0.25) ? 1 : 0]
      const place = plan.elsewhere !== null && random.chance(plan.elsewhere.share) ? plan.elsewhere.place : home
      at = timeOf(plan, hour)
      session = newSession(interest, place, random)
    }
    plan.turns.push(newTurn(plan, at, session, errors))
    at += Math.round((8 + random.exponential(140)) * SECOND)
  }
}

/** The moment of an hour (0 to 24, wrapped around) on a day of the plan. */
export function timeOf({ start }: DayPlan, hour: number): Micros {
  return start + Math.min(DAY - SECOND, Math.floor((((hour % 24) + 24) % 24) * HOUR))
}

/** A conversation that has not begun. */
export function newSession(interest: Interest, place: Place, random: Random): Session {
  const id = `sess_${letters(random, 12, '0123456789abcdef')}`
  return { id, interest, place, memory: new Map(), asked: 0, told: new Set() }
}

/** A request as this account usually makes it. */
export function newTurn(plan: DayPlan, at: Micros, session: Session, errors: number): Turn {
  const { person, random } = plan
  const curious = random.chance(Math.min(person.curious, 0.5))
  return {
    at,
    session,
    probe: curious ? { kind: random.pick(CURIOSITY), strength: random.between(0.05, 0.45) } : null,
    refused: curious ? 0.1 : person.declined,
    failing: errors,
    tokensIn: plan.tokensIn,
    tokensOut: plan.tokensOut,
    fixed: null,
    attack: false,
  }
}

/** What curious people, who mean no harm, try. */
const CURIOSITY = ['prompt_extraction', 'prompt_extraction', 'jailbreak', 'refusal_probing'] as const
