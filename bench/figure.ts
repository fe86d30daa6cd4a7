import { seeded } from '../src/stats/seeded.ts'

/** A figure with its interval at 95 %. */
export interface Figure {
  value: number
  low: number
  high: number
}

const ROUNDS = 400
const SEED = 20260115

/**
 * Figures of what was judged, with the middle 95 % of those of 400 samples with replacement (bootstrap, Efron, 1979), the
 * same in every run.
 * @param groups what is drawn together, such as near duplicates
 * @param measure the figures of a sample, by name
 */
export function bootstrapped<T, Name extends string>(
  groups: readonly (readonly T[])[],
  measure: (sample: readonly T[]) => Record<Name, number>,
): Record<Name, Figure> {
  const random = seeded(SEED)
  const drawn = Array.from({ length: ROUNDS }, () =>
    measure(groups.flatMap(() => groups[Math.floor(random() * groups.length)]!)),
  )
  const whole = measure(groups.flat())
  const figure = (name: Name): Figure => {
    const sorted = drawn.map((one) => one[name]).sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
    return { value: whole[name], low: at(0.025), high: at(0.975) }
  }
  const names = Object.keys(whole) as Name[]
  return Object.fromEntries(names.map((name) => [name, figure(name)])) as Record<Name, Figure>
}

/** Mean of independent runs, with its interval by their spread (normal). */
export function meanOf(values: readonly number[]): Figure {
  const value = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - value) ** 2, 0) / (values.length - 1)
  const half = 1.959964 * Math.sqrt(variance / values.length)
  return { value, low: value - half, high: value + half }
}

/** What shares a group, together, in the order in which groups come. */
export function grouped<T extends { group: string }>(all: readonly T[]): T[][] {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(one.group)
    if (group === undefined) groups.set(one.group, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

/** `0.923 [0.902, 0.943]`. */
export const told = ({ value, low, high }: Figure) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
