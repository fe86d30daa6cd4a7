import { UMAP } from 'umap-js'
import { dotAt, type Neighbours, type Rows } from './neighbours.ts'

/** Neighbours that `layOut` wants to be given. More show the whole, fewer the detail. */
export const LAYOUT_NEIGHBOURS = 15
/** Landmarks that a point is placed between. */
const BETWEEN = 4
/** How much nearer landmarks count for more: weight exp(cosine / WARMTH). */
const WARMTH = 0.05

/**
 * Places unit vectors in the plane so that neighbours stay neighbours (UMAP: McInnes, Healy & Melville, 2018). Yields
 * after each step; returns x and y of each row, n x 2. Fewer than five rows lie on a line.
 * @param random numbers in [0, 1)
 */
export function* layOut(rows: Rows, neighbours: Neighbours, random: () => number): Generator<void, Float32Array> {
  const { values, dims, n } = rows
  const { k, index, distance } = neighbours
  const places = new Float32Array(2 * n)
  if (n < 5) {
    for (let i = 0; i < n; i++) places[2 * i] = i
    return places
  }
  const near = Math.min(k, LAYOUT_NEIGHBOURS, n - 2)
  const umap = new UMAP({ nComponents: 2, nNeighbors: near + 1, minDist: 0.1, random })
  // it counts a point among its own neighbours
  umap.setPrecomputedKNN(
    Array.from({ length: n }, (_, i) => [i, ...index.subarray(i * k, i * k + near)]),
    Array.from({ length: n }, (_, i) => [0, ...distance.subarray(i * k, i * k + near)]),
  )
  const steps = umap.initializeFit(
    Array.from({ length: n }, (_, i) => Array.from(values.subarray(i * dims, (i + 1) * dims))),
  )
  yield
  for (let step = 0; step < steps; step++) {
    umap.step()
    yield
  }
  for (const [i, [x = 0, y = 0]] of umap.getEmbedding().entries()) {
    places[2 * i] = x
    places[2 * i + 1] = y
  }
  return places
}

/** Where a unit vector lies among landmarks that are laid out: between the nearest of them, by how near each is. */
export function placeOf(vector: Float32Array, landmarks: Rows, places: Float32Array): [x: number, y: number] {
  const { values, dims, n } = landmarks
  const best: { near: number; at: number }[] = []
  for (let at = 0; at < n; at++) {
    const near = dotAt(vector, 0, values, at * dims, dims)
    if (best.length === BETWEEN && near <= best.at(-1)!.near) continue
    best.push({ near, at })
    best.sort((a, b) => b.near - a.near)
    if (best.length > BETWEEN) best.pop()
  }
  const top = best[0]?.near ?? 0
  let [x, y, sum] = [0, 0, 0]
  for (const { near, at } of best) {
    const weight = Math.exp((near - top) / WARMTH)
    x += weight * places[2 * at]!
    y += weight * places[2 * at + 1]!
    sum += weight
  }
  return sum === 0 ? [0, 0] : [x / sum, y / sum]
}

/**
 * Turns and shifts a layout, mirrored if need be, so that it lies over another as well as it can: orthogonal Procrustes
 * (Schönemann, 1966) in two dimensions. Sizes stay as they are.
 * @param places n x 2, changed in place
 * @param over n x 2: where each should be; NaN for those that have no such place
 */
export function alignTo(places: Float32Array, over: Float32Array): void {
  const known: number[] = []
  for (let i = 0; i < places.length / 2; i++) if (!Number.isNaN(over[2 * i]!)) known.push(i)
  if (known.length < 3) return
  const mean = (list: Float32Array, at: 0 | 1) => known.reduce((sum, i) => sum + list[2 * i + at]!, 0) / known.length
  const [px, py, ox, oy] = [mean(places, 0), mean(places, 1), mean(over, 0), mean(over, 1)]
  let best = { fit: Number.NEGATIVE_INFINITY, cos: 1, sin: 0, mirror: 1 }
  for (const mirror of [1, -1]) {
    let [a, b] = [0, 0]
    for (const i of known) {
      const [x, y] = [places[2 * i]! - px, mirror * (places[2 * i + 1]! - py)]
      const [u, v] = [over[2 * i]! - ox, over[2 * i + 1]! - oy]
      a += x * u + y * v
      b += x * v - y * u
    }
    const fit = Math.hypot(a, b)
    if (fit > best.fit) best = { fit, cos: fit === 0 ? 1 : a / fit, sin: fit === 0 ? 0 : b / fit, mirror }
  }
  for (let i = 0; i < places.length / 2; i++) {
    const [x, y] = [places[2 * i]! - px, best.mirror * (places[2 * i + 1]! - py)]
    places[2 * i] = best.cos * x - best.sin * y + ox
    places[2 * i + 1] = best.sin * x + best.cos * y + oy
  }
}
