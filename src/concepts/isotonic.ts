import type { Scored } from './calibrate.ts'

/** Points of a rising line through which probabilities go; both of one length, both rising. */
export interface Steps {
  at: number[]
  to: number[]
}

/** Points kept: more only follow chance. */
const MOST = 24

/**
 * Isotonic regression (pool adjacent violators: Ayer et al., 1955; Zadrozny & Elkan, 2002) of the truth on a
 * probability. The line goes through the middle of each pool and from (0, 0) to (1, 1), so that no two scores are made
 * equal. Neighbouring scores are gathered first, so that no pool is smaller than a share of the whole.
 * @param scored `z` is a probability here
 */
export function fitIsotonic(scored: readonly Scored[]): Steps {
  const total = scored.reduce((sum, { weight }) => sum + weight, 0)
  const pools: { weight: number; at: number; to: number }[] = []
  let open = { weight: 0, at: 0, to: 0 }
  for (const { z, label, weight } of scored.toSorted((a, b) => a.z - b.z)) {
    open = {
      weight: open.weight + weight,
      at: open.at + weight * z,
      to: open.to + (label ? weight : 0),
    }
    if (open.weight < total / MOST) continue
    pools.push(open)
    open = { weight: 0, at: 0, to: 0 }
    merge(pools)
  }
  if (open.weight > 0) pools.push(open)
  merge(pools)
  const points = pools.map(({ weight, at, to }) => [at / weight, to / weight] as const)
  const steps: Steps = { at: [0], to: [0] }
  for (const [at, to] of [...points, [1, 1] as const]) {
    if (at <= steps.at.at(-1)! || to <= steps.to.at(-1)! || (at < 1 && to >= 1)) continue
    steps.at.push(at)
    steps.to.push(to)
  }
  return steps
}

/** Height of the line at a probability; 0 to 1. */
export function alongSteps({ at, to }: Steps, p: number): number {
  let i = 1
  while (i < at.length - 1 && at[i]! < p) i++
  const share = (p - at[i - 1]!) / (at[i]! - at[i - 1]!)
  return to[i - 1]! + share * (to[i]! - to[i - 1]!)
}

/** Puts together the last pools while they do not rise. */
function merge(pools: { weight: number; at: number; to: number }[]): void {
  while (pools.length > 1) {
    const [a, b] = [pools.at(-2)!, pools.at(-1)!]
    if (a.to / a.weight < b.to / b.weight) return
    pools.splice(-2, 2, { weight: a.weight + b.weight, at: a.at + b.at, to: a.to + b.to })
  }
}
