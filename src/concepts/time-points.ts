import { DAY, HOUR, MINUTE, type Micros, parseTime, SECOND, startOfDate, startOfDay } from '../core/window.ts'

/** A named day, week or moment, half-open; a moment has no length. */
export interface Unit {
  since: Micros
  until: Micros
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']
const PARTS_OF_DAY: Readonly<Record<string, readonly [from: number, to: number]>> = {
  morning: [6, 12],
  afternoon: [12, 18],
  evening: [18, 24],
  night: [18, 30],
}

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const PART = '(?:morning|afternoon|evening|night)'
const WEEKDAY = `(?:${DAYS.join('|')})`
const PERIOD = '(?:week|month|year|quarter|weekend)'
const YEAR = '(?:19|20)\\d{2}'
const NTH = '\\d{1,2}(?:st|nd|rd|th)?'
const ZONE = '(?:z|[+-]\\d{2}:?\\d{2})'

/** Sources of regular expressions over lower case text. None repeats without a bound. */
export const UNIT = '(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)'
export const COUNT = `(?:\\d{1,4}|an?|${NUMBERS.join('|')}|(?:a )?couple of)`
/** A time of day that cannot be taken for a mere number. */
export const CLOCK = '(?:\\d{1,2}:\\d{2}(?::\\d{2})?(?: ?[ap]m)?|\\d{1,2} ?[ap]m|noon|midnight)'
export const ISO = `\\d{4}-\\d{2}-\\d{2}(?:[t ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?${ZONE}?)?`
/** What names a day or a longer time wherever it stands. */
export const NAMED = `(?:${ISO}|the day before yesterday|yesterday(?: ${PART})?|today|tonight|this ${PART}|last night|(?:last|this) (?:${PERIOD}|${WEEKDAY}(?: ${PART})?|${MONTH})|${COUNT} ${UNIT} ago|${NTH} (?:of )?${MONTH}(?: ${YEAR})?|${MONTH} ${NTH}(?:,? ${YEAR})?)`
/** What does so behind "in", "on", "since" and their like only. */
export const MEANT = `(?:${WEEKDAY}(?: ${PART})?|${MONTH}(?: ${YEAR})?|${YEAR}|q[1-4](?: ${YEAR})?|the weekend)`
const ONE_DAY = `(?:${NAMED}|${WEEKDAY})`
/** A moment or a time with a name, behind a word that says so. */
export const POINT = `(?:${ONE_DAY},? (?:at )?${CLOCK}|${CLOCK} (?:on )?${ONE_DAY}|${CLOCK}|${NAMED}|${MEANT})`

const AT = new RegExp(`^(?:(?<day>${ONE_DAY}),? )?(?:at )?(?<clock>${CLOCK})(?: (?:on )?(?<later>${ONE_DAY}))?$`)
const AGO = new RegExp(`^(?<n>${COUNT}) (?<unit>${UNIT}) ago$`)
const IN_MONTH = new RegExp(`^(?<which>last |this )?(?<month>${MONTH})(?: (?<year>${YEAR}))?$`)
const OF_MONTH = new RegExp(
  `^(?:(?<d1>\\d{1,2})(?:st|nd|rd|th)? (?:of )?(?<m1>${MONTH})(?: (?<y1>${YEAR}))?|(?<m2>${MONTH}) (?<d2>\\d{1,2})(?:st|nd|rd|th)?(?:,? (?<y2>${YEAR}))?)$`,
)
const ON_WEEKDAY = new RegExp(`^(?<which>last |this )?(?<day>${WEEKDAY})(?: (?<part>${PART}))?$`)
const PART_OF = new RegExp(`^(?<which>this|yesterday) (?<part>${PART})$`)
const QUARTER = /^q(?<q>[1-4])(?: (?<year>\d{4}))?$/

/**
 * What a name of a time stands for, in UTC; null where there is no such time ("february 31"). Weeks begin on Monday. A
 * weekday, month, quarter or weekend without more is the latest one that has begun.
 * @param text what POINT matches, in lower case
 */
export function pointOf(text: string, now: Micros): Unit | null {
  const today = startOfDay(now)
  const monday = today - ((today / DAY + 3) % 7) * DAY
  const day = (since: Micros): Unit => ({ since, until: since + DAY })
  switch (text) {
    case 'today':
      return day(today)
    case 'yesterday':
      return day(today - DAY)
    case 'the day before yesterday':
      return day(today - 2 * DAY)
    case 'last night':
      return { since: today - 6 * HOUR, until: today + 6 * HOUR }
    case 'tonight':
      return { since: today + 18 * HOUR, until: today + 30 * HOUR }
    case 'this week':
      return { since: monday, until: monday + 7 * DAY }
    case 'last week':
      return { since: monday - 7 * DAY, until: monday }
    case 'this weekend':
      return { since: monday + 5 * DAY, until: monday + 7 * DAY }
    case 'last weekend':
      return { since: monday - 2 * DAY, until: monday }
    case 'the weekend':
      return pointOf(today >= monday + 5 * DAY ? 'this weekend' : 'last weekend', now)
    case 'this month':
    case 'last month':
      return months(now, text === 'this month' ? 0 : -1, 1)
    case 'this quarter':
    case 'last quarter':
      return months(now, -(dateIn(now).getUTCMonth() % 3) - (text === 'this quarter' ? 0 : 3), 3)
    case 'this year':
    case 'last year':
      return yearOf(dateIn(now).getUTCFullYear() - (text === 'this year' ? 0 : 1))
  }
  return instant(text) ?? inParts(text, now, today, monday) ?? inMonths(text, now)
}

/** ISO 8601; without a zone in UTC, without a time the day. */
function instant(text: string): Unit | null {
  const date = startOfDate(text)
  if (date !== null) return { since: date, until: date + DAY }
  const iso = /^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(.*)$/.exec(text)
  const time = iso && parseTime(`${iso[1]}T${iso[2]}${iso[3] ?? ':00'}${iso[4] || 'Z'}`)
  return time === null ? null : { since: time, until: time }
}

function inParts(text: string, now: Micros, today: Micros, monday: Micros): Unit | null {
  const ago = AGO.exec(text)?.groups
  if (ago !== undefined) {
    const unit = lengthOf(ago.unit!)
    const at = now - countOf(ago.n!) * unit
    return unit < DAY ? { since: at, until: at } : { since: startOfDay(at), until: startOfDay(at) + DAY }
  }
  const part = PART_OF.exec(text)?.groups
  if (part !== undefined) return partOf(today - (part.which === 'this' ? 0 : DAY), part.part!)
  const weekday = ON_WEEKDAY.exec(text)?.groups
  if (weekday !== undefined) {
    const back = ((today - monday) / DAY - DAYS.indexOf(weekday.day!) + 7) % 7
    const since = today - (back === 0 && weekday.which === 'last ' ? 7 : back) * DAY
    return weekday.part === undefined ? { since, until: since + DAY } : partOf(since, weekday.part)
  }
  const at = AT.exec(text)?.groups
  if (at === undefined) return null
  const whole = pointOf(at.day ?? at.later ?? 'today', now)
  const clock = clockOf(at.clock!)
  if (whole === null || clock === null || whole.until - whole.since !== DAY) return null
  return { since: whole.since + clock, until: whole.since + clock }
}

function partOf(day: Micros, name: string): Unit {
  const [from, to] = PARTS_OF_DAY[name]!
  return { since: day + from * HOUR, until: day + to * HOUR }
}

function inMonths(text: string, now: Micros): Unit | null {
  const here = dateIn(now)
  const [year, month] = [here.getUTCFullYear(), here.getUTCMonth()]
  const named = IN_MONTH.exec(text)?.groups
  if (named !== undefined) {
    const at = MONTHS.indexOf(named.month!.slice(0, 3))
    const begun = at < month || (at === month && named.which !== 'last ')
    return monthsOf(named.year === undefined ? year - (begun ? 0 : 1) : Number(named.year), at, 1)
  }
  const one = OF_MONTH.exec(text)?.groups
  if (one !== undefined) {
    const at = MONTHS.indexOf((one.m1 ?? one.m2)!.slice(0, 3))
    const given = one.y1 ?? one.y2
    const day = Number(one.d1 ?? one.d2)
    const dayOf = (of: number) =>
      startOfDate(`${of}-${String(at + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`)
    const since = dayOf(given === undefined ? year : Number(given))
    const latest = given === undefined && since !== null && since > now ? dayOf(year - 1) : since
    return latest === null ? null : { since: latest, until: latest + DAY }
  }
  const quarter = QUARTER.exec(text)?.groups
  if (quarter !== undefined) {
    const first = 3 * (Number(quarter.q) - 1)
    return monthsOf(quarter.year === undefined ? year - (first > month ? 1 : 0) : Number(quarter.year), first, 3)
  }
  return /^\d{4}$/.test(text) ? yearOf(Number(text)) : null
}

const dateIn = (now: Micros) => new Date(now / 1000)
const yearOf = (year: number): Unit => monthsOf(year, 0, 12)
const months = (now: Micros, shift: number, n: number): Unit =>
  monthsOf(dateIn(now).getUTCFullYear(), dateIn(now).getUTCMonth() + shift, n)
const monthsOf = (year: number, month: number, n: number): Unit => ({
  since: Date.UTC(year, month) * 1000,
  until: Date.UTC(year, month + n) * 1000,
})

/** Time since midnight; null where a day has no such time. A bare number is an hour. */
export function clockOf(text: string): Micros | null {
  if (text === 'noon') return 12 * HOUR
  if (text === 'midnight') return 0
  const read = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?([ap]m)?$/.exec(text)
  if (read === null) return null
  const [, h, m = '0', s = '0', half] = read
  const hour = half === undefined ? Number(h) : (Number(h) % 12) + (half === 'pm' ? 12 : 0)
  if (hour > 24 || (half !== undefined && Number(h) > 12) || Number(m) > 59 || Number(s) > 59) return null
  return hour * HOUR + Number(m) * MINUTE + Number(s) * SECOND
}

/** What COUNT says. */
export function countOf(text: string): number {
  if (/^\d/.test(text)) return Number(text)
  return text.endsWith('of') ? 2 : Math.max(1, NUMBERS.indexOf(text) + 1)
}

/** Length of what UNIT or its first letter names; a month has 30 days here, a year 365. */
export function lengthOf(unit: string): Micros {
  if (/^mi|^m$/.test(unit)) return MINUTE
  if (unit.startsWith('s')) return SECOND
  if (unit.startsWith('h')) return HOUR
  if (unit.startsWith('d')) return DAY
  if (unit.startsWith('w')) return 7 * DAY
  return unit.startsWith('y') ? 365 * DAY : 30 * DAY
}
