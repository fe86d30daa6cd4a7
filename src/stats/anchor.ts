/** What is known about the variation of a metric before any of an entity is seen. All on the natural logarithm. */
export interface AnchorPrior {
  /** Variance between single events of one day; of a count 1, see Poisson, with the expected count for `n`. */
  within: number
  /** Variance between days. */
  between: number
  /** Variance of the entities' own levels around the peers' median. */
  level: number
  /** Events that end the anchor before its days do; Infinity where only days count. */
  events: number
}

/** A level and how well it is known (1 / variance). Types, not interfaces: only these are known to be plain JSON. */
export type Level = {
  mean: number
  precision: number
}

/**
 * The baseline of one metric of one entity, learnt in its first days and then frozen, so that whoever moves slowly
 * cannot take it along. Weekends have a level of their own.
 */
export type Anchor = {
  /** First and last day number (days since 1970) that it saw. */
  first: number
  last: number
  /** Days and events that it learnt from. */
  days: number
  events: number
  /** Squared surprise and its count: the entity's own share of the prior variance. */
  q: number
  n: number
  weekday: Level | null
  weekend: Level | null
}

/** Days that an anchor lasts at most. */
export const ANCHOR_DAYS = 14
/** Active days that it lasts at least, however many events they hold: fewer say little about how days differ. */
const LEAST_DAYS = 7
/** Active days from which it says something at all. */
const FIRST_WORD = 3
/** Weight of the prior variance, in days. */
const PRIOR_DAYS = 5
/** Bounds of the entity's own variance, in parts of the prior's. */
const LEAST_SCALE = 0.4
const MOST_SCALE = 4
/** An outlying day in the anchor counts as this many standard deviations: one burst does not become the habit. */
const WINSOR = 3
/** Variance of a first weekend around the weekdays' level. */
const WEEKEND_LEVEL = 1

/** The anchor of an entity first seen on a day (days since 1970). */
export function emptyAnchor(day: number): Anchor {
  return { first: day, last: day, days: 0, events: 0, q: PRIOR_DAYS, n: PRIOR_DAYS, weekday: null, weekend: null }
}

/** Whether it is still learning on a day: fourteen days, or the prior's number of events on seven active days, whichever comes first. */
export function isLearning(anchor: Anchor, day: number, prior: AnchorPrior): boolean {
  if (day - anchor.first >= ANCHOR_DAYS && anchor.days >= FIRST_WORD) return false
  return anchor.days < LEAST_DAYS || anchor.events < prior.events
}

/**
 * What an entity should show on a day: log level, standard deviation of a day's mean around it, and standard error of
 * the level. Null until three days were seen.
 */
export function expectation(
  anchor: Anchor,
  weekend: boolean,
  n: number,
  prior: AnchorPrior,
): { level: number; spread: number; doubt: number } | null {
  if (anchor.days < FIRST_WORD) return null
  const level = levelOf(anchor, weekend)
  if (level === null) return null
  return { level: level.mean, spread: Math.sqrt(variance(anchor, n, prior)), doubt: Math.sqrt(1 / level.precision) }
}

/** The level of a kind of day; weekends start from the weekdays' and the other way round. */
export function levelOf({ weekday, weekend }: Anchor, isWeekend: boolean): Level | null {
  const own = isWeekend ? weekend : weekday
  if (own !== null) return own
  const other = isWeekend ? weekday : weekend
  return other === null ? null : { mean: other.mean, precision: 1 / (WEEKEND_LEVEL + 1 / other.precision) }
}

/**
 * Learns from one day: the level by precision-weighted averaging (a normal prior and likelihood of known variance), the
 * entity's own variance by the mean squared surprise, shrunk to the prior.
 * @param value mean of the logarithm that day, less what all peers did alike
 * @param peers level to start from where nothing is known
 */
export function learn(
  anchor: Anchor,
  day: number,
  weekend: boolean,
  value: number,
  n: number,
  peers: number,
  prior: AnchorPrior,
): Anchor {
  const known = levelOf(anchor, weekend)
  const level = known ?? { mean: peers, precision: 1 / prior.level }
  const v = variance(anchor, n, prior)
  const bound = WINSOR * Math.sqrt(v + 1 / level.precision)
  const surprise = Math.max(-bound, Math.min(bound, value - level.mean))
  const precision = level.precision + 1 / v
  const learnt = { mean: level.mean + surprise / v / precision, precision }
  const raw = n === 0 ? prior.between : prior.within / n + prior.between
  const squared = known === null ? 1 : Math.min((surprise * surprise) / (raw + 1 / level.precision), 25)
  return {
    ...anchor,
    last: day,
    days: anchor.days + 1,
    events: anchor.events + n,
    q: anchor.q + squared,
    n: anchor.n + 1,
    [weekend ? 'weekend' : 'weekday']: learnt,
  }
}

function variance(anchor: Anchor, n: number, prior: AnchorPrior): number {
  const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, anchor.q / anchor.n))
  return (prior.within / Math.max(n, 1) + prior.between) * scale
}
