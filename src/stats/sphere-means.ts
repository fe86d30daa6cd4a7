import { dotAt, type Rows } from './neighbours.ts'

/**
 * k-means of unit vectors by cosine (Dhillon & Modha, 2001), seeded by k-means++ (Arthur & Vassilvitskii, 2007). Yields
 * after each block of rows.
 * @param random numbers in [0, 1)
 * @returns group of each row, below k; none is noise, and a group may be empty
 */
export function* sphereMeans(rows: Rows, k: number, random: () => number): Generator<void, Int32Array> {
  const { values, dims, n } = rows
  let centres = yield* seeds(rows, Math.min(k, n), random)
  let label = new Int32Array(n)
  for (let round = 0; round < ROUNDS; round++) {
    const next = yield* assigned(rows, centres)
    const changed = next.reduce((sum, group, i) => sum + (group === label[i] ? 0 : 1), 0)
    label = next
    centres = meansOf(values, dims, label, centres.length)
    if (round > 0 && changed < n * STILL) break
  }
  return label
}

const ROUNDS = 12
/** Share of rows that may change their group in the last round. */
const STILL = 0.002
const BLOCK = 256

function* seeds({ values, dims, n }: Rows, k: number, random: () => number): Generator<void, Float32Array[]> {
  const row = (i: number) => values.slice(i * dims, (i + 1) * dims)
  const far = new Float64Array(n).fill(2)
  let last = Math.min(n - 1, Math.floor(random() * n))
  const centres = [row(last)]
  while (centres.length < k) {
    let total = 0
    for (let i = 0; i < n; i++) {
      far[i] = Math.min(far[i]!, Math.max(0, 1 - dotAt(values, i * dims, values, last * dims, dims)))
      total += far[i]!
    }
    let left = random() * total
    last = 0
    for (; last < n - 1; last++) {
      left -= far[last]!
      if (left <= 0) break
    }
    centres.push(row(last))
    yield
  }
  return centres
}

function* assigned(
  { values, dims, n }: Rows,
  centres: readonly Float32Array[],
): Generator<void, Int32Array<ArrayBuffer>> {
  const label = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    let best = Number.NEGATIVE_INFINITY
    for (const [c, centre] of centres.entries()) {
      const near = dotAt(values, i * dims, centre, 0, dims)
      if (near > best) {
        best = near
        label[i] = c
      }
    }
    if (i % BLOCK === BLOCK - 1) yield
  }
  return label
}

/** Unit mean of each group; that of an empty group is zero. */
function meansOf(values: Float32Array, dims: number, label: Int32Array, k: number): Float32Array[] {
  const means = Array.from({ length: k }, () => new Float32Array(dims))
  for (const [i, group] of label.entries()) {
    if (group < 0) continue
    const mean = means[group]!
    for (let d = 0; d < dims; d++) mean[d]! += values[i * dims + d]!
  }
  for (const mean of means) {
    const norm = Math.sqrt(dotAt(mean, 0, mean, 0, dims))
    if (norm > 1e-9) for (let d = 0; d < dims; d++) mean[d]! /= norm
  }
  return means
}
