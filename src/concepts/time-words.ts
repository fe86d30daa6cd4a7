import { DAY, HOUR, type Micros } from '../core/window.ts'
import {
  CLOCK,
  COUNT,
  clockOf,
  countOf,
  ISO,
  lengthOf,
  MEANT,
  NAMED,
  POINT,
  pointOf,
  UNIT,
  type Unit,
} from './time-points.ts'

/** A stretch of time that a text names, and where it stands there. Half-open; absent where it is open. */
export interface Span {
  /** Characters [from, to) of the text. */
  from: number
  to: number
  since?: Micros
  until?: Micros
}

/**
 * The first expression of time in a text of lower case: "since monday", "last 7 days", "yesterday between 9 and 11", "in
 * october", "2026-01-01/2026-01-31". All times are those of UTC. Up to a named day means to its end, "before" it means
 * before its start. Null where there is none.
 */
export function readSpan(text: string, now: Micros): Span | null {
  for (const [pattern, meaning] of SPANS) {
    const match = pattern.exec(text)
    if (match === null) continue
    const found = meaning(match.groups ?? {}, now)
    if (found === null) continue
    return { from: match.index, to: match.index + match[0].length, ...found }
  }
  return null
}

type Meaning = (parts: Record<string, string | undefined>, now: Micros) => Omit<Span, 'from' | 'to'> | null

const INTO = '(?:(?:in|on|at|during|within|over|from|for|of) )?(?:the )?'
/** An hour that only its neighbours tell from a number. */
const HOURS = `(?:${CLOCK}|\\d{1,2})`
/** Nothing of the word or number may follow. */
const END = '(?![\\w:/-])'
const ON_DAY = `(?:(?:on|from|at) )?(?<day>${NAMED}|${MEANT})`
const within = (source: string) => new RegExp(`(?<![\\w:/-])${source}${END}`)

const SPANS: readonly (readonly [RegExp, Meaning])[] = [
  [
    within(`(?:(?:in|from|between) )?(?<a>${ISO})(?: ?/ ?|\\.\\.)(?<b>${ISO}|p\\d{1,4}[dwmy]|pt\\d{1,4}[hm])`),
    ({ a, b }, now) => {
      const begins = pointOf(a!, now)
      if (begins === null || !b!.startsWith('p')) return join(begins, pointOf(b!, now))
      const [, t, n, unit] = /^p(t?)(\d+)(\w)$/.exec(b!) ?? []
      return {
        since: begins.since,
        until: begins.since + Number(n) * lengthOf(unit === 'm' && t === '' ? 'mo' : unit!),
      }
    },
  ],
  [
    within(`${ON_DAY},? (?:between|from) (?<a>${HOURS}) (?:and|to|till|until) (?<b>${HOURS})`),
    ({ day, a, b }, now) => hoursOf(pointOf(day!, now), a!, b!),
  ],
  [
    within(`(?:between|from) (?<a>${HOURS}) (?:and|to|till|until) (?<b>${HOURS}),? ${ON_DAY}`),
    ({ day, a, b }, now) => hoursOf(pointOf(day!, now), a!, b!),
  ],
  [
    within(`(?:between|from) (?<a>${POINT}) (?:and|to|till|until) (?<b>${POINT})`),
    ({ a, b }, now) => join(pointOf(a!, now), pointOf(b!, now)),
  ],
  [
    within(`${ON_DAY} (?<side>after|before) (?<a>${HOURS})`),
    ({ day, side, a }, now) =>
      side === 'after' ? hoursOf(pointOf(day!, now), a!, '24') : hoursOf(pointOf(day!, now), '0', a!),
  ],
  [
    // "from yesterday" is about that day, "from 2026-01-02" about all that came after
    within(
      `(?:(?:since|starting(?: from)?|as of) (?<a>${POINT})(?: on| onwards?)?|from (?<b>${POINT}) (?:on|onwards?)|from (?<c>${ISO}))`,
    ),
    ({ a, b, c }, now) => {
      const at = pointOf((a ?? b ?? c)!, now)
      return at === null ? null : { since: at.since }
    },
  ],
  [
    within(`after (?<a>${POINT})`),
    ({ a }, now) => {
      const at = pointOf(a!, now)
      return at === null ? null : { since: at.until }
    },
  ],
  [
    within(`(?:until|till|up to) (?<a>${POINT})`),
    ({ a }, now) => {
      const at = pointOf(a!, now)
      return at === null ? null : { until: at.until }
    },
  ],
  [
    within(`(?<!the day )before (?<a>${POINT})`),
    ({ a }, now) => {
      const at = pointOf(a!, now)
      return at === null ? null : { until: at.since }
    },
  ],
  [
    within(`${INTO}(?:last|past|previous) (?<n>${COUNT}) ?(?<unit>${UNIT}|[mhdw])`),
    ({ n, unit }, now) => ({ since: now - countOf(n!) * lengthOf(unit!) }),
  ],
  [
    // "in the last week" counts back from now; a bare "last week" is the week before this one
    within(
      '(?:(?:(?:in|within|during|over|for) the (?:last|past)|(?:the )?past) (?<unit>minute|hour|day|week|month|year))',
    ),
    ({ unit }, now) => ({ since: now - lengthOf(unit!) }),
  ],
  [within('(?:the )?last hour'), (_, now) => ({ since: now - HOUR })],
  [within(`${INTO}(?<a>${NAMED})(?:'s)?`), ({ a }, now) => bounded(pointOf(a!, now))],
  [within(`(?:in|on|at|during|over|of|except|excluding) (?<a>${MEANT})(?! \\d)`), ({ a }, now) => pointOf(a!, now)],
]

const join = (a: Unit | null, b: Unit | null) =>
  a === null || b === null || b.until <= a.since ? null : { since: a.since, until: b.until }

/** A moment that is merely named bounds nothing. */
const bounded = (a: Unit | null) => (a === null || a.since === a.until ? null : a)

/** Hours [a, b) of a day; the second of two bare hours may be of the afternoon. */
function hoursOf(day: Unit | null, a: string, b: string): Unit | null {
  if (day === null || day.until - day.since !== DAY) return null
  const [from, to] = [clockOf(a), clockOf(b)]
  if (from === null || to === null) return null
  const end = to <= from && /^\d{1,2}$/.test(b) && Number(b) < 12 ? to + 12 * HOUR : to
  return end <= from ? null : { since: day.since + from, until: day.since + end }
}
