/** Unit vectors in one array, row after row. */
export interface Rows {
  /** n x dims. */
  values: Float32Array
  dims: number
  n: number
}

/** The k nearest others of every row, nearest first: row-major, n x k. Cosine distance, 0 to 2. */
export interface Neighbours {
  k: number
  index: Int32Array
  distance: Float32Array
}

/**
 * Exact nearest neighbours among unit vectors, by comparing all pairs: n²·dims/2 multiplications, some 5 s for 5,000
 * vectors of 256. Yields after each block of rows, so that whoever iterates can let others have their turns; returns the
 * neighbours. Where there are fewer than k others, k is their number.
 */
export function* neighboursOf(rows: Rows, most: number): Generator<void, Neighbours> {
  const { values, dims, n } = rows
  const k = Math.max(0, Math.min(most, n - 1))
  const index = new Int32Array(n * k).fill(-1)
  const distance = new Float32Array(n * k).fill(Number.POSITIVE_INFINITY)
  const offer = (row: number, other: number, far: number) => {
    const base = row * k
    let at = base + k - 1
    if (far >= distance[at]!) return
    for (; at > base && distance[at - 1]! > far; at--) {
      distance[at] = distance[at - 1]!
      index[at] = index[at - 1]!
    }
    distance[at] = far
    index[at] = other
  }
  for (let i = 0; k > 0 && i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const far = 1 - dotAt(values, i * dims, values, j * dims, dims)
      offer(i, j, far)
      offer(j, i, far)
    }
    if (i % BLOCK === BLOCK - 1) yield
  }
  return { k, index, distance }
}

/** Rows to a block. */
const BLOCK = 16

/** Inner product of two rows. Four sums at once, which the compiler keeps apart. */
export function dotAt(a: Float32Array, at: number, b: Float32Array, bt: number, dims: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const whole = dims - (dims % 4)
  for (let i = 0; i < whole; i += 4) {
    s0 += a[at + i]! * b[bt + i]!
    s1 += a[at + i + 1]! * b[bt + i + 1]!
    s2 += a[at + i + 2]! * b[bt + i + 2]!
    s3 += a[at + i + 3]! * b[bt + i + 3]!
  }
  for (let i = whole; i < dims; i++) s0 += a[at + i]! * b[bt + i]!
  return s0 + s1 + s2 + s3
}
