/**
 * Turns the raw score of a linear model into a probability: sigmoid(slope · z + offset), fitted to scores of texts that
 * the model was not fitted on (Platt, 1999; Newton's method and smoothed targets after Lin, Lin & Weng, 2007).
 * Weights decide which base rate the probabilities speak of.
 */
export function fitPlatt(scored: readonly Scored[]): Platt {
  const sum = (label: boolean) => scored.reduce((total, s) => total + (s.label === label ? s.weight : 0), 0)
  const positives = sum(true)
  const negatives = sum(false)
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (negatives + 2)
  const loss = (slope: number, offset: number) =>
    scored.reduce((total, { z, label, weight }) => {
      const f = slope * z + offset
      // log(1 + e^f) - t·f, without overflow
      return total + weight * (Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(f))) - (label ? high : low) * f)
    }, 0)

  let slope = 1
  let offset = Math.log((positives + 1) / (negatives + 1))
  let value = loss(slope, offset)
  for (let step = 0; step < 100; step++) {
    let [g1, g2, h11, h12, h22] = [0, 0, 1e-12, 0, 1e-12]
    for (const { z, label, weight } of scored) {
      const p = sigmoid(slope * z + offset)
      const d1 = weight * (p - (label ? high : low))
      const d2 = weight * p * (1 - p)
      g1 += z * d1
      g2 += d1
      h11 += z * z * d2
      h12 += z * d2
      h22 += d2
    }
    if (Math.abs(g1) < 1e-7 && Math.abs(g2) < 1e-7) break
    const det = h11 * h22 - h12 * h12
    const [ds, db] = [-(h22 * g1 - h12 * g2) / det, -(h11 * g2 - h12 * g1) / det]
    let length = 1
    while (length > 1e-10 && loss(slope + length * ds, offset + length * db) > value) length /= 2
    if (length <= 1e-10) break
    slope += length * ds
    offset += length * db
    value = loss(slope, offset)
  }
  return { slope, offset }
}

/** A raw score of a text that was not fitted on, and the truth about it. */
export interface Scored {
  z: number
  label: boolean
  /** How much it counts; any positive unit. */
  weight: number
}

export interface Platt {
  slope: number
  offset: number
}

export function sigmoid(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))
}

/**
 * The probability at which F1 is highest on average over several sets, each set counting the same, so that one large
 * set does not decide for all. A multiple of 0.01, the middle of the stretch that is within 0.002 of the best.
 */
export function chooseThreshold(sets: readonly (readonly { p: number; label: boolean }[])[]): number {
  const grid = Array.from({ length: 97 }, (_, i) => (i + 2) / 100)
  const means = grid.map((t) => sets.reduce((sum, set) => sum + quality(set, t).f1, 0) / sets.length)
  const best = Math.max(...means)
  const good = grid.filter((_, i) => means[i]! >= best - 0.002)
  return good[Math.floor(good.length / 2)]!
}

/** Precision, recall and F1 of "p >= threshold"; 0 where there is nothing to divide by. */
export function quality(scored: readonly { p: number; label: boolean }[], threshold: number) {
  let [hits, found, right] = [0, 0, 0]
  for (const { p, label } of scored) {
    if (label) right++
    if (p < threshold) continue
    found++
    if (label) hits++
  }
  const precision = found === 0 ? 0 : hits / found
  const recall = right === 0 ? 0 : hits / right
  const f1 = hits === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision, recall, f1 }
}

/** Mean of the precision at each positive, in order of falling probability; ties keep the order given. */
export function averagePrecision(scored: readonly { p: number; label: boolean }[]): number {
  let [hits, sum] = [0, 0]
  for (const [i, { label }] of scored.toSorted((a, b) => b.p - a.p).entries()) if (label) sum += ++hits / (i + 1)
  return hits === 0 ? 0 : sum / hits
}

/**
 * What to expect of the matches at a threshold, from the histogram of all probabilities (equal bins over 0 to 1).
 * The probabilities were calibrated at even odds; the share of positives among these events is estimated first and
 * the probabilities are moved to it (Saerens, Latinne & Decaestecker, 2002), because a log in which one answer in
 * fifty is a refusal and a test set in which every second one is differ in how many false alarms hide above a threshold.
 */
export function expected(histogram: readonly number[], threshold: number): { precision: number; recall: number } {
  const bins = histogram.length
  const n = histogram.reduce((sum, count) => sum + count, 0)
  if (n === 0) return { precision: 0, recall: 0 }
  const at = (bin: number) => (bin + 0.5) / bins
  const shifted = (p: number, prior: number) => (p * prior) / (p * prior + (1 - p) * (1 - prior))
  let prior = 0.5
  for (let step = 0; step < 200; step++) {
    const next = histogram.reduce((sum, count, bin) => sum + count * shifted(at(bin), prior), 0) / n
    const moved = Math.abs(next - prior)
    prior = Math.min(Math.max(next, 1e-4), 1 - 1e-4)
    if (moved < 1e-6) break
  }
  let [found, hits, all] = [0, 0, 0]
  for (const [bin, count] of histogram.entries()) {
    const right = count * shifted(at(bin), prior)
    all += right
    if (bin < Math.floor(threshold * bins + 1e-9)) continue
    found += count
    hits += right
  }
  return { precision: found === 0 ? 0 : hits / found, recall: all === 0 ? 0 : hits / all }
}
