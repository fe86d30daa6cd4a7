import { say } from './grammar.ts'
import { campaignText, probeAct, probeAnswer, probeText } from './probes.ts'
import type { Random } from './random.ts'
import { nearRefusal, refuse } from './refusals.ts'
import { type Style, tidy, worded } from './style.ts'
import type { Session, Turn } from './traffic.ts'

/** What was asked and answered, and what it was in truth. */
export interface Exchange {
  prompt: string
  response: string
  refusal: boolean
  /** Sounds like a refusal and is none. */
  nearRefusal: boolean
  /** Personal data or a secret, all made up, stands in the prompt. */
  details: boolean
}

/** How likely things are, and how long this answer is in relation to others (standard deviations of log tokens). */
export interface Odds {
  near_refusal: number
  details: number
  length: number
}

/** Speaks one turn of a conversation. Goes on from what was said in the session before. */
export function exchange(turn: Turn, style: Style, odds: Odds, random: Random): Exchange {
  const { session, probe } = turn
  const { topic } = session.interest
  const refusal = random.chance(turn.refused)
  const declined = refusal && probe === null && turn.fixed === null ? random.pick(topic.declined) : null
  const asked = question(turn, declined?.ask ?? null, style, random)
  const details = turn.fixed === null && probe === null && random.chance(odds.details)
  const prompt = details ? `${asked} ${speak(random.pick(topic.details), session, random)}` : asked
  session.asked++
  if (refusal) {
    const act =
      declined !== null
        ? speak(random.pick(declined.act), session, random)
        : probeAct(typeof probe === 'object' && probe !== null ? probe.kind : 'jailbreak', random)
    return { prompt, response: tidy(refuse(act, topic.about, random)), refusal, nearRefusal: false, details }
  }
  const alone = probe !== null && (typeof probe === 'number' || probe.strength >= 0.35)
  if (alone) return { prompt, response: tidy(probeAnswer(random)), refusal, nearRefusal: false, details }
  const near = random.chance(odds.near_refusal)
  const response = tidy((near ? nearRefusal(random) : '') + answer(session, odds.length, near, random))
  return { prompt, response, refusal, nearRefusal: near, details }
}

function question(
  { session, probe, fixed }: Turn,
  declined: readonly Parameters<typeof say>[0][] | null,
  style: Style,
  random: Random,
): string {
  if (fixed !== null) return fixed
  if (typeof probe === 'number') return worded(campaignText(probe, random), style, random)
  if (probe !== null && probe.strength >= 0.35) return worded(probeText(probe, random), style, random)
  const { ask, more } = session.interest.intent
  const asked = worded(
    speak(random.pick(declined ?? (session.asked === 0 ? ask : more)), session, random),
    style,
    random,
  )
  if (probe === null) return asked
  const remark = tidy(probeText(probe, random))
  return random.chance(0.7) ? `${asked} ${remark}` : `${remark} ${asked}`
}

/** One to six sentences: an answer to the point, then what was not yet told; sometimes as a list. */
function answer(session: Session, length: number, begun: boolean, random: Random): string {
  const { intent, topic } = session.interest
  const open =
    begun || random.chance(0.65)
      ? ''
      : `${say(random.pick(topic.vocabulary.words.sure!), topic.vocabulary, session.memory, random)} `
  const wanted = Math.max(0, Math.min(5, Math.round(2 + 1.3 * length + random.normal(0, 0.6))))
  const untold = intent.points.map((_, i) => i).filter((i) => !session.told.has(i))
  const chosen = random
    .shuffled(untold)
    .slice(0, wanted)
    .sort((a, b) => a - b)
  for (const i of chosen) session.told.add(i)
  const points = chosen.map((i) => speak(intent.points[i]!, session, random))
  const lead =
    session.asked > 1 && points.length > 0 && random.chance(0.6)
      ? []
      : [speak(random.pick(intent.lead), session, random)]
  const close = random.chance(0.2)
    ? [say(random.pick(topic.vocabulary.words.close!), topic.vocabulary, new Map(), random)]
    : []
  if (points.length >= 3 && random.chance(0.25)) {
    const mark = random.pick(['-', '*', null])
    const list = points.map((point, i) => `${mark ?? `${i + 1}.`} ${tidy(point)}`)
    return open + [...lead, list.join('\n'), ...close].join('\n\n')
  }
  return open + [...lead, ...points, ...close].join(random.chance(0.1) ? '\n\n' : ' ')
}

function speak(phrase: Parameters<typeof say>[0], session: Session, random: Random): string {
  return say(phrase, session.interest.topic.vocabulary, session.memory, random)
}
