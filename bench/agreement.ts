/**
 * Spearman's rank correlation of two lists of the same length, -1 to 1; equal values share the mean of their ranks. 0 where
 * a list does not vary.
 */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranksOf(a), ranksOf(b)]
  const mean = (a.length + 1) / 2
  let [xy, xx, yy] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [dx, dy] = [x[i]! - mean, y[i]! - mean]
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy)
}

function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, i) => ({ value, i })).sort((a, b) => a.value - b.value)
  const ranks = new Array<number>(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (order[to + 1]?.value === order[from]!.value) to++
    for (let k = from; k <= to; k++) ranks[order[k]!.i] = (from + to) / 2 + 1
    from = to + 1
  }
  return ranks
}

/** A text with the group that it belongs to and the one that it was put into. */
export interface Grouping {
  truth: string
  found: string
}

/**
 * How far groups that were found are those that there are, 1 at best: the Rand index corrected for chance (Hubert &
 * Arabie, 1985), which is 0 by chance; and the V-measure, the harmonic mean of homogeneity and completeness (Rosenberg &
 * Hirschberg, 2007).
 */
export function agreementOf(texts: readonly Grouping[]): { rand: number; v: number } {
  const cells = sizesOf(texts.map(({ truth, found }) => JSON.stringify([truth, found])))
  const truths = sizesOf(texts.map(({ truth }) => truth))
  const founds = sizesOf(texts.map(({ found }) => found))
  const pairs = (sizes: readonly number[]) => sizes.reduce((sum, n) => sum + (n * (n - 1)) / 2, 0)
  const chance = (pairs(truths) * pairs(founds)) / pairs([texts.length])
  const most = (pairs(truths) + pairs(founds)) / 2
  const entropy = (sizes: readonly number[]) =>
    sizes.reduce((sum, n) => sum - (n / texts.length) * Math.log(n / texts.length), 0)
  const [both, ofTruth, ofFound] = [cells, truths, founds].map(entropy) as [number, number, number]
  const homogeneity = ofTruth === 0 ? 1 : 1 - (both - ofFound) / ofTruth
  const completeness = ofFound === 0 ? 1 : 1 - (both - ofTruth) / ofFound
  const sum = homogeneity + completeness
  return {
    rand: most === chance ? 1 : (pairs(cells) - chance) / (most - chance),
    v: sum === 0 ? 0 : (2 * homogeneity * completeness) / sum,
  }
}

function sizesOf(names: readonly string[]): number[] {
  const sizes = new Map<string, number>()
  for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1)
  return [...sizes.values()]
}
