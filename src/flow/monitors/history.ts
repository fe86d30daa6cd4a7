import type { Engine, Filter } from '../../core/ports.ts'
import { DAY, HOUR, type Micros, startOfDay, startOfHour } from '../../core/window.ts'
import { LEARNT } from '../../stats/count-alarms.ts'
import { breath } from '../breath.ts'
import type { Conditions } from './conditions.ts'
import { countHours, intoHours, type MatchParts } from './matches.ts'

/** Days back that findings are raised of and late events counted for. */
export const LOOKED_BACK = 28 * DAY
/** What is remembered: those days, two weeks in which an episode of them may have begun, and what all of it is judged by. */
export const REMEMBERED = LOOKED_BACK + 14 * DAY + LEARNT * HOUR
/** Events that are counted at once; others get their turn between. */
const AT_ONCE = 20_000

/** Start of the first hour that is counted: of the first day with an event, or as far back as anything is remembered. */
export async function firstHour(
  engine: Pick<Engine, 'events'>,
  now: Micros,
  tenant_id: string | undefined,
): Promise<Micros> {
  const earliest = startOfDay(now - REMEMBERED)
  const own = tenant_id === undefined ? {} : { tenant_id }
  const { items } = await engine.events({ ...own, since: earliest }, { limit: 1, oldest: true })
  const [event] = items
  return event === undefined ? startOfDay(now) : Math.min(startOfDay(event.ts), startOfDay(now))
}

/** End of the hours that are counted: that of the present one. */
export const endHour = (now: Micros): Micros => startOfHour(now) + HOUR

/** All events of a tenant by hour, from `since` on, which begins a day. */
export async function eventHours(
  engine: Pick<Engine, 'tally'>,
  tenant_id: string | undefined,
  since: Micros,
  until: Micros,
  signal?: AbortSignal,
): Promise<number[]> {
  const own: Pick<Filter, 'tenant_id'> = tenant_id === undefined ? {} : { tenant_id }
  const hours: number[] = []
  for (let from = since; from < until; from += DAY) {
    const to = Math.min(from + DAY, until)
    const rows = await engine.tally(['hour'], { ...own, since: from, until: to })
    hours.push(...intoHours(rows, from, to))
    await turn(signal)
  }
  return hours
}

/**
 * Matches by hour over the same span, in pieces of some days.
 * @param events all events of it by hour, by which pieces are cut
 */
export async function matchHours(
  parts: MatchParts,
  conditions: Conditions,
  since: Micros,
  events: readonly number[],
  signal?: AbortSignal,
): Promise<number[]> {
  const counts: number[] = []
  while (counts.length < events.length) {
    const from = counts.length
    let to = from
    let n = 0
    do for (const end = Math.min(to + 24, events.length); to < end; to++) n += events[to]!
    while (to < events.length && n < AT_ONCE)
    counts.push(...(await countHours(parts, conditions, since + from * HOUR, since + to * HOUR)))
    await turn(signal)
  }
  return counts
}

/** Lets others come between, and ends where nobody waits any more. */
async function turn(signal?: AbortSignal): Promise<void> {
  await breath()
  signal?.throwIfAborted()
}
