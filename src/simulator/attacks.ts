import { HOUR, MINUTE, SECOND } from '../core/window.ts'
import { type Interest, mixture } from './interests.ts'
import type { Person } from './people.ts'
import { CAMPAIGN_STORIES, PROBE_KINDS, type Probe } from './probes.ts'
import type { Random } from './random.ts'
import type { AttackKind, Scenario } from './scenario.ts'
import { type DayPlan, type Habit, newSession, newTurn, timeOf } from './traffic.ts'
import { line } from './world.ts'

/** What attackers do from their first day on, each kept below what a daily threshold would notice. */
export function attackHabits(
  person: Person,
  scenario: Scenario,
  random: Random,
  everything: readonly Interest[],
): Habit[] {
  const make = MAKERS[person.kind as AttackKind]
  if (make === undefined) return []
  const habit = make(person, scenario, random, everything)
  const begun = (plan: DayPlan) => plan.day >= person.since
  return [
    {
      prepare: (plan) => void (begun(plan) && habit.prepare?.(plan)),
      add: (plan) => void (begun(plan) && habit.add?.(plan)),
    },
  ]
}

type Maker = (person: Person, scenario: Scenario, random: Random, everything: readonly Interest[]) => Habit

const MAKERS: Record<AttackKind, Maker> = {
  slow_jailbreak: probing,
  new_account_jailbreak: probing,

  /** Answers carry more out: tokens out x1.6. */
  exfiltration: () => ({
    prepare: (plan) => {
      plan.tokensOut *= 1.6
    },
    add: all,
  }),

  /** Many accounts, one aim, about one probe a day each, from a handful of lines. */
  campaign: (person, scenario, random) => {
    const story = random.fork('campaign').whole(0, CAMPAIGN_STORIES - 1)
    const shared = random.fork(`campaign line ${person.random.fork('line').whole(0, 3)}`)
    const place = line(shared)
    return {
      add: (plan) => {
        if (plan.random.chance(0.95)) probe(plan, story, 0.3, scenario.shares.error, place)
      },
    }
  },

  /** Asks about everything in turn, to learn how the whole of it answers: 8 to 20 requests a day, no conversation. */
  extraction: (_person, scenario, _random, everything) => ({
    add: (plan) => {
      for (let left = plan.random.whole(8, 20); left > 0; left--) {
        const session = newSession(plan.random.pick(everything), plan.person.places[1], plan.random)
        const at = timeOf(plan, plan.random.normal(plan.person.peakHour, 3.5))
        plan.turns.push({ ...newTurn(plan, at, session, scenario.shares.error), probe: null, attack: true })
      }
    },
  }),

  /** A little more each day: tokens in and out grow by one percent a day. */
  boiling_frog: (person) => ({
    prepare: (plan) => {
      const grown = 1.01 ** (plan.day - person.since + 1)
      plan.tokensIn *= grown
      plan.tokensOut *= grown
    },
    add: all,
  }),

  /** Somebody else has the password: foreign topics, three points of share more each day, from afar and at night. */
  compromised: (person, _scenario, _random, everything) => {
    const theirs = person.random.fork('intruder')
    const place = line(theirs, true)
    const known = new Set(person.interests.map(({ of }) => of.topic))
    const foreign = mixture(
      everything.filter(({ topic }) => !known.has(topic)),
      theirs,
    ).slice(0, 2)
    return {
      add: (plan) => {
        const share = Math.min(0.9, 0.03 * (plan.day - person.since + 1))
        for (const turn of plan.turns) {
          if (!plan.random.chance(share)) continue
          const from = plan.random.chance(0.6) ? place : turn.session.place
          turn.session = newSession(plan.random.weighted(foreign, (i) => i.weight).of, from, plan.random)
          turn.at = timeOf(plan, (turn.at - plan.start) / HOUR + 9)
          turn.attack = true
        }
      },
    }
  },

  /** A program that uses the account every three hours, day and night, while its owner goes on working. */
  metronome: (person, scenario) => {
    const phase = person.random.fork('metronome').between(0, 3)
    return {
      add: (plan) => {
        for (let hour = phase; hour < 24; hour += 3) {
          const session = newSession(plan.random.pick(person.interests).of, person.places[1], plan.random)
          const at = timeOf(plan, Math.min(23.99, hour + plan.random.normal(0, 0.015 * 3)))
          plan.turns.push({ ...newTurn(plan, at, session, scenario.shares.error), probe: null, attack: true })
        }
      },
    }
  },

  /** Takes somewhat more than usual every day, and never far more on any day. */
  slow_drip: () => ({
    prepare: (plan) => {
      plan.volume *= 1.7
    },
    add: all,
  }),

  /** Passwords are tried in bursts, on some days, from a strange line. */
  brute_force: (person) => {
    const place = line(person.random.fork('guesser'), true)
    return {
      add: (plan) => {
        if (plan.day !== person.since && !plan.random.chance(0.25)) return
        let at = timeOf(plan, plan.random.between(1, 5))
        for (let left = plan.random.whole(8, 16); left > 0; left--) {
          plan.failures.push({ at, place, attack: true })
          at += Math.round(plan.random.between(4, 18) * SECOND)
        }
      },
    }
  },

  /** Noise to hide behind, for six days: fifteen times the volume, mostly errors, some loud probes. */
  decoy_flood: (person) => ({
    prepare: (plan) => {
      if (plan.day >= person.since + 6) return
      plan.volume = Math.max(plan.volume, 1) * 15
      plan.tokensIn *= 4
    },
    add: (plan) => {
      if (plan.day >= person.since + 6) return
      for (const turn of plan.turns) {
        turn.failing = 0.6
        turn.attack = true
        if (plan.random.chance(0.2)) turn.probe = { kind: plan.random.pick(PROBE_KINDS), strength: 0.9 }
      }
    },
  }),
}

/** One to three careful probes on a working day, on half the days of weekends; three in ten are declined. */
function probing(_person: Person, scenario: Scenario): Habit {
  return {
    add: (plan) => {
      if (plan.weekend && plan.random.chance(0.5)) return
      for (let left = plan.random.whole(1, 3); left > 0; left--) {
        const kind = plan.random.weighted(PROBE_KINDS, (k) => (k === 'jailbreak' || k === 'prompt_extraction' ? 3 : 1))
        probe(plan, { kind, strength: plan.random.between(0.25, 0.65) }, 0.3, scenario.shares.error, null)
      }
    },
  }
}

/** Adds a probe: within one of the day's conversations where there is one and no line of its own is used. */
function probe(
  plan: DayPlan,
  what: Probe | number,
  refused: number,
  errors: number,
  place: ReturnType<typeof line> | null,
): void {
  const { person, random } = plan
  const beside = place === null && plan.turns.length > 0 ? random.pick(plan.turns) : null
  const interest = random.weighted(person.interests, (i) => i.weight).of
  const session = beside?.session ?? newSession(interest, place ?? person.places[0], random)
  const at =
    beside === null
      ? timeOf(plan, random.normal(person.peakHour, 3))
      : beside.at + Math.round(random.between(0.2, 4) * MINUTE)
  plan.turns.push({ ...newTurn(plan, at, session, errors), probe: what, refused, attack: true })
}

/** Every request of the day is part of it. */
function all(plan: DayPlan): void {
  for (const turn of plan.turns) turn.attack = true
}
