/**
 * What a concept sees of a text besides its embedding, in three blocks: word 1- and 2-grams of the whole, hashed; the
 * first one to four words of each sentence, hashed, since an answer shows in how its sentences begin whether it gives or
 * withholds; and its length. The first two have unit length, then times their share, unless they hold no word.
 */
export function featuresOf(text: string, { bits }: FeatureShape): SparseVector {
  const buckets = 2 ** bits
  const { hashes, starts } = sentencesOf(text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text)
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
  const index = new Int32Array(blocks.reduce((sum, { runs }) => sum + runs.length, 2))
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
  return { index, value }
}

/** The same for concepts that take turns with the two texts of an event: it remembers the last two. */
export function rememberingFeatures(): typeof featuresOf {
  let last: Read[] = []
  return (text, shape) => {
    const known = last.find((one) => one.text === text && one.bits === shape.bits)
    if (known !== undefined) return known.features
    const read = { text, bits: shape.bits, features: featuresOf(text, shape) }
    last = [read, ...last.slice(0, 1)]
    return read.features
  }
}

interface Read {
  text: string
  bits: number
  features: SparseVector
}

/** Sizes of the blocks of featuresOf, in order. */
export function blocksOf({ bits }: FeatureShape): readonly number[] {
  return [2 ** bits, 2 ** bits, LENGTHS]
}

export interface FeatureShape {
  /** log2 of the number of buckets in each hashed block. */
  bits: number
}

/** Each index occurs once. */
export interface SparseVector {
  index: Int32Array
  value: Float32Array
}

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

/**
 * Words of a text in lower case: contractions stay whole ("can't"), every kind of apostrophe counts as the same,
 * scripts that are written without spaces give one word per character.
 */
export function words(text: string): string[] {
  const list: string[] = []
  const plain = plainOf(text)
  scan(plain, (from, to) => list.push(plain.slice(from, to)))
  return list
}

/** Hashes of the words in order, and which of them begin a sentence or a line. */
function sentencesOf(text: string): { hashes: number[]; starts: number[] } {
  const hashes: number[] = []
  const starts: number[] = []
  scan(plainOf(text), (_from, _to, hash, begins) => {
    if (begins) starts.push(hashes.length)
    hashes.push(hash)
  })
  return { hashes, starts }
}

function plainOf(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[‘’ʼ`´′]/g, "'")
    .toLowerCase()
}

/**
 * Tells each word: where it stands, its hash (32-bit FNV-1a over UTF-16 units) and whether it begins a sentence. Goes
 * character by character, which takes half the time of a regular expression over Unicode classes.
 */
function scan(text: string, word: (from: number, to: number, hash: number, begins: boolean) => void): void {
  let begins = true
  let [from, hash] = [-1, BASIS]
  const close = (to: number) => {
    if (from < 0) return
    word(from, to, hash, begins)
    begins = false
    from = -1
    hash = BASIS
  }
  for (let i = 0; i < text.length; ) {
    const code = text.codePointAt(i)!
    const width = code > 0xffff ? 2 : 1
    const kind = kindOf(code)
    if (kind === SPACE) {
      // a full stop ends a sentence where space follows it, so that 3.5 and a.b do not
      const before = i > 0 ? text.charCodeAt(i - 1) : 0
      close(i)
      if (code === NEWLINE || before === 0x2e || before === 0x21 || before === 0x3f) begins = true
    } else if (kind === LETTER || (kind === APOSTROPHE && from >= 0 && isLetterAt(text, i + 1))) {
      if (from < 0) from = i
      for (let unit = i; unit < i + width; unit++) hash = Math.imul(hash ^ text.charCodeAt(unit), 0x01000193)
    } else {
      close(i)
      if (kind === ALONE) {
        from = i
        for (let unit = i; unit < i + width; unit++) hash = Math.imul(hash ^ text.charCodeAt(unit), 0x01000193)
        close(i + width)
      } else if (kind === STOP) begins = true
    }
    i += width
  }
  close(text.length)
}

const BASIS = 0x811c9dc5 | 0
const NEWLINE = 0x0a
const [OTHER, LETTER, SPACE, APOSTROPHE, STOP, ALONE] = [0, 1, 2, 3, 4, 5]

function kindOf(code: number): number {
  return code < 128 ? ASCII[code]! : classified(code)
}

/** ALONE: a character of a script without spaces. STOP: ends a sentence without a space. */
function classified(code: number): number {
  const character = String.fromCodePoint(code)
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character)) return ALONE
  if (/[\p{L}\p{M}\p{N}]/u.test(character)) return LETTER
  if (/\s/u.test(character)) return SPACE
  if (character === "'") return APOSTROPHE
  return /[。！？]/u.test(character) ? STOP : OTHER
}

const ASCII = Uint8Array.from({ length: 128 }, (_, code) => classified(code))

function isLetterAt(text: string, at: number): boolean {
  return at < text.length && kindOf(text.codePointAt(at)!) === LETTER
}

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
