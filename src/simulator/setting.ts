import { DAY, HOUR, MINUTE, type Micros, startOfDay } from '../core/window.ts'
import type { Scenario } from './scenario.ts'

/** The batch starts at this minute of each day, and takes fifteen. */
export const BATCH_AT: Micros = 2 * HOUR + 10 * MINUTE
export const BATCH_LASTS: Micros = 15 * MINUTE

/** What happens to everyone. */
export interface Setting {
  scenario: Scenario
  /** Half-open period of the simulation. */
  start: Micros
  end: Micros
  /** When the new version of one model comes; null for never. */
  upgradeAt: Micros | null
  /** Half-open period in which one model is slow; null for none. */
  slow: { from: Micros; until: Micros; factor: number } | null
}

/** @param start any moment of the first day */
export function settingOf(scenario: Scenario, start: Micros): Setting {
  const first = startOfDay(start)
  const { upgrade_day, incident } = scenario
  // within the batch, where there is one, because then the slow model is busy
  const slowFrom = first + incident.day * DAY + (scenario.batch > 0 ? BATCH_AT : 10 * HOUR)
  return {
    scenario,
    start: first,
    end: first + scenario.days * DAY,
    upgradeAt: upgrade_day < 0 ? null : first + upgrade_day * DAY + 6 * HOUR,
    slow:
      incident.day < 0
        ? null
        : { from: slowFrom, until: slowFrom + incident.minutes * MINUTE, factor: incident.factor },
  }
}
