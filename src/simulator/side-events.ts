import type { LogEvent } from '../core/event.ts'
import type { Micros } from '../core/window.ts'
import { envelope, HEX, type Labelled, near } from './envelope.ts'
import { letters } from './facts.ts'
import { say } from './grammar.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import type { DayPlan, Session } from './traffic.ts'
import { type Place, SCRIPT } from './world.ts'

/** Sign-ins before the day's first request from each place, forgotten passwords, and what guessers leave behind. */
export function signIns(plan: DayPlan): Labelled[] {
  const { person, random } = plan
  const out: Labelled[] = []
  const sign = (at: Micros, place: Place, ok: boolean, attack: boolean) =>
    out.push(plainly(at, signIn(at, person, place, ok, random), attack))
  const first = new Map<string, { at: Micros; place: Place; attack: boolean }>()
  for (const { at, session, attack } of plan.turns) {
    const seen = first.get(session.place.prefix)
    if (seen === undefined || at < seen.at) first.set(session.place.prefix, { at, place: session.place, attack })
  }
  if (person.device !== SCRIPT)
    for (const { at, place, attack } of first.values()) {
      const when = near(at, -90, -15, random)
      if (random.chance(0.04))
        for (let left = random.whole(1, 2); left > 0; left--) sign(near(when, -60, -10, random), place, false, false)
      sign(when, place, true, attack && !person.places.includes(place))
    }
  for (const { at, place, attack } of plan.failures) sign(at, place, false, attack)
  if (plan.turns.length > 40 && person.device !== SCRIPT) {
    const last = plan.turns.reduce((a, b) => (b.at > a.at ? b : a))
    const event: LogEvent = {
      ...envelope('ratelimit.hit', last.at, person, last.session.place, random),
      session_id: last.session.id,
      quota: { name: 'requests per day', limit: 40, used: plan.turns.length, remaining: 0, window_s: 86_400 },
    }
    out.push(plainly(last.at, event, last.attack))
  }
  return out
}

function signIn(at: Micros, person: Person, place: Place, ok: boolean, random: Random): LogEvent {
  const base = envelope(ok ? 'auth.success' : 'auth.failure', at, person, place, random)
  return {
    ...base,
    service: 'sign-in',
    route: '/v1/sign-in',
    device: { type: person.device.type, os: person.device.os },
    geo: { ...base.geo, lat: place.lat, lon: place.lon },
    auth: { method: 'password', mfa: ok && person.style.register !== 'terse', decision: ok ? 'allowed' : 'denied' },
    status: ok ? 'success' : 'error',
    ...(ok ? {} : { error: { type: 'invalid_credentials', message: 'user name or password is wrong' } }),
  }
}

/**
 * What an answer rests on and what follows it: documents and tool calls, which are added to the answer's own event;
 * the call as an event of its own where an agent made it; a thumb up or down.
 */
export function extras(main: Labelled, person: Person, session: Session, random: Random): Labelled[] {
  const { topic, intent } = session.interest
  const { at, event } = main
  const out: Labelled[] = []
  if (random.chance(0.22))
    event.rag_documents = random
      .shuffled(topic.documents)
      .slice(0, random.whole(1, 3))
      .map((title) => ({
        id: `doc_${topic.name}_${topic.documents.indexOf(title) + 1}`,
        source: title,
        score: Number(random.between(0.55, 0.92).toFixed(2)),
        access: 'allowed',
        tenant_id: person.tenant,
        classification: 'internal',
        ...(random.chance(0.25)
          ? { content: say(random.pick(intent.points).phrase, topic.vocabulary, session.memory, random) }
          : {}),
      }))
  if (random.chance(0.16)) {
    const ok = !random.chance(0.04)
    const call = {
      id: `call_${letters(random, 8, HEX)}`,
      name: random.pick(topic.tools),
      arguments: { query: session.memory.get('order') ?? intent.name },
      ok,
      ...(ok ? { result: { items: random.whole(0, 12) } } : { error: 'not found' }),
      latency_ms: Math.round(Math.exp(random.normal(4.2, 0.6))),
    }
    event.tools_called = [call]
    if (random.chance(0.35)) {
      const when = near(at, 0.2, 2, random)
      out.push(plainly(when, toolCall(when, event, call, person, session, random)))
    }
  }
  if (random.chance(0.03)) {
    const when = near(at, 5, 90, random)
    const up = random.chance(main.refusal ? 0.15 : 0.8)
    out.push(
      plainly(when, {
        ...envelope('evaluation', when, person, session.place, random),
        session_id: session.id,
        service: topic.service,
        evaluations: [
          {
            name: 'helpful',
            score: up ? 1 : 0,
            label: up ? 'up' : 'down',
            source: 'user',
            target_event_id: event.event_id,
          },
        ],
      }),
    )
  }
  return out
}

function toolCall(
  at: Micros,
  parent: LogEvent,
  call: { name: string; ok: boolean; latency_ms: number },
  person: Person,
  session: Session,
  random: Random,
): LogEvent {
  return {
    ...envelope('tool.call', at, person, session.place, random),
    parent_event_id: parent.event_id,
    session_id: session.id,
    ...(parent.trace_id === undefined ? {} : { trace_id: parent.trace_id }),
    ...(parent.span_id === undefined ? {} : { parent_span_id: parent.span_id }),
    span_id: letters(random, 16, HEX),
    agent_id: `agent_${session.interest.topic.name}`,
    service: session.interest.topic.service,
    tools_called: [call],
    latency_ms: call.latency_ms,
    status: call.ok ? 'success' : 'error',
  }
}

function plainly(at: Micros, event: LogEvent, attack = false): Labelled {
  return { at, event, attack, refusal: false, nearRefusal: false, details: false }
}
