/** Evidence of an accumulated or single surprise: 0 at nothing, one half at `half`, towards 1 beyond; steeper than linear, so that small surprises stay small. */
export function hill(surprise: number, half: number): number {
  const s = Math.max(0, surprise) ** 2
  return s / (s + half ** 2)
}
