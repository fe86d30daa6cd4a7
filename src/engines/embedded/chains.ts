/** End of a list of rows. */
export const NONE = 0xffff_ffff

/** Share of places that are taken at most. */
const FULL = 0.75
const FIRST_PLACES = 64

/**
 * Rows by a key, as lists through an array: a few bytes a row, whatever the keys. Keys are whole numbers below 2^53 whose
 * low bits are evenly spread; 0 is none and has no list.
 */
export interface Chains {
  /** Open addressing: each key where its low bits say, or behind that; 0 where there is none. */
  keys: Float64Array
  /** Newest row of the key at the same place. */
  heads: Uint32Array
  count: number
  /** By row: the row of the same key before it, `NONE` at the end. */
  next: Uint32Array
}

export const emptyChains = (rows = 0): Chains => ({
  keys: new Float64Array(0),
  heads: new Uint32Array(0),
  count: 0,
  next: new Uint32Array(rows),
})

/** Puts a row at the head of its key's list; rows come in ascending order, and `next` has room for them. */
export function chain(chains: Chains, key: number, row: number): void {
  chains.next[row] = NONE
  if (key === 0) return
  if (chains.count >= chains.keys.length * FULL) grow(chains)
  const at = placeOf(chains, key)
  if (chains.keys[at] === 0) {
    chains.keys[at] = key
    chains.count++
  } else chains.next[row] = chains.heads[at]!
  chains.heads[at] = row
}

/** Newest row of a key, `NONE` where it has none. */
export function headOf(chains: Chains, key: number): number {
  if (chains.count === 0 || key === 0) return NONE
  const at = placeOf(chains, key)
  return chains.keys[at] === 0 ? NONE : chains.heads[at]!
}

/** The key of each of the first `rows` rows. */
export function keysByRow(chains: Chains, rows: number): Float64Array {
  const keys = new Float64Array(rows)
  for (const [at, key] of chains.keys.entries())
    if (key !== 0) for (let row = chains.heads[at]!; row !== NONE; row = chains.next[row]!) keys[row] = key
  return keys
}

/** Whether every list ends and stays among the first `rows` rows. */
export function isWhole({ keys, heads, next }: Chains, rows: number): boolean {
  return (
    keys.length === heads.length &&
    (keys.length & (keys.length - 1)) === 0 &&
    (keys.length === 0 || keys.includes(0)) &&
    keys.every((key, at) => key === 0 || heads[at]! < rows) &&
    next.every((before, row) => before === NONE || before < row)
  )
}

function placeOf({ keys }: Chains, key: number): number {
  const mask = keys.length - 1
  let at = (key & mask) >>> 0
  while (keys[at] !== 0 && keys[at] !== key) at = (at + 1) & mask
  return at
}

function grow(chains: Chains): void {
  const { keys, heads } = chains
  chains.keys = new Float64Array(Math.max(FIRST_PLACES, 2 * keys.length))
  chains.heads = new Uint32Array(chains.keys.length)
  for (const [from, key] of keys.entries()) {
    if (key === 0) continue
    const at = placeOf(chains, key)
    chains.keys[at] = key
    chains.heads[at] = heads[from]!
  }
}
