/** Relative error of every quantile that a sketch answers. */
export const RELATIVE_ERROR = 0.01

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
const LOG_GAMMA = Math.log(GAMMA)
/** Magnitudes below count as zero, those above as this: a hostile value can make no sketch grow past some 3,000 bins a sign. */
const SMALLEST = 1e-9
const LARGEST = 1e18
const FORMAT = 1

/** Counts of values by bin; bin `i` holds magnitudes in (γ^(i-1), γ^i]. Plain state, added to in place. */
export interface Sketch {
  zero: number
  positive: Map<number, number>
  negative: Map<number, number>
}

/**
 * Joins two serialised sketches into that of all their values: commutative and associative to the byte. An empty array
 * holds no value. Throws RangeError where the bytes are no sketch.
 */
export function mergeSketches(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  if (b.length === 0) return a
  return encodeSketch(mergeInto(decodeSketch(a), decodeSketch(b)))
}

/**
 * A sketch of no value yet: quantiles of a stream within 1 % of the true value, in a size that depends on the range of
 * the values and not on their number (DDSketch: Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile
 * sketch with relative-error guarantees", VLDB 2019).
 */
export function emptySketch(): Sketch {
  return { zero: 0, positive: new Map(), negative: new Map() }
}

/** Adds a value. What is no finite number is left out. */
export function addTo(sketch: Sketch, value: number): void {
  if (!Number.isFinite(value)) return
  const magnitude = Math.min(Math.abs(value), LARGEST)
  if (magnitude < SMALLEST) {
    sketch.zero += 1
    return
  }
  const bin = Math.ceil(Math.log(magnitude) / LOG_GAMMA)
  const bins = value > 0 ? sketch.positive : sketch.negative
  bins.set(bin, (bins.get(bin) ?? 0) + 1)
}

/** Adds the values of the second sketch to the first, which it returns. */
export function mergeInto(sketch: Sketch, other: Sketch): Sketch {
  sketch.zero += other.zero
  for (const sign of ['positive', 'negative'] as const)
    for (const [bin, n] of other[sign]) sketch[sign].set(bin, (sketch[sign].get(bin) ?? 0) + n)
  return sketch
}

/**
 * Takes the values of the second serialised sketch out of the first, which held them: the inverse of mergeSketches, to
 * the byte. Values that it did not hold are not missed. Throws RangeError where the bytes are no sketch.
 */
export function lessSketch(a: Uint8Array, b: Uint8Array): Uint8Array {
  const sketch = decodeSketch(a)
  const other = decodeSketch(b)
  sketch.zero = Math.max(0, sketch.zero - other.zero)
  for (const sign of ['positive', 'negative'] as const)
    for (const [bin, n] of other[sign]) {
      const left = (sketch[sign].get(bin) ?? 0) - n
      if (left > 0) sketch[sign].set(bin, left)
      else sketch[sign].delete(bin)
    }
  return encodeSketch(sketch)
}

/** How many values it holds. */
export function countOf({ zero, positive, negative }: Sketch): number {
  let n = zero
  for (const count of positive.values()) n += count
  for (const count of negative.values()) n += count
  return n
}

/**
 * Values at the given quantiles (0 to 1), each within 1 % of the value of that rank; the lower of two middle values.
 * Null where the sketch is empty.
 */
export function quantilesOf(sketch: Sketch, quantiles: readonly number[]): number[] | null {
  const ladder: [number, number][] = [
    ...descending(sketch.negative).map(([bin, n]): [number, number] => [-middleOf(bin), n]),
    ...(sketch.zero > 0 ? [[0, sketch.zero] as [number, number]] : []),
    ...ascending(sketch.positive).map(([bin, n]): [number, number] => [middleOf(bin), n]),
  ]
  const total = countOf(sketch)
  if (total === 0) return null
  return quantiles.map((q) => {
    const rank = Math.min(Math.max(q, 0), 1) * (total - 1)
    let below = 0
    for (const [value, n] of ladder) {
      below += n
      if (below > rank) return value
    }
    return ladder.at(-1)![0]
  })
}

/** One quantile (0 to 1), see quantilesOf. */
export function quantileOf(sketch: Sketch, q: number): number | null {
  return quantilesOf(sketch, [q])?.[0] ?? null
}

/** Value counts, smallest first: what a robust spread is computed from. */
export function valuesOf(sketch: Sketch): { value: number; n: number }[] {
  return [
    ...descending(sketch.negative).map(([bin, n]) => ({ value: -middleOf(bin), n })),
    ...(sketch.zero > 0 ? [{ value: 0, n: sketch.zero }] : []),
    ...ascending(sketch.positive).map(([bin, n]) => ({ value: middleOf(bin), n })),
  ]
}

/**
 * Bytes of a sketch: format, zeros, then bins of either sign (number, first bin zigzag, gaps, counts) as varints, so
 * that equal contents are equal bytes. An empty sketch is an empty array.
 */
export function encodeSketch(sketch: Sketch): Uint8Array {
  if (sketch.zero === 0 && sketch.positive.size === 0 && sketch.negative.size === 0) return new Uint8Array(0)
  const bytes: number[] = [FORMAT]
  writeVarint(bytes, sketch.zero)
  for (const bins of [sketch.positive, sketch.negative]) {
    const sorted = ascending(bins)
    writeVarint(bytes, sorted.length)
    let previous = 0
    for (const [i, [bin, n]] of sorted.entries()) {
      writeVarint(bytes, i === 0 ? (bin >= 0 ? bin * 2 : -bin * 2 - 1) : bin - previous)
      writeVarint(bytes, n)
      previous = bin
    }
  }
  return Uint8Array.from(bytes)
}

/** Reads what encodeSketch wrote. Throws RangeError where the bytes are no sketch. */
export function decodeSketch(bytes: Uint8Array): Sketch {
  const sketch = emptySketch()
  if (bytes.length === 0) return sketch
  if (bytes[0] !== FORMAT) throw new RangeError(`a sketch of format ${bytes[0]} is not known`)
  const cursor = { at: 1 }
  sketch.zero = readVarint(bytes, cursor)
  for (const bins of [sketch.positive, sketch.negative]) {
    const size = readVarint(bytes, cursor)
    let bin = 0
    for (let i = 0; i < size; i++) {
      const step = readVarint(bytes, cursor)
      bin = i === 0 ? (step % 2 === 0 ? step / 2 : -(step + 1) / 2) : bin + step
      bins.set(bin, readVarint(bytes, cursor))
    }
  }
  return sketch
}

/** The value whose relative distance to both ends of a bin is the same. */
function middleOf(bin: number): number {
  return (2 * Math.exp(bin * LOG_GAMMA)) / (GAMMA + 1)
}

function ascending(bins: Map<number, number>): [number, number][] {
  return [...bins].sort((a, b) => a[0] - b[0])
}

function descending(bins: Map<number, number>): [number, number][] {
  return [...bins].sort((a, b) => b[0] - a[0])
}

function writeVarint(bytes: number[], value: number): void {
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
}

function readVarint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0
  for (let scale = 1; scale <= Number.MAX_SAFE_INTEGER; scale *= 128) {
    const byte = bytes[cursor.at++]
    if (byte === undefined) throw new RangeError('a sketch ends in the middle of a number')
    value += (byte % 128) * scale
    if (byte < 128) return value
  }
  throw new RangeError('a sketch holds a number that is too large')
}
