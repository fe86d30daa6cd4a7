import type { LogEvent, RedactedEvent } from '../../src/core/event.ts'
import type { Clock, Engine, Entry } from '../../src/core/ports.ts'
import { DAY, formatTime, HOUR, MINUTE, type Micros, parseTime, SECOND } from '../../src/core/window.ts'
import { seeded } from '../../src/stats/seeded.ts'

/** Traffic with known truth for the nights: users with habits, and what is planted among them. */

/** A Monday. */
export const START = parseTime('2026-01-05T00:00:00Z') as Micros

export function normalOf(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

export interface Plan {
  seed: number
  users: number
  days: number
  /** Factor on a user's requests or answer length on a day; default 1. */
  requests?: (user: number, day: number) => number
  tokens?: (user: number, day: number) => number
}

/** Events of every user, day by day, in order of day. */
export function* traffic({ seed, users, days, requests, tokens }: Plan): Generator<LogEvent> {
  const random = seeded(seed)
  const normal = normalOf(random)
  const habits = Array.from({ length: users }, () => ({
    rate: Math.min(60, Math.max(3, Math.exp(Math.log(8) + 0.6 * normal()))),
    tokens: 5.6 + 0.4 * normal(),
    weekend: random() < 0.1 ? 1 : 0.35,
    peak: 9 + 8 * random(),
  }))
  for (let day = 0; day < days; day++)
    for (const [user, habit] of habits.entries()) {
      if (random() < 0.1) continue
      const weekend = day % 7 >= 5 ? habit.weekend : 1
      const mean = habit.rate * weekend * Math.exp(0.3 * normal()) * (requests?.(user, day) ?? 1)
      const n = Math.round(mean + Math.sqrt(mean) * normal() * 0.7)
      const mood = 0.1 * normal()
      for (let i = 0; i < n; i++) {
        const hour = Math.min(23.9, Math.max(0, habit.peak + 2.5 * normal()))
        const length = Math.exp(habit.tokens + mood + 0.6 * normal()) * (tokens?.(user, day) ?? 1)
        yield {
          event_id: `e${seed}-${day}-${user}-${i}`,
          timestamp: formatTime(START + day * DAY + Math.round(hour * HOUR) + i * SECOND),
          event_type: 'llm.completion',
          user_id: `u${user}`,
          tenant_id: 'acme',
          model: 'gpt-small',
          tokens_input: Math.round(Math.exp(5 + 0.7 * normal())),
          tokens_output: Math.round(length),
          latency_ms: Math.round(800 * Math.exp(0.3 * normal())),
          status: random() < 0.02 ? 'error' : 'success',
        }
      }
    }
}

/** Failed logins, `every` apart. */
export function failures(id: string, at: Micros, n: number, every: Micros, of: Partial<LogEvent>): LogEvent[] {
  return Array.from({ length: n }, (_, i) => ({
    event_id: `${id}-${i}`,
    timestamp: formatTime(at + i * every),
    event_type: 'auth.failure',
    tenant_id: 'acme',
    ...of,
  }))
}

/** Steady calls of a model every ten seconds, for windows of five minutes with thirty events each. */
export function calls(id: string, from: Micros, until: Micros, latency: (at: Micros) => number): LogEvent[] {
  const events: LogEvent[] = []
  for (let at = from; at < until; at += 10 * SECOND)
    events.push({
      event_id: `${id}-${at}`,
      timestamp: formatTime(at),
      event_type: 'llm.completion',
      model: 'gpt-big',
      tokens_output: 300,
      latency_ms: latency(at),
    })
  return events
}

export const entryOf = (event: LogEvent): Entry => ({
  kind: 'event',
  event_id: event.event_id,
  ts: parseTime(event.timestamp) as Micros,
  // the engine stores what it is given; nothing in this traffic needs redaction
  body: { ...event, redaction: { version: '1', counts: {} } } as unknown as RedactedEvent,
})

export async function store(engine: Engine, events: Iterable<LogEvent>): Promise<number> {
  const entries = Array.from(events, entryOf)
  for (let i = 0; i < entries.length; i += 2000) await engine.append(entries.slice(i, i + 2000))
  return entries.length
}

/** Replaces what is stored of these events. */
export async function amend(engine: Engine, events: Iterable<LogEvent>): Promise<void> {
  const entries = Array.from(events, (event): Entry => ({ ...entryOf(event), kind: 'amendment', reason: 'redaction' }))
  await engine.append(entries)
}

/** A clock that stands until it is set. */
export function clockAt(now: Micros): Clock & { set(now: Micros): void } {
  let at = now
  return {
    now: () => at,
    set(next) {
      at = next
    },
  }
}

export { DAY, HOUR, MINUTE, SECOND }
