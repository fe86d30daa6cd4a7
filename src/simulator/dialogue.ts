import { type Phrase, say } from './grammar.ts'
import { campaignText, probeAct, probeAnswer, probeText } from './probes.ts'
import type { Random } from './random.ts'
import { nearRefusal, refuse } from './refusals.ts'
import { type Style, tidy, worded } from './style.ts'
import { fitting, type Sentence } from './topic.ts'
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
  if (turn.fixed !== null && turn.fixed.response !== null)
    return { prompt, response: turn.fixed.response, refusal, nearRefusal: false, details }
  if (alone) return { prompt, response: tidy(probeAnswer(random)), refusal, nearRefusal: false, details }
  const near = turn.fixed === null && random.chance(odds.near_refusal)
  const response = tidy((near ? nearRefusal(random) : '') + answer(session, prompt, odds.length, near, random))
  return { prompt, response, refusal, nearRefusal: near, details }
}

function question(
  { session, probe, fixed }: Turn,
  declined: readonly Phrase[] | null,
  style: Style,
  random: Random,
): string {
  if (fixed !== null) return fixed.prompt
  if (typeof probe === 'number') return worded(campaignText(probe, random), style, random)
  if (probe !== null && probe.strength >= 0.35) return worded(probeText(probe, random), style, random)
  const { ask, more } = session.interest.intent
  const asked = speak(random.pick(declined ?? (session.asked === 0 ? ask : more)), session, random)
  if (probe === null) return worded(asked, style, random)
  const remark = probeText(probe, random)
  return worded(random.chance(0.7) ? `${asked} ${remark}` : `${remark} ${asked}`, style, random)
}

/** One to six sentences: what fits the question best, then what was not yet told; sometimes as a list. */
function answer(session: Session, question: string, length: number, begun: boolean, random: Random): string {
  const { intent, topic } = session.interest
  const { sure, close } = topic.vocabulary.words
  const wanted = Math.max(0, Math.min(5, Math.round(2 + 1.3 * length + random.normal(0, 0.6))))
  const points = pointsFor(session, question, wanted, random).map((point) => speak(point.phrase, session, random))
  const opening = begun || random.chance(0.65) ? '' : `${speak(random.pick(sure!), session, random)} `
  const goesOn = session.asked > 1 && points.length > 0 && random.chance(0.6)
  const lead = goesOn ? [] : [speak(fitting(question, intent.lead, random).phrase, session, random)]
  const closing = random.chance(0.2) ? [speak(random.pick(close!), session, random)] : []
  if (points.length >= 3 && random.chance(0.25)) {
    const mark = random.pick(['-', '*', null])
    const list = points.map((point, i) => `${mark ?? `${i + 1}.`} ${tidy(point)}`)
    return opening + [...lead, list.join('\n'), ...closing].join('\n\n')
  }
  return opening + [...lead, ...points, ...closing].join(random.chance(0.1) ? '\n\n' : ' ')
}

/** Points not told yet, in the order of the topic: one that fits, the others by chance. They count as told. */
function pointsFor(session: Session, question: string, wanted: number, random: Random): Sentence[] {
  const untold = session.interest.intent.points.filter((point) => !session.told.has(point))
  if (wanted === 0 || untold.length === 0) return []
  const best = fitting(question, untold, random)
  const others = random.shuffled(untold.filter((point) => point !== best)).slice(0, wanted - 1)
  const chosen = untold.filter((point) => point === best || others.includes(point))
  for (const point of chosen) session.told.add(point)
  return chosen
}

function speak(spoken: Phrase, { interest, memory }: Session, random: Random): string {
  return say(spoken, interest.topic.vocabulary, memory, random)
}
