import type { NodeId } from '../core/ports.ts'
import { EMPTY_ROOT, frontierOf, nodeHash, rootOf } from './tree.ts'

/** Length of every hash in bytes. */
const HASH_BYTES = 32

/** Hashes of complete subtrees, in the order asked for: `Engine.nodes`. */
export type Nodes = (ids: readonly NodeId[]) => Promise<readonly Uint8Array[]>

/** Leaves [start, end). */
interface Range {
  start: number
  end: number
}

/**
 * Path from a leaf to the root of the tree of the first `size` leaves (RFC 6962, section 2.1.1), lowest first. Asks for
 * O(log size) nodes in one call. Throws RangeError where the tree has no such leaf.
 */
export async function inclusionProof(nodes: Nodes, index: number, size: number): Promise<Uint8Array[]> {
  if (!isSize(index) || !isSize(size) || index >= size) throw new RangeError(`${size} leaves have no leaf ${index}`)
  const path: Range[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + halfOf(end - start)
    if (index < middle) {
      path.push({ start: middle, end })
      end = middle
    } else {
      path.push({ start, end: middle })
      start = middle
    }
  }
  return await hashesOf(nodes, path.reverse())
}

/**
 * That the tree of `from` leaves is the beginning of the tree of `to` leaves (RFC 6962, section 2.1.2). Empty where they
 * are the same, and from the empty tree. Throws RangeError where the first is larger.
 */
export async function consistencyProof(nodes: Nodes, from: number, to: number): Promise<Uint8Array[]> {
  if (!isSize(from) || !isSize(to) || from > to) throw new RangeError(`no tree of ${from} leaves begins one of ${to}`)
  if (from === 0) return []
  const path: Range[] = []
  let start = 0
  let end = to
  while (from < end) {
    const middle = start + halfOf(end - start)
    if (from <= middle) {
      path.push({ start: middle, end })
      end = middle
    } else {
      path.push({ start, end: middle })
      start = middle
    }
  }
  // whoever holds the old root knows the hash of what begins at 0
  if (start > 0) path.push({ start, end })
  return await hashesOf(nodes, path.reverse())
}

/** Root of the tree of the first `size` leaves. */
export async function rootAt(nodes: Nodes, size: number): Promise<Uint8Array> {
  const [root] = await hashesOf(nodes, [{ start: 0, end: size }])
  return root!
}

/**
 * Whether `hashes` lead from a leaf to the root (RFC 9162, section 2.1.3.2). False for whatever is not as it should be;
 * never throws.
 */
export function verifyInclusion(proof: {
  index: number
  size: number
  leafHash: Uint8Array
  hashes: readonly Uint8Array[]
  root: Uint8Array
}): boolean {
  const { index, size, leafHash, hashes, root } = proof
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes(hashes, leafHash, root)) return false
  let at = index
  let last = size - 1
  let hash = leafHash
  for (const sibling of hashes) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash)
      // the last node of a level may have no sibling there: it is the same on the next
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else hash = nodeHash(hash, sibling)
    at = half(at)
    last = half(last)
  }
  return last === 0 && same(hash, root)
}

/**
 * Whether `hashes` show that the tree of `from` leaves and `fromRoot` is the beginning of the other (RFC 9162, section
 * 2.1.4.2). False for whatever is not as it should be; never throws.
 */
export function verifyConsistency(proof: {
  from: number
  to: number
  hashes: readonly Uint8Array[]
  fromRoot: Uint8Array
  toRoot: Uint8Array
}): boolean {
  const { from, to, hashes, fromRoot, toRoot } = proof
  if (!isSize(from) || !isSize(to) || from > to || !Array.isArray(hashes) || !areBytes(fromRoot, toRoot)) return false
  if (from === 0 && !same(fromRoot, EMPTY_ROOT)) return false
  if (from === to) return hashes.length === 0 && same(fromRoot, toRoot)
  if (!areHashes(hashes, fromRoot, toRoot)) return false
  // the empty tree begins every other
  if (from === 0) return hashes.length === 0
  let at = from - 1
  let last = to - 1
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  // where the old tree is complete its root is a node of the new one, and is not sent
  const [first, ...rest] = at === 0 ? [fromRoot, ...hashes] : hashes
  if (first === undefined) return false
  let old = first
  let present = first
  for (const sibling of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sibling, old)
      present = nodeHash(sibling, present)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else present = nodeHash(present, sibling)
    at = half(at)
    last = half(last)
  }
  return last === 0 && same(old, fromRoot) && same(present, toRoot)
}

/** One hash per range. A range begins where a complete subtree of its length would, so it is covered like a tree of its own. */
async function hashesOf(nodes: Nodes, ranges: readonly Range[]): Promise<Uint8Array[]> {
  const covers = ranges.map(({ start, end }) =>
    frontierOf(end - start).map(({ level, index }) => ({ level, index: start / 2 ** level + index })),
  )
  const hashes = await nodes(covers.flat())
  let at = 0
  return covers.map((cover) => {
    const own = hashes.slice(at, at + cover.length)
    at += cover.length
    return rootOf(own)
  })
}

/** The largest power of two below n, which is at least 2. */
function halfOf(n: number): number {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}

/** Sizes go beyond 32 bits, where shifting ends. */
const half = (n: number): number => Math.floor(n / 2)

const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0

const areBytes = (...values: unknown[]): boolean => values.every((value) => value instanceof Uint8Array)

const isLong = (hash: Uint8Array): boolean => hash.length === HASH_BYTES

const areHashes = (hashes: unknown, ...more: unknown[]): boolean =>
  Array.isArray(hashes) && areBytes(...hashes, ...more) && [...hashes, ...more].every(isLong)

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
