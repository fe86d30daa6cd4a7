import { createHash, hash } from 'node:crypto'
import type { NodeId } from '../core/ports.ts'

/** Hash of an empty tree: SHA-256 of nothing (RFC 6962, section 2.1). */
export const EMPTY_ROOT: Uint8Array = createHash('sha256').digest()

/** SHA-256(0x00 ‖ data), RFC 6962, section 2.1. */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(LEAF, data)
}

/** SHA-256(0x01 ‖ left ‖ right), RFC 6962, section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right)
}

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** One call into OpenSSL: for inputs this short, the call costs more than the hash. */
function sha256(...parts: Uint8Array[]): Uint8Array {
  return hash('sha256', Buffer.concat(parts), 'buffer')
}

/** A complete subtree: node (level, index) covers leaves [index·2^level, (index+1)·2^level). */
export interface Node extends NodeId {
  hash: Uint8Array
}

/** Roots of the complete subtrees that a tree of `size` leaves falls into, largest first: one per set bit of the size. */
export function frontierOf(size: number): NodeId[] {
  const ids: NodeId[] = []
  let start = 0
  for (let level = 52; level >= 0; level--) {
    const width = 2 ** level
    if (size - start >= width) {
      ids.push({ level, index: start / width })
      start += width
    }
  }
  return ids
}

/**
 * Appends leaves to a tree of `size` leaves whose frontier (see `frontierOf`, same order) is given: O(1) hashes a leaf
 * on average. Returns every subtree that became complete, leaves among them, and the new frontier.
 */
export function grow(size: number, frontier: readonly Uint8Array[], leaves: readonly Uint8Array[]) {
  const stack: Node[] = frontierOf(size).map((id, i) => ({ ...id, hash: frontier[i]! }))
  const made: Node[] = []
  for (const [i, hash] of leaves.entries()) {
    let node: Node = { level: 0, index: size + i, hash }
    made.push(node)
    while (stack.length > 0 && stack.at(-1)!.level === node.level) {
      const left = stack.pop()!
      node = { level: node.level + 1, index: left.index / 2, hash: nodeHash(left.hash, node.hash) }
      made.push(node)
    }
    stack.push(node)
  }
  return { made, frontier: stack.map((node) => node.hash) }
}

/** Root hash from a frontier: peaks are joined from the smallest up. */
export function rootOf(frontier: readonly Uint8Array[]): Uint8Array {
  if (frontier.length === 0) return EMPTY_ROOT
  return frontier.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), frontier.at(-1)!)
}
