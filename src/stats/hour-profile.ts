import { median } from './robust.ts'

/** Recent medians of a metric by hour of week, and of the last hours whatever their place in the week. */
export type HourProfile = {
  /** By hour of week (0 = Monday 00:00 UTC), oldest first. */
  weeks: { [hour: string]: number[] }
  recent: number[]
}

/** Same hours of week that are remembered. */
const WEEKS = 4
/** Same hours of week that it takes to judge by them. */
const LEAST_WEEKS = 2
/** Hours of whatever place in the week that are remembered, and that it takes. */
const RECENT = 24
const LEAST_RECENT = 3
/** An hour above this many times usual counts as this: a spike does not become usual, a lasting change does in the end. */
const WINSOR = 2

export function emptyHourProfile(): HourProfile {
  return { weeks: {}, recent: [] }
}

/** What is usual in an hour of week: median of the last four same hours, else of the last day's hours; null while both are too few. */
export function usualAt({ weeks, recent }: HourProfile, hour: number): number | null {
  const same = weeks[hour] ?? []
  if (same.length >= LEAST_WEEKS) return median(same)
  return recent.length >= LEAST_RECENT ? median(recent) : null
}

/** The profile after one more hour. */
export function withHour(profile: HourProfile, hour: number, value: number): HourProfile {
  const usual = usualAt(profile, hour)
  const kept = usual === null ? value : Math.min(value, usual * WINSOR)
  return {
    weeks: { ...profile.weeks, [hour]: [...(profile.weeks[hour] ?? []), kept].slice(-WEEKS) },
    recent: [...profile.recent, kept].slice(-RECENT),
  }
}
