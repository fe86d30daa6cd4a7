import { dot, type Rows } from './neighbours.ts'

/**
 * k-means of unit vectors by cosine (Dhillon & Modha, 2001), seeded by k-means++ (Arthur & Vassilvitskii, 2007), then
 * centres at least `merge` alike made one. Yields after each block of rows.
 * @param random numbers in [0, 1)
 * @returns group of each row from 0 on; none is noise
 */
export function* sphereMeans(rows: Rows, k: number, merge: number, random: () => number): Generator<void, Int32Array> {
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
  return joined(centres, dims, label, merge)
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
      far[i] = Math.min(far[i]!, Math.max(0, 1 - dot(values, i * dims, values, last * dims, dims)))
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
      const near = dot(values, i * dims, centre, 0, dims)
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
export function meansOf(values: Float32Array, dims: number, label: Int32Array, k: number): Float32Array[] {
  const means = Array.from({ length: k }, () => new Float32Array(dims))
  for (const [i, group] of label.entries()) {
    if (group < 0) continue
    const mean = means[group]!
    for (let d = 0; d < dims; d++) mean[d]! += values[i * dims + d]!
  }
  for (const mean of means) {
    const norm = Math.sqrt(dot(mean, 0, mean, 0, dims))
    if (norm > 1e-9) for (let d = 0; d < dims; d++) mean[d]! /= norm
  }
  return means
}

/** Groups whose centres are close become one, the closest pair first; numbered anew without gaps. */
function joined(centres: readonly Float32Array[], dims: number, label: Int32Array, merge: number): Int32Array {
  const into = centres.map((_, i) => i)
  const root = (i: number): number => (into[i] === i ? i : root(into[i]!))
  const pairs: [near: number, a: number, b: number][] = []
  for (let a = 0; a < centres.length; a++)
    for (let b = a + 1; b < centres.length; b++) {
      const near = dot(centres[a]!, 0, centres[b]!, 0, dims)
      if (near >= merge) pairs.push([near, a, b])
    }
  for (const [, a, b] of pairs.sort((x, y) => y[0] - x[0])) into[root(b)] = root(a)
  const number = new Map<number, number>()
  return label.map((group) => {
    const one = root(group)
    if (!number.has(one)) number.set(one, number.size)
    return number.get(one)!
  })
}
