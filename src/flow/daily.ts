import type { Detector, Usual } from '../core/detector.ts'
import type { Json, Rollup } from '../core/ports.ts'
import { DAY, isWeekend, type Micros } from '../core/window.ts'
import { detectors } from '../detectors/index.ts'
import { type AnchorPrior, emptyAnchor, expectation, isLearning, learn, levelOf } from '../stats/anchor.ts'
import { median } from '../stats/robust.ts'
import { decodeSketch, valuesOf } from '../stats/sketch.ts'
import { breath } from './breath.ts'
import { type Doubted, NOTHING_DOUBTED } from './doubted-hours.ts'
import { type Entity, keyOf, type Population } from './watched.ts'

/** What one entity did on one day in one metric. */
export interface DayRow {
  tenant_id: string
  entity_id: string
  n: number
  /** Sum of the logarithms of the values above 0; of a count unused. */
  logs: number
  first: Micros
  last: Micros
}

/**
 * What is known of each metric before an entity is seen: variances on the natural logarithm. An entity's own variance
 * replaces them as its days come in. Volume is one observation a day, so only days end its anchor.
 */
export const PRIORS: Readonly<Record<string, AnchorPrior>> = {
  volume: { within: 1, between: 0.12, level: 1, events: Number.POSITIVE_INFINITY },
  tokens_output: { within: 0.36, between: 0.025, level: 0.16, events: 40 },
  tokens_input: { within: 0.49, between: 0.025, level: 0.25, events: 40 },
}

/** Metrics that are looked at once a day. */
export const DAILY_METRICS = Object.keys(PRIORS)
export const dailyDetectors = detectors.filter(({ period }) => period === 86_400)
/** Rows between two breaths: a few milliseconds. */
const TURN = 200
/** Peers past their anchor that it takes to speak of a common movement. */
const LEAST_PEERS = 5
/** Peers at which a common movement counts half: of few, the median is mostly chance. */
const DOUBTED_PEERS = 4

/** Sums the hourly roll-ups of one metric of one day by entity. */
export async function dayRows(rows: readonly Rollup[]): Promise<DayRow[]> {
  const entities = new Map<string, DayRow>()
  for (const [i, row] of rows.entries()) {
    if (i % TURN === 0) await breath()
    const key = keyOf(row)
    let sum = entities.get(key)
    if (sum === undefined) {
      const { tenant_id, entity_id, start } = row
      sum = { tenant_id, entity_id, n: 0, logs: 0, first: start, last: start }
      entities.set(key, sum)
    }
    sum.last = Math.max(sum.last, row.start)
    sum.first = Math.min(sum.first, row.start)
    if (row.sketch.length === 0) {
      sum.n += row.n
      continue
    }
    for (const { value, n } of valuesOf(decodeSketch(row.sketch))) {
      // an answer of no tokens is a failed one, and no short answer
      if (value <= 0) continue
      sum.n += n
      sum.logs += n * Math.log(value)
    }
  }
  return [...entities.values()]
}

/**
 * Shows one metric of one day to the detectors that read it, and lets anchors that still learn learn it. What all peers
 * past their anchor did alike (the median of their movements) is first taken out, so that a model upgrade or a holiday
 * moves nobody. A day with doubted hours of an entity is judged and teaches nothing.
 * @returns the entities that were active
 */
export async function observeDay(
  population: Population,
  metric: string,
  day: Micros,
  rows: readonly DayRow[],
  doubted: Doubted = NOTHING_DOUBTED,
): Promise<Entity[]> {
  const prior = PRIORS[metric]
  if (prior === undefined) return []
  const number = day / DAY
  const weekend = isWeekend(day)
  const watching = dailyDetectors.filter((d) => d.metric === metric && d.entities.includes(population.type))

  const active = rows
    .filter(({ n }) => n > 0)
    .map((row) => {
      const entity = population.meet(row, row.first, row.last + 3_599_999_999)
      const anchor = entity.watch.anchors[metric] ?? emptyAnchor(number)
      const level = metric === 'volume' ? Math.log(row.n) : row.logs / row.n
      // the logarithm of a count varies by one over what is expected, and by how days differ
      const n = metric === 'volume' ? Math.exp(levelOf(anchor, weekend)?.mean ?? level) : row.n
      const expected = expectation(anchor, weekend, n, prior)
      const observed = metric === 'volume' ? row.n : Math.exp(level)
      return {
        entity,
        anchor,
        level,
        observed,
        n,
        events: row.n,
        expected,
        learning: isLearning(anchor, number, prior),
        sound: !doubted.day({ entity_type: population.type, ...row }, day),
      }
    })
  const sound = active.filter((a) => a.sound)
  const moved = sound.flatMap((a) => (a.expected === null || a.learning ? [] : [a.level - a.expected.level]))
  const common = moved.length < LEAST_PEERS ? 0 : ((median(moved) ?? 0) * moved.length) / (moved.length + DOUBTED_PEERS)
  const peers = (median(sound.map(({ level }) => level)) ?? 0) - common

  for (const [i, one] of active.entries()) {
    const { entity, anchor, level, observed, n, events, expected, learning } = one
    if (i % TURN === 0) await breath()
    const usual: Usual | null =
      expected === null
        ? null
        : { median: Math.exp(expected.level + common), spread: expected.spread, doubt: expected.doubt }
    const { watch } = entity
    const states: Record<string, Json> = { ...watch.states }
    const seen = { ...watch.seen }
    for (const detector of watching) {
      const before = states[detector.name] ?? detector.empty()
      states[detector.name] = detector.observe(before, { at: day, observed, usual, n: events })
      seen[detector.name] = day
    }
    const learnt = learning ? learn(anchor, number, weekend, level - common, n, peers, prior) : anchor
    const anchors = one.sound ? { ...watch.anchors, [metric]: learnt } : watch.anchors
    entity.watch = { ...watch, states, seen, anchors }
  }
  return active.map(({ entity }) => entity)
}

/** Whether what a detector says of an entity rests on an anchor that still learns. Fast rules need none. */
export function learns(entity: Entity, detector: Detector, day: Micros): boolean {
  const prior = PRIORS[detector.metric]
  if (detector.period !== 86_400 || prior === undefined) return false
  const anchor = entity.watch.anchors[detector.metric]
  return anchor === undefined || isLearning(anchor, day / DAY, prior)
}
