/** Rows of one run of the model. More gains nothing on a processor and costs memory. */
const MAX_ROWS = 32
/** Rows × width of one run: bounds what the graph allocates. One row longer than this still goes alone. */
const MAX_TOKENS = 8_192

/** Texts that run together, all padded to the same width. */
export interface Batch {
  /** Positions of the texts. */
  places: number[]
  /** Tokens of each row, padding included. */
  width: number
}

/**
 * Groups token lists by width. A list always gets the same width, whatever it comes with: summing in blocks, as the
 * runtime does, rounds by width, and equal texts shall have equal vectors.
 * @param lengths tokens of each text
 * @param limit the widest that the model takes; at least every length
 * @returns each position once, shortest first, 1 to 32 to a batch
 */
export function batchesOf(lengths: readonly number[], limit: number): Batch[] {
  const widths = lengths.map((length) => Math.min(widthOf(length), limit))
  const order = widths.map((_, place) => place).sort((a, b) => (widths[a] ?? 0) - (widths[b] ?? 0))
  const batches: Batch[] = []
  for (const place of order) {
    const width = widths[place] ?? 0
    const last = batches.at(-1)
    const rows = last?.width === width ? last.places.length : 0
    if (last === undefined || rows === 0 || rows === MAX_ROWS || (rows + 1) * width > MAX_TOKENS)
      batches.push({ places: [place], width })
    else last.places.push(place)
  }
  return batches
}

/** The next multiple of 8, or of an eighth of the power of two below: at most an eighth is padding beyond 64 tokens. */
const widthOf = (length: number): number => {
  const step = Math.max(8, 2 ** (Math.floor(Math.log2(Math.max(length, 1))) - 3))
  return Math.max(1, Math.ceil(length / step)) * step
}

/**
 * Lays token lists side by side, padded at the end to one width.
 * @param rows none longer than `width`
 * @param atLeast rows beyond those given are padding alone
 * @returns row-major int64: the ids, and 1 where an id is a token of the text
 */
export function pad(rows: readonly (readonly number[])[], width: number, padId: number, atLeast: number) {
  const count = Math.max(rows.length, atLeast)
  // int64 written by its low half (little-endian on every platform the model runtime has): ids are below 2^31
  const ids = new Int32Array(count * width * 2)
  const mask = new Int32Array(count * width * 2)
  if (padId !== 0) for (let at = 0; at < ids.length; at += 2) ids[at] = padId
  rows.forEach((row, index) => {
    let at = index * width * 2
    for (const id of row) {
      ids[at] = id
      mask[at] = 1
      at += 2
    }
  })
  return { ids: new BigInt64Array(ids.buffer), mask: new BigInt64Array(mask.buffer), count }
}
