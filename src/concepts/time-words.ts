import { DAY, HOUR, MINUTE, type Micros, parseTime, startOfDate, startOfDay } from '../core/window.ts'

/** A stretch of time that a question names, and what else it says. Half-open; absent where it is open. */
export interface Span {
  rest: string
  since?: Micros
  until?: Micros
}

/**
 * Takes the first expression of time out of a question in lower case: "since monday", "last 7 days", "yesterday",
 * "between 2026-01-01 and 2026-01-31". Days, weeks (from Monday) and months are those of UTC. A weekday is the latest
 * one that has begun. Up to a named day means to its end, "before" it means before its start.
 */
export function readSpan(text: string, now: Micros): Span {
  for (const [pattern, meaning] of SPANS) {
    const match = pattern.exec(text)
    if (match === null) continue
    const found = meaning(match.groups ?? {}, now)
    if (found === null) continue
    const rest = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`
    return { rest: rest.replace(/\s+/g, ' ').trim(), ...found }
  }
  return { rest: text }
}

type Meaning = (parts: Record<string, string | undefined>, now: Micros) => Omit<Span, 'rest'> | null

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const WEEKDAY = `(?:last |this |on )?(?:${DAYS.join('|')})`
const ISO = String.raw`\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:z|[+-]\d{2}:?\d{2}))?`
const UNIT = 'minutes?|mins?|hours?|hrs?|days?|weeks?|months?'
/** What names a moment or a day. */
const POINT = `(?:${ISO}|${WEEKDAY}|yesterday|today|this morning|last night|(?:last|this) (?:week|month)|\\d{1,4} (?:${UNIT}) ago)`
const INTO = '(?:(?:in|on|during|within|over|from|for|of) )?(?:the )?'

const SPANS: readonly (readonly [RegExp, Meaning])[] = [
  [
    new RegExp(`\\b(?:between|from) (?<a>${POINT}) (?:and|to|till|until) (?<b>${POINT})(?![\\w-])`),
    ({ a, b }, now) => join(point(a!, now), point(b!, now)),
  ],
  [
    // "from yesterday" is about that day, "from 2026-01-02" about all that came after
    new RegExp(
      `\\b(?:(?:since|starting) (?<a>${POINT})(?: on| onwards?)?|from (?<b>${POINT}) (?:on|onwards?)|from (?<c>${ISO}))(?![\\w-])`,
    ),
    ({ a, b, c }, now) => start(point((a ?? b ?? c)!, now)),
  ],
  [
    new RegExp(`\\bafter (?<a>${POINT})(?![\\w-])`),
    ({ a }, now) => {
      const at = point(a!, now)
      return at === null ? null : { since: at.until }
    },
  ],
  [
    new RegExp(`\\b(?:until|till|up to) (?<a>${POINT})(?![\\w-])`),
    ({ a }, now) => {
      const at = point(a!, now)
      return at === null ? null : { until: at.until }
    },
  ],
  [
    new RegExp(`\\bbefore (?<a>${POINT})(?![\\w-])`),
    ({ a }, now) => {
      const at = point(a!, now)
      return at === null ? null : { until: at.since }
    },
  ],
  [
    new RegExp(`\\b${INTO}(?:last|past|previous) (?<n>\\d{1,4}) ?(?<unit>${UNIT}|[mhdw])\\b`),
    ({ n, unit }, now) => ({ since: now - Number(n) * length(unit!) }),
  ],
  [
    // "in the last week" counts back from now; a bare "last week" is the week before this one
    /\b(?:(?:in|within|during|over|for) the (?:last|past)|(?:the )?past) (?<unit>minute|hour|day|week|month)\b/,
    ({ unit }, now) => ({ since: now - length(unit!) }),
  ],
  [/\b(?:the )?last hour\b/, (_, now) => ({ since: now - HOUR })],
  [new RegExp(`\\b${INTO}(?<a>${POINT})(?:'s)?(?![\\w-])`), ({ a }, now) => point(a!, now)],
]

const join = (a: Unit | null, b: Unit | null) =>
  a === null || b === null || b.until <= a.since ? null : { since: a.since, until: b.until }
const start = (a: Unit | null) => (a === null ? null : { since: a.since })

/** A named day, week or moment; a moment has no length. */
interface Unit {
  since: Micros
  until: Micros
}

function point(text: string, now: Micros): Unit | null {
  const today = startOfDay(now)
  const day = (since: Micros): Unit => ({ since, until: since + DAY })
  const monday = today - ((today / DAY + 3) % 7) * DAY
  switch (text) {
    case 'today':
      return day(today)
    case 'yesterday':
      return day(today - DAY)
    case 'this morning':
      return { since: today, until: today + 12 * HOUR }
    case 'last night':
      return { since: today - 6 * HOUR, until: today + 6 * HOUR }
    case 'this week':
      return { since: monday, until: monday + 7 * DAY }
    case 'last week':
      return { since: monday - 7 * DAY, until: monday }
    case 'this month':
      return month(now, 0)
    case 'last month':
      return month(now, -1)
  }
  const ago = /^(\d+) (\w+) ago$/.exec(text)
  if (ago !== null) {
    const at = now - Number(ago[1]) * length(ago[2]!)
    return length(ago[2]!) < DAY ? { since: at, until: at } : day(startOfDay(at))
  }
  const weekday = DAYS.findIndex((name) => text.endsWith(name))
  if (weekday >= 0) {
    const back =
      (((today - monday) / DAY - weekday + 7) % 7) +
      (text.startsWith('last ') && today === monday + weekday * DAY ? 7 : 0)
    return day(today - back * DAY)
  }
  const date = startOfDate(text)
  if (date !== null) return day(date)
  const time = parseTime(text)
  return time === null ? null : { since: time, until: time }
}

function month(now: Micros, shift: number): Unit {
  const date = new Date(now / 1000)
  const first = (n: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + n) * 1000
  return { since: first(shift), until: first(shift + 1) }
}

function length(unit: string): Micros {
  if (/^mi|^m$/.test(unit)) return MINUTE
  if (unit.startsWith('h')) return HOUR
  if (unit.startsWith('d')) return DAY
  if (unit.startsWith('w')) return 7 * DAY
  return 30 * DAY
}
