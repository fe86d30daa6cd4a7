import { DAY, MINUTE, type Micros } from '../core/window.ts'
import type { Labelled } from './envelope.ts'
import { say } from './grammar.ts'
import type { Interest } from './interests.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import { recordTurn } from './record.ts'
import { BATCH_AT, BATCH_LASTS, type Setting } from './setting.ts'
import { tidy } from './style.ts'
import { fitting } from './topic.ts'
import { newSession } from './traffic.ts'
import { office, SCRIPT, SLOWED, TENANTS } from './world.ts'

const OPENINGS = ['The user asked about', 'About', 'A question on', 'This was about', 'In short,']

/** Account of the nightly batch. */
export const BATCH_USER = 'svc_summaries'

/**
 * One night's batch: conversations of the day before, each to be put into a sentence, all within fifteen minutes. It
 * is what keeps one model busy enough for a slow quarter of an hour to be seen.
 */
export function batchDay(day: number, setting: Setting, everything: readonly Interest[], seed: Random): Labelled[] {
  const random = seed.fork(`batch ${day}`)
  const { batch, shares } = setting.scenario
  const from: Micros = setting.start + day * DAY + BATCH_AT
  const person = batchAccount(random)
  const out: Labelled[] = []
  for (let i = 0; i < batch; i++) {
    const interest = random.pick(everything)
    const { topic, intent } = interest
    const session = newSession(interest, person.places[0], random)
    const asked = tidy(say(random.pick(intent.ask), topic.vocabulary, session.memory, random))
    const lead = fitting(asked, intent.lead, random)
    const told = tidy(say(lead.phrase, topic.vocabulary, session.memory, random))
    const turn = {
      at: from + Math.floor(((i + random.unit()) * (BATCH_LASTS - MINUTE / 2)) / batch),
      session,
      probe: null,
      refused: 0,
      failing: shares.error / 2,
      tokensIn: 1,
      tokensOut: 1,
      fixed: {
        prompt: `Put this conversation into one sentence.\nUser: ${asked}\nAssistant: ${told}`,
        response: `${random.pick(OPENINGS)} ${intent.name}: ${told.split('\n')[0]}`,
      },
      attack: false,
    }
    out.push(...recordTurn(turn, person, setting, random).slice(0, 1))
  }
  return out
}

function batchAccount(random: Random): Person {
  return {
    id: BATCH_USER,
    tenant: TENANTS[0],
    kind: 'automation',
    since: -1,
    joins: 0,
    away: { from: 0, to: 0 },
    rate: 0,
    weekend: 1,
    peakHour: 2,
    interests: [],
    explores: 0,
    style: { register: 'plain', typos: 0 },
    logTokensIn: 5.8,
    logTokensOut: 3.6,
    places: [office(0), office(0)],
    device: SCRIPT,
    model: SLOWED,
    curious: 0,
    declined: 0,
    random,
  }
}
