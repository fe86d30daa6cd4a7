import { CUE_BLOCKS, cuesOf } from './cues.ts'
import { sentencesOf } from './word-scan.ts'

/**
 * What a concept sees of a text besides its embedding, in three blocks: word 1- and 2-grams of the whole, hashed; the
 * first one to four words of each sentence, hashed, since an answer shows in how its sentences begin whether it gives or
 * withholds; and its length. The first two have unit length, then times their share, unless they hold no word. Where the
 * shape asks for cues, those of cuesOf follow.
 */
export function featuresOf(text: string, { bits, cues = false }: FeatureShape): SparseVector {
  const buckets = 2 ** bits
  const read = text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text
  const { hashes, starts } = sentencesOf(read)
  if (hashes.length === 0) return { index: new Int32Array(0), value: new Float32Array(0) }
  const grams = new Int32Array(2 * hashes.length - 1)
  const openers = new Int32Array(Math.min(starts.length * OPENER, hashes.length))
  for (const [i, hash] of hashes.entries()) {
    grams[2 * i] = bucketOf(hash, bits)
    if (i > 0) grams[2 * i - 1] = bucketOf(joined(hashes[i - 1]!, hash), bits)
  }
  let opened = 0
  for (const [s, start] of starts.entries()) {
    const end = Math.min(starts[s + 1] ?? hashes.length, start + OPENER)
    for (let i = start, hash = 0; i < end; i++) {
      hash = joined(hash, hashes[i]!)
      openers[opened++] = bucketOf(hash, bits)
    }
  }

  const blocks = [
    { runs: runsOf(grams), first: 0, share: 1 },
    { runs: runsOf(openers.subarray(0, opened)), first: buckets, share: OPENER_SHARE },
  ]
  const form = cues ? cuesOf(read, hashes) : NONE
  const index = new Int32Array(blocks.reduce((sum, { runs }) => sum + runs.length, 2 + form.index.length))
  const value = new Float32Array(index.length)
  let at = 0
  for (const { runs, first, share } of blocks) {
    let squares = 0
    for (const { n } of runs) squares += damped(n) ** 2
    const scale = share / Math.sqrt(squares)
    for (const { bucket, n } of runs) {
      index[at] = first + bucket
      value[at++] = damped(n) * scale
    }
  }
  // between two whole powers of two the length counts for both, so that one more word never tips an answer
  const length = Math.min(Math.log2(hashes.length + 1), LENGTHS - 1.001)
  const whole = Math.floor(length)
  for (const [bucket, share] of [
    [whole, 1 - (length - whole)],
    [whole + 1, length - whole],
  ] as const) {
    index[at] = 2 * buckets + bucket
    value[at++] = share * LENGTH_SHARE
  }
  for (const [i, cue] of form.index.entries()) {
    index[at] = 2 * buckets + LENGTHS + cue
    value[at++] = form.value[i]!
  }
  return { index, value }
}

/** The same for concepts that take turns with the two texts of an event, with cues or without: it remembers the last four. */
export function rememberingFeatures(): typeof featuresOf {
  let last: Read[] = []
  return (text, shape) => {
    const known = last.find((one) => one.text === text && one.bits === shape.bits && one.cues === shape.cues)
    if (known !== undefined) return known.features
    const read = { text, bits: shape.bits, cues: shape.cues, features: featuresOf(text, shape) }
    last = [read, ...last.slice(0, REMEMBERED - 1)]
    return read.features
  }
}

const REMEMBERED = 4

interface Read {
  text: string
  bits: number
  cues: boolean | undefined
  features: SparseVector
}

/** Sizes of the blocks of featuresOf, in order. */
export function blocksOf({ bits, cues = false }: FeatureShape): readonly number[] {
  return [2 ** bits, 2 ** bits, LENGTHS, ...(cues ? CUE_BLOCKS : [])]
}

export interface FeatureShape {
  /** log2 of the number of buckets in each hashed block. */
  bits: number
  /** Whether the cues to attacks are read as well; default false. */
  cues?: boolean
}

/** Each index occurs once. */
export interface SparseVector {
  index: Int32Array
  value: Float32Array
}

const NONE: SparseVector = { index: new Int32Array(0), value: new Float32Array(0) }

/** A text is read no further than this, so that one huge answer costs no more than a long one. */
const MAX_CHARS = 16_384
/** Words that open a sentence. */
const OPENER = 4
/** Weight of the openers against the 1- and 2-grams. */
const OPENER_SHARE = 0.8
/** Weight of the length. More, and every short answer looks like a refusal where the fitted ones are short. */
const LENGTH_SHARE = 0.15
/** Lengths told apart: 1, 3, 7, … 1023 words and more. */
const LENGTHS = 11

/** Each bucket once, with how often it occurs. Sorts `buckets`, which is faster than counting in a map. */
function runsOf(buckets: Int32Array): { bucket: number; n: number }[] {
  const runs: { bucket: number; n: number }[] = []
  for (const bucket of buckets.sort()) {
    const last = runs.at(-1)
    if (last?.bucket === bucket) last.n++
    else runs.push({ bucket, n: 1 })
  }
  return runs
}

/** A word said ten times does not count ten times. */
const damped = (n: number) => (n === 1 ? 1 : 1 + Math.log(n))

/** Hash of a sequence, from that of its beginning and that of its next word. */
function joined(before: number, next: number): number {
  return Math.imul(before ^ 0x9e3779b9, 0x85ebca6b) ^ next
}

/** The final mix of MurmurHash3, which makes the low bits of a hash as good as its high ones, cut to a bucket. */
function bucketOf(hash: number, bits: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) & (2 ** bits - 1)
}
