import type { NodeId } from '../core/ports.ts'
import { EMPTY_ROOT, nodeHash } from '../ledger/tree.ts'

/** A complete subtree; the hash is null where something below it is not known. */
export interface Peak extends NodeId {
  hash: Uint8Array | null
}

/**
 * A tree that grows from the left and keeps its peaks only: O(log n) memory. A hash that is not known makes every root
 * above it unknown, and nothing else.
 */
export function growing(peaks: readonly Peak[] = []) {
  const stack = [...peaks]
  return {
    /** Adds the next complete subtree; returns every larger one that it completes. */
    add(node: Peak): Peak[] {
      const made: Peak[] = []
      let top = node
      while (stack.length > 0 && stack.at(-1)!.level === top.level) {
        const left = stack.pop()!
        const hash = left.hash === null || top.hash === null ? null : nodeHash(left.hash, top.hash)
        top = { level: top.level + 1, index: left.index / 2, hash }
        made.push(top)
      }
      stack.push(top)
      return made
    },

    /** Root of what was added, and of a last leaf that is not yet part of a pair; null where it is not known. */
    root(last?: Uint8Array | null): Uint8Array | null {
      const hashes = stack.map((peak) => peak.hash)
      if (last !== undefined) hashes.push(last)
      if (hashes.length === 0) return EMPTY_ROOT
      return hashes.reduceRight((right, left) => (left === null || right === null ? null : nodeHash(left, right)))
    },

    peaks: (): readonly Peak[] => [...stack],
  }
}
