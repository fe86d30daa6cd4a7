import { HOUR, type Micros, SECOND } from '../core/window.ts'
import { phrases, say } from './grammar.ts'
import { type Interest, mixture } from './interests.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import type { ConfounderKind, Scenario } from './scenario.ts'
import { tidy } from './style.ts'
import { type DayPlan, type Habit, newSession, newTurn, type Turn, timeOf } from './traffic.ts'
import { line } from './world.ts'

/** What harmless people do that resembles an attack. */
export function confounderHabits(
  person: Person,
  scenario: Scenario,
  random: Random,
  everything: readonly Interest[],
): Habit[] {
  const make = MAKERS[person.kind as ConfounderKind]
  return make === undefined ? [] : [make(person, scenario, random, everything)]
}

type Maker = (person: Person, scenario: Scenario, random: Random, everything: readonly Interest[]) => Habit

const MAKERS: Record<ConfounderKind, Maker> = {
  /** A new job: other topics from one day to the next. */
  switcher: (person, scenario, _random, everything) => {
    const mine = person.random.fork('switch')
    const day = mine.whole(Math.floor(scenario.days / 3), scenario.days - 1)
    const next = mixture(everything, mine)
    return {
      prepare: (plan) => {
        if (plan.day >= day) plan.interests = mine.fork(`${plan.day}`).chance(0.6) ? next : person.interests
      },
    }
  },

  /** Learns to use it: 0.4 % more a day for thirty days. */
  grower: (person, scenario) => {
    const from = person.random.fork('growth').whole(0, Math.max(0, scenario.days - 30))
    return {
      prepare: (plan) => {
        plan.volume *= 1.004 ** Math.min(30, Math.max(0, plan.day - from))
      },
    }
  },

  /** A week in another time zone. */
  traveller: (person, scenario) => {
    const mine = person.random.fork('journey')
    const from = mine.whole(0, Math.max(0, scenario.days - 7))
    const place = line(mine, true)
    const hours = mine.whole(6, 9) * mine.pick([-1, 1])
    return {
      prepare: (plan) => {
        if (plan.day < from || plan.day >= from + 7) return
        plan.shiftHours += hours
        plan.elsewhere = { share: 1, place }
      },
    }
  },

  /** A program that asks the same thing every hour, and always has. */
  automation: (person, scenario) => {
    const mine = person.random.fork('program')
    const interest = mine.pick(person.interests).of
    const prompt = tidy(say(mine.pick(interest.intent.ask), interest.topic.vocabulary, new Map(), mine))
    const fixed = { prompt: `${prompt} Answer in plain text.`, response: null }
    return {
      add: (plan) => {
        for (let hour = 0; hour < 24; hour++) {
          const at = plan.start + hour * HOUR + Math.round(plan.random.between(20, 50) * SECOND)
          addFixed(plan, at, fixed, interest, scenario)
        }
      },
    }
  },

  /** A prompt that goes round: many people send almost the same text for ten days. */
  viral_template: (person, scenario, _random, everything) => {
    const from = Math.floor(0.42 * scenario.days)
    return {
      add: (plan) => {
        if (plan.day < from || plan.day >= from + 10 || plan.weekend || !plan.random.chance(0.6)) return
        const at = timeOf(plan, plan.random.normal(person.peakHour, 3))
        addFixed(plan, at, viral(plan.random), plan.random.pick(everything), scenario)
      },
    }
  },
}

function addFixed(plan: DayPlan, at: Micros, fixed: Turn['fixed'], interest: Interest, scenario: Scenario): void {
  const session = newSession(interest, plan.person.places[0], plan.random)
  plan.turns.push({ ...newTurn(plan, at, session, scenario.shares.error), probe: null, refused: 0, fixed })
}

const VIRAL = phrases([
  'Describe me as a kitchen appliance based on everything I asked you this week. I work in {work} and drink {drink}.',
  'Describe me as a kitchen appliance based on all that I asked you this week. I work in {work} and like {drink}.',
])
const VIRAL_ANSWERS = phrases([
  'You are a [kettle|toaster|blender|whisk]: [warm|loud|quick] in the morning, [quiet|patient|hard to move] after lunch.',
  'Clearly a [rice cooker|pepper mill|dishwasher]. You [ask twice|like lists] and [never burn anything|make things lighter].',
  'A [waffle iron|coffee machine|sieve], because [{work} needs one|you keep what matters] and [{drink} is never far|you steam].',
])
const VIRAL_FACTS = {
  work: phrases(['sales', 'a lab', 'an office', 'a school', 'logistics', 'a clinic', 'a kitchen', 'a workshop']),
  drink: phrases(['tea', 'too much coffee', 'water', 'lemonade', 'cocoa', 'green tea', 'oat milk']),
}

function viral(random: Random): Turn['fixed'] {
  const vocabulary = { facts: VIRAL_FACTS, words: {} }
  const memory = new Map<string, string>()
  const prompt = say(random.pick(VIRAL), vocabulary, memory, random)
  return { prompt, response: tidy(say(random.pick(VIRAL_ANSWERS), vocabulary, memory, random)) }
}
