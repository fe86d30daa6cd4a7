/** Counts by hour, one behind the other. */
export interface HourlyCounts {
  /** Hour of week of the first, 0 to 167; 0 is Monday 00:00. */
  firstHour: number
  counts: ArrayLike<number>
  /** What each count is out of, 0 or more: a count is usual in proportion to it, and an hour of 0 says nothing. Absent: all are alike. */
  exposure?: ArrayLike<number>
  /** Whether an hour was recorded at all; one that was not says nothing. Absent: all were. */
  recorded?: (at: number) => boolean
}

/** What is usual in one hour. */
export interface UsualCount {
  /** Of an hour, or of one of its exposure. */
  mean: number
  /** Relative variance of what is known of the mean. */
  doubt: number
}

/** What is usual in the hours that follow the counts, from those alone. */
export interface HourlyBaseline {
  /** By hour of week. */
  usual: readonly UsualCount[]
  /** Relative variance of the rate beyond chance, over so many hours; by the windows asked for. */
  spreads: readonly number[]
  /** Hours that it was learnt from. */
  hours: number
}

/** After so many weeks an hour counts half. Shorter follows a lasting change sooner; longer knows an hour of the week better. */
const HALF_LIFE_WEEKS = 3
/** Weeks of an hour of the week that its hour of the day is worth, on such days. More smooths weekly habits away; fewer makes thin counts chancy. */
const PRIOR_WEEKS = 1.5
/** What all hours of the day tell of one of them, in hours; of an hour that was never recorded it is all there is. */
const PRIOR_HOURS = 4
/** An hour above so many standard deviations of its like counts as that much, unless another week had as much: a surge does not become usual. */
const BOUND_SD = 3
/** Each bounds by what the one before has left: what happened once lifts the mean that it is bounded by. */
const PASSES = 3
/** Spread of the rate that is supposed before anything is known, and for how many windows it counts. */
const PRIOR_SPREAD = 0.15
const PRIOR_WINDOWS = 6

const WEEK = 168

/**
 * What is usual by hour of week: a gamma-Poisson mean that begins with the hour of day on working days or weekends and
 * leans to the hour of week with every week that is known. Robust: what happened once is bounded by its like. Pure.
 * @param windows lengths in hours over which the spread is measured, each as it is summed
 */
export function hourlyBaseline(history: HourlyCounts, windows: readonly number[]): HourlyBaseline {
  const { firstHour, counts } = history
  const recorded = history.recorded ?? (() => true)
  const n = counts.length
  const place = (at: number) => (firstHour + at) % WEEK
  const weight = (at: number) => 2 ** -((n - 1 - at) / (WEEK * HALF_LIFE_WEEKS))
  const { unit, size } = sizes(history, recorded)

  let profile = profileOf(history, recorded, (at) => counts[at]!, weight, size)
  let bounded: Float64Array = Float64Array.from(counts)
  for (let pass = 0; pass < PASSES; pass++) {
    bounded = boundedCounts(history, recorded, profile, size)
    profile = profileOf(history, recorded, (at) => bounded[at]!, weight, size)
  }

  const sums = new Float64Array(WEEK)
  const weeks = new Float64Array(WEEK)
  let hours = 0
  for (let at = 0; at < n; at++) {
    if (!recorded(at)) continue
    const hour = place(at)
    sums[hour]! += weight(at) * bounded[at]!
    weeks[hour]! += weight(at) * size(at)
    hours++
  }
  const meanWithout = (hour: number, sum: number, of: number) =>
    (PRIOR_WEEKS * profile[kindOf(hour)]! + sums[hour]! - sum) / (PRIOR_WEEKS + weeks[hour]! - of)
  const usual = Array.from({ length: WEEK }, (_, hour) => {
    const mean = Math.max(meanWithout(hour, 0, 0), LEAST_MEAN)
    // so many events stand behind it
    return { mean: mean / unit, doubt: 1 / (mean * (PRIOR_WEEKS + weeks[hour]!) + 1) }
  })
  const spreads = windows.map((length) => {
    let excess = PRIOR_SPREAD * PRIOR_WINDOWS
    let squares = PRIOR_WINDOWS
    for (let from = n % length; from + length <= n; from += length) {
      let observed = 0
      let expected = 0
      let whole = true
      for (let at = from; at < from + length; at++) {
        whole &&= recorded(at)
        const w = weight(at)
        observed += bounded[at]!
        // by the other weeks alone: what an hour did is no part of what was expected of it
        expected += size(at) * Math.max(meanWithout(place(at), w * bounded[at]!, w * size(at)), LEAST_MEAN)
      }
      if (!whole || expected === 0) continue
      const w = Math.min(expected, 1)
      excess += (w * ((observed - expected) ** 2 - expected)) / expected ** 2
      squares += w
    }
    return Math.max(excess / squares, LEAST_SPREAD)
  })
  return { usual, spreads, hours }
}

const LEAST_MEAN = 1e-3
const LEAST_SPREAD = 0.01

/** The exposure of an hour as a multiple of the mean one, which is the unit: priors weigh as much as where all are alike. */
function sizes({ counts, exposure }: HourlyCounts, recorded: (at: number) => boolean) {
  if (exposure === undefined) return { unit: 1, size: () => 1 }
  let sum = 0
  let hours = 0
  for (let at = 0; at < counts.length; at++) {
    if (!recorded(at)) continue
    sum += exposure[at]!
    hours++
  }
  const unit = sum > 0 ? sum / hours : 1
  return { unit, size: (at: number) => exposure[at]! / unit }
}

/** Hour of the day, on working days (0 to 23) and weekends (24 to 47). */
const kindOf = (hour: number) => (hour % 24) + (hour >= 120 ? 24 : 0)

/** Mean by kind of hour, leaning on the same hour of all days and on all hours. */
function profileOf(
  { firstHour, counts }: HourlyCounts,
  recorded: (at: number) => boolean,
  value: (at: number) => number,
  weight: (at: number) => number,
  size: (at: number) => number,
): Float64Array {
  const sums = new Float64Array(48)
  const hours = new Float64Array(48)
  for (let at = 0; at < counts.length; at++) {
    if (!recorded(at)) continue
    const kind = kindOf((firstHour + at) % WEEK)
    sums[kind]! += weight(at) * value(at)
    hours[kind]! += weight(at) * size(at)
  }
  const total = sums.reduce((sum, one) => sum + one, 0)
  const all = hours.reduce((sum, one) => sum + one, 0)
  const level = all === 0 ? 0 : total / all
  return Float64Array.from({ length: 48 }, (_, kind) => {
    const other = (kind + 24) % 48
    const ofDay = (PRIOR_HOURS * level + sums[other]!) / (PRIOR_HOURS + hours[other]!)
    return (PRIOR_HOURS * ofDay + sums[kind]!) / (PRIOR_HOURS + hours[kind]!)
  })
}

/** Each count, no higher than a few deviations above its like or than another week's same hour, whichever is higher. */
function boundedCounts(
  { firstHour, counts }: HourlyCounts,
  recorded: (at: number) => boolean,
  profile: Float64Array,
  size: (at: number) => number,
): Float64Array {
  const n = counts.length
  return Float64Array.from({ length: n }, (_, at) => {
    const count = counts[at]!
    const mean = size(at) * profile[kindOf((firstHour + at) % WEEK)]!
    const bound = mean + BOUND_SD * Math.sqrt(mean + PRIOR_SPREAD * mean ** 2) + 1
    if (count <= bound) return count
    let again = 0
    for (let same = at % WEEK; same < n; same += WEEK)
      if (same !== at && recorded(same) && size(same) > 0) again = Math.max(again, counts[same]! / size(same))
    return Math.min(count, Math.max(bound, again * size(at)))
  })
}
