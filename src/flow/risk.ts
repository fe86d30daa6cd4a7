import type { Detector } from '../core/detector.ts'
import { DAY, type Micros } from '../core/window.ts'
import { detectors } from '../detectors/index.ts'
import { MAD_TO_SD, mad, median } from '../stats/robust.ts'
import { learns } from './daily.ts'
import { type Entity, HISTORY_DAYS, type Reason } from './watched.ts'

/** One detector alone, however sure, stays below this share of 100. */
const MOST_OF_ONE = 0.95
/** What is still being learnt says at most this. */
export const LEARNING_CAP = 39
/** Peers that it takes to calibrate by them. */
const LEAST_PEERS = 8
/** Robust standard deviations above the peers from which evidence counts in full. */
const FULL_AT = 3
/** Spread of evidence among peers is taken for this at least, or the calmest night would make outliers of all. */
const LEAST_SPREAD = 0.05
/** Scores below this are 0. */
const LEAST = 1

/** How much of a detector's evidence counts, by what it says of all others that night. */
export type Calibration = ReadonlyMap<Detector, { median: number; spread: number }>

/**
 * What each daily detector says of the entities that were active: where all rose together, nobody stands out.
 * Detectors with too few peers have no entry.
 */
export function calibrate(active: readonly Entity[], day: Micros): Calibration {
  const calibration = new Map<Detector, { median: number; spread: number }>()
  for (const detector of detectors) {
    if (detector.period !== 86_400) continue
    const said = active.flatMap((entity) =>
      detector.name in entity.watch.states ? [faded(entity, detector, day)] : [],
    )
    if (said.length < LEAST_PEERS) continue
    const spread = Math.max((mad(said) ?? 0) * MAD_TO_SD, LEAST_SPREAD)
    calibration.set(detector, { median: median(said) ?? 0, spread })
  }
  return calibration
}

/**
 * The risk of an entity on a night, 0 to 100, and its reasons, heaviest first:
 *
 *     x_c   = 0.95 · e_c · 2^(-silence / memory) · clamp((e_c - median of peers) / (3 · robust spread of peers), 0, 1)
 *     score = 100 · (1 - Π_c (1 - x_c))
 *
 * where e_c is the evidence of detector c. Independent reasons add up without ever passing 100; the share of a reason
 * is its part of Σ -ln(1 - x_c). What rests on a baseline that still learns lifts the score to 39 at most.
 */
export function riskOf(entity: Entity, calibration: Calibration, day: Micros): { score: number; reasons: Reason[] } {
  let calm = 1
  let calmRipe = 1
  const strong: { detector: Detector; weight: number }[] = []
  for (const detector of detectors) {
    if (!(detector.name in entity.watch.states)) continue
    const evidence = faded(entity, detector, day)
    const peers = calibration.get(detector)
    const counts =
      peers === undefined ? 1 : Math.min(1, Math.max(0, (evidence - peers.median) / (FULL_AT * peers.spread)))
    const x = MOST_OF_ONE * evidence * counts
    if (x <= 0) continue
    calm *= 1 - x
    if (!learns(entity, detector, day)) calmRipe *= 1 - x
    strong.push({ detector, weight: -Math.log(1 - x) })
  }
  const ripe = 100 * (1 - calmRipe)
  const whole = Math.max(ripe, Math.min(LEARNING_CAP, 100 * (1 - calm)))
  const score = Math.round(whole * 10) / 10
  if (score < LEAST) return { score: 0, reasons: [] }
  const sum = strong.reduce((total, { weight }) => total + weight, 0)
  const reasons = strong
    .map(({ detector, weight }) => reasonOf(entity, detector, weight / sum))
    .filter(({ weight }) => weight >= 0.01)
    .sort((a, b) => b.weight - a.weight)
  return { score, reasons }
}

/** The reason that a detector gives at present. */
export function reasonOf(entity: Entity, detector: Detector, weight: number): Reason {
  const { summary, observed, expected, since } = detector.explain(
    entity.watch.states[detector.name] ?? detector.empty(),
  )
  return { detector: detector.name, weight: Math.round(weight * 1000) / 1000, observed, expected, since, text: summary }
}

/** Notes the score of a day; history begins with the first above 0. */
export function note(entity: Entity, day: Micros, risk: { score: number; reasons: Reason[] }): void {
  const { watch } = entity
  const keep = watch.history.length > 0 || risk.score > 0
  entity.watch = {
    ...watch,
    ...risk,
    history: keep ? [...watch.history, [day, risk.score] as [Micros, number]].slice(-HISTORY_DAYS) : watch.history,
  }
}

/** Evidence after the entity's silence towards the detector. */
function faded(entity: Entity, detector: Detector, day: Micros): number {
  const state = entity.watch.states[detector.name]
  if (state === undefined) return 0
  const silence = (day - (entity.watch.seen[detector.name] ?? day)) / DAY
  return detector.score(state) * 0.5 ** (silence / detector.memoryDays)
}
