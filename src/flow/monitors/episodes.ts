import { type MonitorRule, SENSITIVITIES } from '../../core/monitor.ts'
import { type Severity, severityOf } from '../../core/score.ts'
import { DAY, HOUR, hourOfWeek, type Micros, startOfDay } from '../../core/window.ts'
import { type CountAlarm, countAlarms } from '../../stats/count-alarms.ts'
import { median } from '../../stats/robust.ts'

/** Counts of a monitor by hour, and of everything beside it. */
export interface Counted {
  /** Start of the first hour. */
  first: Micros
  counts: readonly number[]
  /** All events of the same tenant: an hour without any where there should be many was not recorded. */
  events: readonly number[]
}

/** Hours that stood out, one after the other: one finding. */
export interface Episode {
  kind: CountAlarm['kind']
  /** Start of what stands out, start of the hour that first did, and end of the last that did. */
  since: Micros
  began: Micros
  until: Micros
  /** Of the strongest of its alarms: hours that were summed, what came and what was usual. */
  hours: number
  observed: number
  expected: number
  /** Of a share: all events of those hours. */
  of?: number
  /** 0 to 100. */
  score: number
  severity: Severity
}

/** Alarms that far apart belong together, in hours; what has ceased is seen again by the longest window alone. */
const TOGETHER = { surge: 24, silence: 72 } as const
/** Days before `from` that are judged as well, so that an episode that goes on is not taken for a new one. */
const LEAD = 14 * DAY
/** Scores of findings whose severity somebody chose. */
const CHOSEN = { low: 30, medium: 55, high: 80, critical: 95 } as const
/** Of an alarm at the limit, for each power of ten below it, and the highest. */
const LIMIT_SCORE = 40
const PER_POWER = 5
const MOST_SCORE = 95

/**
 * What a monitor tells of its counts: a pure function of what lies before the end of each episode, so that a look back
 * over stored counts says what was said at the time.
 * @param from start of the first hour in which an episode may begin
 * @param heard start of the first hour whose alarms count: none does of before a monitor was saved
 * @param level moment up to which the counts are complete; silence is told of nothing later
 */
export function episodes(
  { first, counts, events }: Counted,
  rule: Pick<MonitorRule, 'least' | 'measure' | 'sensitivity' | 'severity' | 'silence'>,
  from: Micros,
  heard: Micros,
  level: Micros,
): Episode[] {
  const p = SENSITIVITIES[rule.sensitivity]
  const exposure = rule.measure === 'share' ? events : null
  const gap = gapsOf(first, events)
  const at = (time: Micros) => Math.floor((time - first) / HOUR)
  const alarms = countAlarms(
    {
      firstHour: hourOfWeek(first),
      counts,
      ...(exposure === null ? {} : { exposure }),
      recorded: (hour) => !gap[hour],
    },
    { p, least: rule.least, silence: rule.silence },
    Math.max(0, at(startOfDay(from) - LEAD)),
    Math.min(counts.length, at(level)),
  )
  const told: CountAlarm[][] = []
  for (const kind of ['surge', 'silence'] as const) {
    let open: CountAlarm[] | null = null
    for (const alarm of alarms) {
      if (alarm.kind !== kind || alarm.at < at(heard)) continue
      if (open !== null && alarm.at - open.at(-1)!.at <= TOGETHER[kind]) open.push(alarm)
      else {
        open = [alarm]
        told.push(open)
      }
    }
  }
  return told
    .map((one) => episodeOf(one, { first, exposure }, p, rule.severity))
    .filter(({ began }) => began >= from)
    .sort((a, b) => a.began - b.began)
}

function episodeOf(
  alarms: readonly CountAlarm[],
  { first, exposure }: Pick<Counted, 'first'> & { exposure: Counted['events'] | null },
  limit: number,
  chosen: MonitorRule['severity'],
): Episode {
  const [one] = alarms as [CountAlarm]
  const strongest = alarms.reduce((best, alarm) => (alarm.p < best.p ? alarm : best))
  const powers = Math.log10(limit / Math.max(strongest.p, Number.MIN_VALUE))
  const score = chosen === null ? Math.min(MOST_SCORE, LIMIT_SCORE + PER_POWER * powers) : CHOSEN[chosen]
  const { kind, hours, observed, expected } = strongest
  return {
    kind,
    since: first + (one.at - one.hours + 1) * HOUR,
    began: first + one.at * HOUR,
    until: first + (alarms.at(-1)!.at + 1) * HOUR,
    hours,
    observed,
    expected: Math.round(expected * 100) / 100,
    ...(exposure === null ? {} : { of: eventsOf(exposure, strongest) }),
    score: Math.round(score * 10) / 10,
    severity: chosen ?? severityOf(score),
  }
}

const eventsOf = (events: readonly number[], { at, hours }: CountAlarm): number =>
  events.slice(Math.max(0, at - hours + 1), at + 1).reduce((sum, n) => sum + n, 0)

/** The score of a finding by its severity. */
export const scoreOf = (severity: keyof typeof CHOSEN): number => CHOSEN[severity]

/** Of so many events that are usual, none is no chance: exp(-12) < 0.00001. */
const SURELY_SOME = 12
const WEEKS = 4

/** Whether each hour is a gap: nothing at all came where much does in that hour of other days before it. */
function gapsOf(first: Micros, events: readonly number[]): boolean[] {
  return events.map((n, at) => {
    if (n > 0) return false
    const same: number[] = []
    for (let back = at - 24; back >= 0 && same.length < WEEKS * 7; back -= 24)
      if (isFreeDay(first, back) === isFreeDay(first, at)) same.push(events[back]!)
    return (median(same) ?? 0) >= SURELY_SOME
  })
}

const isFreeDay = (first: Micros, at: number) => hourOfWeek(first + at * HOUR) >= 120
