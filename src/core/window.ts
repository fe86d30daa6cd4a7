/** Microseconds since 1970-01-01T00:00:00Z; a safe integer until the year 2255. */
export type Micros = number

export const SECOND: Micros = 1_000_000
export const MINUTE: Micros = 60 * SECOND
export const HOUR: Micros = 60 * MINUTE
export const DAY: Micros = 24 * HOUR

const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/i

/**
 * Reads an ISO 8601 time with a zone, keeping microseconds (finer digits are cut).
 * Returns null where the text is no such time or the date does not exist.
 */
export function parseTime(text: string): Micros | null {
  const m = ISO.exec(text)
  if (m === null) return null
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = m
  const ms = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, Math.min(+second!, 59))
  const date = new Date(ms)
  if (
    date.getUTCMonth() !== +month! - 1 ||
    date.getUTCDate() !== +day! ||
    +hour! > 23 ||
    +minute! > 59 ||
    +second! > 60
  )
    return null
  const sign = zone[0] === '-' ? -1 : 1
  const digits = zone.slice(1).replace(':', '')
  const offsetMin = /^z$/i.test(zone) ? 0 : sign * (+digits.slice(0, 2) * 60 + +digits.slice(2))
  return (ms - offsetMin * 60_000) * 1000 + +fraction.slice(0, 6).padEnd(6, '0')
}

/** ISO 8601 in UTC with exactly six fraction digits, so that texts sort as times do. */
export function formatTime(ts: Micros): string {
  const us = ((ts % SECOND) + SECOND) % SECOND
  return `${new Date((ts - us) / 1000).toISOString().slice(0, 19)}.${String(us).padStart(6, '0')}Z`
}

/** `YYYY-MM-DD` of the UTC day that holds `ts`. */
export function dateOf(ts: Micros): string {
  return formatTime(ts).slice(0, 10)
}

/** Start of the UTC day named `YYYY-MM-DD`; null where there is no such day. */
export function startOfDate(date: string): Micros | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? parseTime(`${date}T00:00:00Z`) : null
}

/** Start of the UTC day that holds `ts`. */
export function startOfDay(ts: Micros): Micros {
  return Math.floor(ts / DAY) * DAY
}

/** Start of the UTC hour that holds `ts`. */
export function startOfHour(ts: Micros): Micros {
  return Math.floor(ts / HOUR) * HOUR
}

/** 0 to 167: hour 0 is Monday 00:00 to 01:00 UTC. */
export function hourOfWeek(ts: Micros): number {
  // 1970-01-01 was a Thursday
  return (Math.floor(ts / HOUR) + 3 * 24) % 168
}

/** Whether it is a Saturday or a Sunday, in UTC. */
export const isWeekend = (ts: Micros): boolean => hourOfWeek(ts) >= 5 * 24

const AGO = /^(\d+(?:\.\d+)?)\s*(s|m|h|d|w)$/
const UNITS: Record<string, Micros> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY }

/** Reads `since`/`until`: an ISO time, a date (its start in UTC), or an age such as `7d`, `12h` before `now`. Null where it is neither. */
export function parseWhen(text: string, now: Micros): Micros | null {
  const ago = AGO.exec(text)
  if (ago !== null) return Math.round(now - Number(ago[1]) * UNITS[ago[2]!]!)
  return startOfDate(text) ?? parseTime(text)
}
