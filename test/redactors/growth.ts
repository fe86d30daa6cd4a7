import { cpuMs } from '../cpu-time.ts'

/** `unit` again and again, cut to `size` UTF-16 units. */
export const fill = (unit: string, size: number) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size)

/** Least CPU time of a few runs, in milliseconds: what other work adds to one run it seldom adds to all. */
export function leastMs(run: () => void, runs: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let k = 0; k < runs; k++) least = Math.min(least, cpuMs(run))
  return least
}

/** Length of the smaller text. */
export const SMALL = 1 << 11
/** Times the smaller text. */
const TIMES = 8
/** What is quadratic takes eight times as long for each byte of the larger text; caches and tables of the machine add less than double. */
const MOST_PER_BYTE = 3.5
/** Below this a measurement says nothing. */
const NOISE_MS = 12

/**
 * Null where the time for a byte stays about the same; else how it grew. Measured again where it seems to
 * grow, for the machine may be busy.
 */
export function growth(run: (text: string) => void, unit: string): string | null {
  const [small, large] = [fill(unit, SMALL), fill(unit, SMALL * TIMES)]
  run(small)
  for (const runs of [1, 3, 5]) {
    const after = leastMs(() => run(large), runs)
    if (after < NOISE_MS) return null
    const before = leastMs(() => run(small), runs + 1)
    if (after / TIMES <= MOST_PER_BYTE * Math.max(before, NOISE_MS / TIMES)) return null
    if (runs === 5)
      return `${JSON.stringify(unit.slice(0, 24))}: ${before.toFixed(1)} ms, then ${after.toFixed(1)} ms for ${TIMES} times as much`
  }
  return null
}
