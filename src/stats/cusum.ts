/**
 * One step of a one-sided cumulative sum of standardised surprise (Page, "Continuous inspection schemes", Biometrika
 * 1954): it remembers small shifts that no single value shows.
 * @param sum the sum so far, 0 or more
 * @param surprise standard deviations above usual
 * @param slack surprise forgiven each time; half the smallest shift worth noticing
 */
export function cusum(sum: number, surprise: number, slack: number): number {
  return Math.max(0, sum + surprise - slack)
}

/**
 * Mean number of steps until a one-sided CUSUM of independent standard normal values first reaches a level, by
 * Siegmund's corrected diffusion approximation ("Sequential Analysis", 1985): with b = level + 1.166 and
 * d = shift - slack, (exp(-2db) + 2db - 1) / (2d²), or b² where d is 0.
 * @param shift true mean of the values; 0 gives the time between false alarms
 */
export function averageRunLength(level: number, slack: number, shift = 0): number {
  const b = level + 1.166
  const d = shift - slack
  return Math.abs(d) < 1e-9 ? b * b : (Math.exp(-2 * d * b) + 2 * d * b - 1) / (2 * d * d)
}
