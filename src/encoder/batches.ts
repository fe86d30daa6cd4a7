/** Rows of one run of the model. More gains nothing on a processor and costs memory. */
const MAX_ROWS = 32
/** Rows × longest row of one run: bounds what the graph allocates. One row longer than this still goes alone. */
const MAX_TOKENS = 8_192
/** Padding that costs as much as another run does; measured with the default model, where a run costs 100 µs. */
const PADDING_WORTH = 200

/**
 * Groups token lists by length so that little of a batch is padding.
 * @param lengths tokens of each text
 * @returns positions into `lengths`; each once, shortest first, 1 to 32 to a batch
 */
export function batchesOf(lengths: readonly number[]): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0))
  const batches: number[][] = []
  let batch: number[] = []
  let longest = 0
  for (const index of order) {
    const length = lengths[index] ?? 0
    const rows = batch.length
    const full = rows === MAX_ROWS || (rows + 1) * length > MAX_TOKENS || rows * (length - longest) > PADDING_WORTH
    if (rows > 0 && full) {
      batches.push(batch)
      batch = []
    }
    batch.push(index)
    longest = length
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}

/**
 * Lays token lists side by side, padded at the end.
 * @returns row-major int64 of width = longest row: the ids, and 1 where an id is a token of the text
 */
export function pad(rows: readonly (readonly number[])[], padId: number) {
  const width = rows.reduce((longest, row) => Math.max(longest, row.length), 0)
  // int64 written by its low half (little-endian on every platform the model runtime has): ids are below 2^31
  const ids = new Int32Array(rows.length * width * 2)
  const mask = new Int32Array(rows.length * width * 2)
  if (padId !== 0) for (let at = 0; at < ids.length; at += 2) ids[at] = padId
  rows.forEach((row, index) => {
    let at = index * width * 2
    for (const id of row) {
      ids[at] = id
      mask[at] = 1
      at += 2
    }
  })
  return { ids: new BigInt64Array(ids.buffer), mask: new BigInt64Array(mask.buffer), width }
}
