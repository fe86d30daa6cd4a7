import type { LogEvent } from '../core/event.ts'
import { DAY, formatTime, type Micros, SECOND } from '../core/window.ts'
import { attackHabits } from './attacks.ts'
import { batchDay } from './batch.ts'
import { confounderHabits } from './confounders.ts'
import { eventId, type Labelled } from './envelope.ts'
import { interestsOf } from './interests.ts'
import { people } from './people.ts'
import { Random } from './random.ts'
import { recordDay } from './record.ts'
import type { Scenario } from './scenario.ts'
import { type Setting, settingOf } from './setting.ts'
import { daysOf } from './traffic.ts'
import { openBook, type Truth } from './truth.ts'
import { MODELS, UPGRADE, UPGRADED } from './world.ts'

/**
 * The log of an LLM application, made up: events in order of time from the UTC day of `start` on. The same scenario,
 * seed and day give the same bytes. No event says what it is in truth.
 */
export function* simulate(scenario: Scenario, seed: number, start: Micros): Generator<LogEvent, void> {
  for (const { event } of labelled(scenario, seed, start)) yield event
}

/** The same events; returns the truth about them at the end. */
export function* simulateWithTruth(scenario: Scenario, seed: number, start: Micros): Generator<LogEvent, Truth> {
  const book = openBook(people(scenario, new Random(`seed ${seed}`)), settingOf(scenario, start))
  for (const item of labelled(scenario, seed, start)) {
    book.note(item)
    yield item.event
  }
  return book.truth()
}

/** Who attacks, when and with which events; what is a refusal. Goes through the whole simulation once more. */
export function truthOf(scenario: Scenario, seed: number, start: Micros): Truth {
  const events = simulateWithTruth(scenario, seed, start)
  for (;;) {
    const next = events.next()
    if (next.done === true) return next.value
  }
}

/** Events with their labels, in order of time. Each day is made whole, and what runs past midnight waits for the next. */
function* labelled(scenario: Scenario, seed: number, start: Micros): Generator<Labelled> {
  const random = new Random(`seed ${seed}`)
  const setting = settingOf(scenario, start)
  const everything = interestsOf(scenario)
  const accounts = people(scenario, random).map((person) => {
    const habits = [
      ...attackHabits(person, scenario, random, everything),
      ...confounderHabits(person, scenario, random, everything),
    ]
    return daysOf(person, habits, everything, scenario.shares.error)
  })
  const sequences = new Map<string, number>()
  let waiting: Labelled[] = []
  for (let day = 0; day < scenario.days; day++) {
    const from = setting.start + day * DAY
    for (const planDay of accounts) waiting.push(...recordDay(planDay(day, from), setting))
    waiting.push(...batchDay(day, setting, everything, random), ...deployment(from, setting, random))
    waiting.sort((a, b) => a.at - b.at || (a.event.event_id < b.event.event_id ? -1 : 1))
    // a sign-in of the minute before midnight belongs to a day that is over, and is let go
    const ready = waiting.filter(({ at }) => at >= from && at < from + DAY)
    waiting = waiting.filter(({ at }) => at >= from + DAY)
    for (const item of ready) {
      number(item.event, sequences)
      yield item
    }
  }
}

/** Numbers the events of each gateway without a gap, as a producer does that wants losses to show. */
function number(event: LogEvent, sequences: Map<string, number>): void {
  const producer = event.service === 'sign-in' ? 'idp-1' : event.service === 'support-chat' ? 'gw-1' : 'gw-2'
  const sequence = (sequences.get(producer) ?? 0) + 1
  sequences.set(producer, sequence)
  event.producer_id = producer
  event.sequence = sequence
}

/** The day's new version of a model, where there is one. */
function deployment(from: Micros, { upgradeAt }: Setting, random: Random): Labelled[] {
  if (upgradeAt === null || upgradeAt < from || upgradeAt >= from + DAY) return []
  const event: LogEvent = {
    event_id: eventId(upgradeAt, random.fork('deployment')),
    timestamp: formatTime(upgradeAt + SECOND),
    event_type: 'model.deploy',
    model: UPGRADED.name,
    model_version: UPGRADE.version,
    change: { target: MODELS[1].name, kind: 'version', approved_by: 'release board' },
    environment: 'production',
    service: 'deployment',
    status: 'success',
  }
  return [{ at: upgradeAt + SECOND, event, attack: false, refusal: false, nearRefusal: false, details: false }]
}
