/** A normal draw (Box & Muller, 1958). Always takes two numbers: the second draw that they would give is not kept. */
export function normal(random: () => number, mean = 0, sd = 1): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()))
  return mean + sd * radius * Math.cos(2 * Math.PI * random())
}

/**
 * A draw of Gamma(shape, 1) (Marsaglia & Tsang, 2000), with their step for shapes below 1.
 * @param shape above 0
 */
export function gamma(random: () => number, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}
