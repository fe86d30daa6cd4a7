/**
 * What a concept sees of a text besides its embedding: word 1- and 2-grams, hashed into three blocks of buckets: the
 * whole text, its beginning, where an answer shows what it is going to be, and its end, where a second voice may have
 * taken it back. Each block has unit length unless it holds no word.
 */
export function featuresOf(text: string, { bits, edge }: FeatureShape): SparseVector {
  const buckets = 2 ** bits
  const read = text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text
  const blocks = [
    counted(words(read), buckets),
    counted([EDGE, ...words(read.slice(0, edge))], buckets),
    counted([...words(read.slice(-edge)), EDGE], buckets),
  ]
  const index = new Int32Array(blocks.reduce((sum, block) => sum + block.size, 0))
  const value = new Float32Array(index.length)
  let at = 0
  for (const [b, block] of blocks.entries()) {
    let squares = 0
    for (const count of block.values()) squares += (1 + Math.log(count)) ** 2
    const norm = Math.sqrt(squares) || 1
    for (const [bucket, count] of block) {
      index[at] = b * buckets + bucket
      value[at++] = (1 + Math.log(count)) / norm
    }
  }
  return { index, value }
}

/** Number of blocks that featuresOf makes. */
export const BLOCKS = 3

export interface FeatureShape {
  /** log2 of the number of buckets in each block. */
  bits: number
  /** Characters that make the beginning, and the end. */
  edge: number
}

/** Each index occurs once. */
export interface SparseVector {
  index: Int32Array
  value: Float32Array
}

/** A text is read no further than this, so that one huge answer costs no more than a long one. */
const MAX_CHARS = 16_384
/** Stands before the first word and after the last, so that "sorry" as the first word is a feature of its own. */
const EDGE = '^'

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}]+)*/gu

/**
 * Words of a text in lower case: contractions stay whole ("can't"), every kind of apostrophe counts as the same,
 * scripts that are written without spaces give one word per character.
 */
export function words(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .replace(/[‘’ʼ`´′]/g, "'")
      .toLowerCase()
      .match(WORD) ?? []
  )
}

/** Occurrences by bucket. */
function counted(list: readonly string[], buckets: number): Map<number, number> {
  const counts = new Map<number, number>()
  const add = (gram: string) => {
    const bucket = fnv1a(gram) & (buckets - 1)
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  let before: string | undefined
  for (const word of list) {
    if (word !== EDGE) add(word)
    if (before !== undefined) add(`${before} ${word}`)
    before = word
  }
  return counts
}

/** 32-bit FNV-1a over UTF-16 units, with a final mix so that its low bits are as good as its high ones. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
