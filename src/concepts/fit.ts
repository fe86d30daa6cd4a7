import { sigmoid } from './calibrate.ts'
import type { SparseVector } from './features.ts'

/**
 * L2-regularised logistic regression by L-BFGS (Liu & Nocedal, 1989). Minimises the weighted mean log-loss plus
 * `l2`/2 · |w|², the bias left free. Deterministic: no sampling, fixed order of sums.
 * @returns weights, the sparse ones first, then those of the dense block; and the bias
 */
export function fitLogistic(examples: readonly Example[], options: FitOptions): LinearModel {
  const { dense, l2, iterations = 150, tolerance = 1e-5 } = options
  // a feature that no example has keeps the weight 0: it costs nothing to leave it out
  const { columns, features: compact } = occurring(examples, options.sparse)
  const sparse = columns.length
  const size = sparse + dense
  const total = examples.reduce((sum, e) => sum + e.weight, 0)

  const loss = (point: Float64Array, gradient: Float64Array): number => {
    let value = 0
    for (let i = 0; i < size; i++) {
      const w = point[i]!
      value += 0.5 * l2 * w * w
      gradient[i] = l2 * w
    }
    gradient[size] = 0
    for (const [i, { vector, label, weight }] of examples.entries()) {
      const { index, value: x } = compact[i]!
      let z = point[size]!
      for (let j = 0; j < index.length; j++) z += x[j]! * point[index[j]!]!
      for (let j = 0; j < dense; j++) z += vector[j]! * point[sparse + j]!
      const share = weight / total
      const signed = label ? z : -z
      value += share * (signed > 0 ? Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed)) - signed)
      const slope = share * (sigmoid(z) - (label ? 1 : 0))
      for (let j = 0; j < index.length; j++) gradient[index[j]!]! += slope * x[j]!
      for (let j = 0; j < dense; j++) gradient[sparse + j]! += slope * vector[j]!
      gradient[size]! += slope
    }
    return value
  }

  const point = minimise(loss, new Float64Array(size + 1), iterations, tolerance)
  const weights = new Float64Array(options.sparse + dense)
  for (const [at, column] of columns.entries()) weights[column] = point[at]!
  weights.set(point.subarray(sparse, size), options.sparse)
  return { weights, bias: point[size]! }
}

/** The sparse columns that occur, in rising order, and the features of each example by their places among them. */
function occurring(examples: readonly Example[], sparse: number) {
  const place = new Int32Array(sparse).fill(-1)
  for (const { features } of examples) for (const column of features.index) place[column] = 0
  const columns: number[] = []
  for (let column = 0; column < sparse; column++) if (place[column] === 0) place[column] = columns.push(column) - 1
  const features = examples.map(({ features: { index, value } }) => ({
    index: index.map((column) => place[column]!),
    value,
  }))
  return { columns, features }
}

/**
 * The same, with each sparse feature made larger the fewer examples hold it, as in TF-IDF, so that the penalty bears
 * least on what is rare. The weights are for features as they come.
 */
export function fitByRarity(examples: readonly Example[], options: FitOptions): LinearModel {
  const holding = new Float64Array(options.sparse)
  for (const { features } of examples) for (const j of features.index) holding[j]!++
  const scale = holding.map((n) => (Math.log((1 + examples.length) / (1 + n)) + 1) / COMMON)
  const scaled = examples.map(({ features: { index, value }, ...rest }) => ({
    ...rest,
    features: { index, value: value.map((x, k) => x * scale[index[k]!]!) },
  }))
  const { weights, bias } = fitLogistic(scaled, options)
  for (let j = 0; j < scale.length; j++) weights[j]! *= scale[j]!
  return { weights, bias }
}

/** A feature of one in twenty examples keeps its size. */
const COMMON = 4

export interface Example {
  features: SparseVector
  /** The dense block; all of one length. */
  vector: Float32Array
  label: boolean
  /** How much it counts; any positive unit. */
  weight: number
}

export interface FitOptions {
  /** Lengths of the two blocks. */
  sparse: number
  dense: number
  /** Strength of the penalty, against the mean loss. */
  l2: number
  iterations?: number
  /** Largest gradient entry at which it stops. */
  tolerance?: number
}

export interface LinearModel {
  weights: Float64Array
  bias: number
}

/**
 * Which fold each example belongs to, 0 to folds-1. Examples of one group share a fold, and the folds get about the
 * same number of examples of each class. Deterministic: the largest groups are placed first.
 */
export function foldsOf(examples: readonly { group: string; label: boolean }[], folds: number): number[] {
  const groups = new Map<string, [number, number]>()
  for (const { group, label } of examples) {
    const counts = groups.get(group) ?? [0, 0]
    counts[label ? 1 : 0]++
    groups.set(group, counts)
  }
  const totals = [...groups.values()].reduce<[number, number]>((sum, c) => [sum[0] + c[0], sum[1] + c[1]], [0, 0])
  const home = new Map<string, number>()
  const bySize = [...groups].sort((a, b) => b[1][0] + b[1][1] - a[1][0] - a[1][1] || (a[0] < b[0] ? -1 : 1))
  const filled = Array.from({ length: folds }, (): [number, number] => [0, 0])
  for (const [group, counts] of bySize) {
    // the fold that lacks most of what this group brings
    const lack = (fold: number) =>
      (filled[fold]![0] / (totals[0] || 1)) * counts[0] + (filled[fold]![1] / (totals[1] || 1)) * counts[1]
    const best = filled.map((_, fold) => fold).reduce((a, b) => (lack(b) < lack(a) ? b : a))
    home.set(group, best)
    filled[best]![0] += counts[0]
    filled[best]![1] += counts[1]
  }
  return examples.map(({ group }) => home.get(group)!)
}

/** Steps that the curvature is estimated from. */
const MEMORY = 8

/**
 * L-BFGS with backtracking from `start`. `loss` gives the value at a point and writes the gradient there. Ends where no entry
 * of the gradient is larger than `tolerance`, or after so many steps.
 */
export function minimise(
  loss: (point: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  iterations: number,
  tolerance: number,
): Float64Array {
  const n = start.length
  let point = start
  let gradient: Float64Array = new Float64Array(n)
  let value = loss(point, gradient)
  const steps: { s: Float64Array; y: Float64Array; rho: number }[] = []
  for (let k = 0; k < iterations; k++) {
    if (gradient.every((g) => Math.abs(g) < tolerance)) break
    const direction = twoLoop(gradient, steps)
    let slope = dot(direction, gradient)
    if (slope >= 0) {
      steps.length = 0
      for (let i = 0; i < n; i++) direction[i] = -gradient[i]!
      slope = -dot(gradient, gradient)
    }
    let length = k === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) * 10 : 1
    let next: Float64Array | null = null
    const nextGradient = new Float64Array(n)
    let nextValue = value
    // backtracking until the decrease is enough (Armijo)
    for (let tries = 0; tries < 30; tries++, length /= 2) {
      const trial = new Float64Array(n)
      for (let i = 0; i < n; i++) trial[i] = point[i]! + length * direction[i]!
      nextValue = loss(trial, nextGradient)
      if (nextValue <= value + 1e-4 * length * slope) {
        next = trial
        break
      }
    }
    if (next === null) break
    const s = new Float64Array(n)
    const y = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      s[i] = next[i]! - point[i]!
      y[i] = nextGradient[i]! - gradient[i]!
    }
    const curvature = dot(s, y)
    if (curvature > 1e-12) {
      steps.push({ s, y, rho: 1 / curvature })
      if (steps.length > MEMORY) steps.shift()
    }
    point = next
    gradient = nextGradient
    value = nextValue
  }
  return point
}

/** Direction of the next step: the gradient times minus the estimated inverse curvature. */
function twoLoop(gradient: Float64Array, steps: readonly { s: Float64Array; y: Float64Array; rho: number }[]) {
  const q = gradient.map((g) => -g)
  const alphas: number[] = []
  for (const { s, y, rho } of steps.toReversed()) {
    const alpha = rho * dot(s, q)
    alphas.unshift(alpha)
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!
  }
  const last = steps.at(-1)
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, last.y))
    for (let i = 0; i < q.length; i++) q[i]! *= scale
  }
  steps.forEach(({ s, y, rho }, k) => {
    const beta = rho * dot(y, q)
    for (let i = 0; i < q.length; i++) q[i]! += (alphas[k]! - beta) * s[i]!
  })
  return q
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
