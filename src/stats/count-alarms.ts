import { atLeast, atMost } from './gamma-poisson.ts'
import { type HourlyCounts, hourlyBaseline } from './hourly-baseline.ts'

/** An hour at whose end a count over some hours was no chance. */
export interface CountAlarm {
  kind: 'surge' | 'silence'
  /** Index of the hour. */
  at: number
  /** Hours that were summed, this one the last. */
  hours: number
  observed: number
  expected: number
  /** Probability of so many (of so few) where all is as usual. */
  p: number
}

export interface AlarmRules {
  /** Probability below which it is no chance: of each window of each hour. */
  p: number
  /** A surge of fewer is none. */
  least: number
  /** Whether it is told when little or nothing comes. Surges are always told. */
  silence: boolean
}

/** Hours over which counts are summed: a burst shows in one, a drip in a day, that little became nothing in three. */
export const WINDOWS = [1, 6, 24, 72] as const
/** Hours that are learnt from. */
export const LEARNT = 8 * 168
/** Hours that it takes to judge by: of one week nobody can tell what varies from week to week. */
export const LEAST_LEARNT = 336
/** A surge is at least this much more than usual, a silence this much less: more than chance need not be worth a look. */
const SURGE_RATIO = 1.5
const SILENCE_RATIO = 0.5
/** Share of a window, at its end, that has to stand out as well: what is over is not told again for as long as a window holds it. */
const RECENT = 1 / 4
const DAY = 24
/** Days before the first to be judged that windows reach into. */
const LEAD_DAYS = 3

/**
 * What stands out of counts by hour. Each UTC day is judged by what was usual in the eight weeks before it, so that an
 * hour's verdict hangs on nothing that comes after it; of counts with an exposure, what is usual of so much of it. Hours that were not recorded train nothing and are silent for no
 * reason of their own: windows that hold one say nothing of silence. Pure.
 * @param from index of the first hour to judge; its day is judged whole
 * @param silentUntil index of the first hour that may not be complete
 */
export function countAlarms(
  series: HourlyCounts,
  rules: AlarmRules,
  from = 0,
  silentUntil = series.counts.length,
): CountAlarm[] {
  const { counts, firstHour } = series
  const recorded = series.recorded ?? (() => true)
  const n = counts.length
  const expected = new Float64Array(n)
  const doubt = new Float64Array(n)
  const alarms: CountAlarm[] = []
  // days begin at midnight: hour of week 0, 24, …
  const offset = firstHour % DAY
  const dayOf = (at: number) => Math.floor((at + offset) / DAY)
  for (let day = Math.max(0, dayOf(from) - LEAD_DAYS); day <= dayOf(n - 1); day++) {
    const begin = Math.max(0, day * DAY - offset)
    const end = Math.min(n, (day + 1) * DAY - offset)
    const learnFrom = Math.max(0, begin - LEARNT)
    const baseline = hourlyBaseline(sliceOf(series, learnFrom, begin), WINDOWS)
    const known = baseline.hours >= LEAST_LEARNT
    for (let at = begin; at < end; at++) {
      const usual = baseline.usual[(firstHour + at) % 168]!
      expected[at] = known ? usual.mean * (series.exposure?.[at] ?? 1) : Number.NaN
      doubt[at] = usual.doubt
    }
    if (!known) continue
    for (let at = Math.max(begin, from); at < end; at++)
      for (const [i, hours] of WINDOWS.entries()) {
        const alarm = judged(at, hours, baseline.spreads[i]!)
        if (alarm !== null) alarms.push(alarm)
      }
  }
  return alarms

  function judged(at: number, hours: number, spread: number): CountAlarm | null {
    const begin = at - hours + 1
    if (begin < 0) return null
    const recent = at - Math.ceil(hours * RECENT)
    let observed = 0
    let mean = 0
    let lately = 0
    let meanLately = 0
    let unsure = 0
    let whole = true
    for (let hour = begin; hour <= at; hour++) {
      observed += counts[hour]!
      mean += expected[hour]!
      if (hour > recent) {
        lately += counts[hour]!
        meanLately += expected[hour]!
      }
      unsure += expected[hour]! ** 2 * doubt[hour]!
      whole &&= recorded(hour)
    }
    // also where a part of it was judged by nothing yet
    if (!(mean > 0)) return null
    const usual = { mean, spread: spread + unsure / mean ** 2 }
    const told = { at, hours, observed, expected: mean }
    if (observed >= rules.least && observed >= SURGE_RATIO * mean && lately >= SURGE_RATIO * meanLately) {
      const p = atLeast(usual, observed)
      if (p < rules.p) return { kind: 'surge', ...told, p }
    }
    const quiet = observed <= SILENCE_RATIO * mean && lately <= SILENCE_RATIO * meanLately
    if (rules.silence && whole && at < silentUntil && quiet) {
      const p = atMost(usual, observed)
      if (p < rules.p) return { kind: 'silence', ...told, p }
    }
    return null
  }
}

function sliceOf({ firstHour, counts, exposure, recorded }: HourlyCounts, from: number, to: number): HourlyCounts {
  return {
    firstHour: (firstHour + from) % 168,
    counts: Array.prototype.slice.call(counts, from, to),
    ...(exposure === undefined ? {} : { exposure: Array.prototype.slice.call(exposure, from, to) }),
    ...(recorded === undefined ? {} : { recorded: (at: number) => recorded(from + at) }),
  }
}
