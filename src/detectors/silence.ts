import { DAY, HOUR, type Micros } from '../core/window.ts'
import { median } from '../stats/robust.ts'

/** Hours of history that a producer's rhythm is read from, and the days that are looked through for silences. */
export const HISTORY_HOURS = 28 * 24
export const LOOKED_HOURS = 7 * 24
/** Natural logarithm of how improbable a silence must be: one in 100,000. Lower wakes people for a quiet lunch. */
const LINE = Math.log(1e5)
/** Hours since it was first heard from which a producer that is never quiet is judged without a week's rhythm: a weekend is in them. */
const LEAST_HOURS = 7 * 24
/** Share of quiet hours up to which quiet hours may be taken for chance: of more, they are a rhythm. */
const MOST_QUIET = 0.02
/** Weeks in which a place in the week must have been seen to say anything. */
const LEAST_WEEKS = 2

/** Whole hours in which a regular producer sent nothing. */
export interface Silence {
  from: Micros
  /** Start of the hour in which it was heard again; null while it goes on. */
  to: Micros | null
  hours: number
  /** Events that these hours usually bring, and an hour that brings any. */
  expected: number
  usual: number
}

/**
 * Silences of a producer that its own history makes improbable, oldest first. Three views of the history, whichever
 * says most: every hour alike (for who is never quiet), hours of the week, days of the week. In each a place is
 * expected to be heard where it always was, and how often such a place was quiet all the same (by leaving each one out
 * in turn) says how improbable the next quiet one is. Nights and weekends are places that are not always heard.
 * @param start start of the first hour
 * @param counts events by hour from `start` on, all hours over
 */
export function silences(start: Micros, counts: readonly number[]): Silence[] {
  const found: Silence[] = []
  const first = counts.findIndex((n) => n > 0)
  if (first === -1) return found
  const looked = Math.max(first, counts.length - LOOKED_HOURS)
  for (let i = first; i < counts.length; ) {
    if ((counts[i] as number) > 0) {
      i++
      continue
    }
    let end = i
    while (end < counts.length && counts[end] === 0) end++
    if (end > looked && end - i > 1) {
      const silence = judge(start, counts, first, i, end)
      if (silence !== null) found.push(silence)
    }
    i = end
  }
  return found
}

function judge(start: Micros, counts: readonly number[], first: number, i: number, end: number): Silence | null {
  const from = Math.max(first, i - HISTORY_HOURS)
  const history = counts.slice(from, i)
  const place = (hour: number) => (start / HOUR + hour) % 168
  const week = rhythm(history, (at) => place(from + at))
  const quiet = history.filter((n) => n === 0).length
  const chance = (quiet + 0.5) / (history.length + 1)
  const steady = history.length >= LEAST_HOURS && chance <= MOST_QUIET
  const days = rhythm(...daysOf(start, counts, from, i))

  const hours = Array.from({ length: end - i }, (_, n) => i + n)
  const silentDays = wholeDays(start, i, end)
  const evidence = Math.max(
    steady ? -hours.length * Math.log(chance) : 0,
    -Math.log(week.chance) * hours.filter((hour) => week.places.has(place(hour))).length,
    -Math.log(days.chance) * silentDays.filter((day) => days.places.has(day % 7)).length,
  )
  if (evidence < LINE) return null
  const usual = median(history.filter((n) => n > 0)) ?? 0
  const expected = hours.reduce((sum, hour) => sum + (week.usual.get(place(hour)) ?? (steady ? usual : 0)), 0)
  return {
    from: start + i * HOUR,
    to: end === counts.length ? null : start + end * HOUR,
    hours: end - i,
    expected: Math.max(expected, 1),
    usual,
  }
}

/** Places in the week that were heard every time, what they usually bring, and how often such a place is quiet. */
function rhythm(history: readonly number[], placeOf: (i: number) => number) {
  const seen = new Map<number, number[]>()
  for (const [i, n] of history.entries()) seen.set(placeOf(i), [...(seen.get(placeOf(i)) ?? []), n])
  const places = new Set<number>()
  const usual = new Map<number, number>()
  let judged = 0
  let quiet = 0
  for (const [place, values] of seen) {
    if (values.length < LEAST_WEEKS) continue
    const silent = values.filter((n) => n === 0).length
    if (silent === 0) places.add(place)
    usual.set(place, median(values) ?? 0)
    // left out in turn: the others were all heard
    if (silent === 0) judged += values.length
    else if (silent === 1) {
      judged++
      quiet++
    }
  }
  return { places, usual, chance: (quiet + 0.5) / (judged + 1) }
}

/** Sums of whole UTC days within some hours, and the place of each in the week. */
function daysOf(start: Micros, counts: readonly number[], from: number, to: number): [number[], (i: number) => number] {
  const days = wholeDays(start, from, to)
  const sums = days.map((day) => {
    const at = (day * DAY - start) / HOUR
    return counts.slice(at, at + 24).reduce((a, b) => a + b, 0)
  })
  return [sums, (i) => (days[i] as number) % 7]
}

/** Numbers (since 1970) of the UTC days that lie wholly within hours. */
function wholeDays(start: Micros, from: number, to: number): number[] {
  const first = Math.ceil((start + from * HOUR) / DAY)
  const end = Math.floor((start + to * HOUR) / DAY)
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i)
}
