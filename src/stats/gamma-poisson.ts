import { gammaln } from 'simple-statistics'

/** A count whose rate is itself uncertain: Poisson with a gamma-distributed rate, the negative binomial distribution. */
export interface GammaPoisson {
  /** Above 0. */
  mean: number
  /** Variance of the rate over the square of its mean, 0 or more: the variance is mean + spread · mean². */
  spread: number
}

/** More certain than this is as good as Poisson. */
const LARGEST_SIZE = 1e6

/** Probability of at least `count`, a whole number of 0 or more. */
export function atLeast({ mean, spread }: GammaPoisson, count: number): number {
  if (count <= 0) return 1
  const size = sizeOf(spread)
  return incompleteBeta(mean / (mean + size), count, size)
}

/** Probability of at most `count`, a whole number of 0 or more. */
export function atMost({ mean, spread }: GammaPoisson, count: number): number {
  const size = sizeOf(spread)
  return incompleteBeta(size / (mean + size), size, count + 1)
}

const sizeOf = (spread: number) => Math.min(1 / Math.max(spread, 1e-12), LARGEST_SIZE)

/** Steps of the continued fraction; for sizes of counts it is exact long before. */
const STEPS = 2_000
const TINY = 1e-300
const EXACT = 1e-12

/** Regularised incomplete beta function I_x(a, b), by its continued fraction (Press et al., Numerical Recipes, 6.4). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // the fraction converges fast on this side of the mean; the other side is its complement
  if (x > (a + 1) / (a + b + 2)) return 1 - fraction(1 - x, b, a)
  return fraction(x, a, b)
}

function fraction(x: number, a: number, b: number): number {
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  const kept = (value: number) => (Math.abs(value) < TINY ? TINY : value)
  let c = 1
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m <= STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / kept(1 + even * d)
    c = kept(1 + even / c)
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / kept(1 + odd * d)
    c = kept(1 + odd / c)
    const step = d * c
    value *= step
    if (Math.abs(step - 1) < EXACT) break
  }
  return front * value
}
