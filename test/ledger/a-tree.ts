import type { NodeId } from '../../src/core/ports.ts'
import { grow, leafHash, type Node, rootOf } from '../../src/ledger/tree.ts'

/** A tree over leaves whose nodes can be asked for, as an engine's can; `asked` counts calls and nodes. */
export function aTree(leaves: readonly Uint8Array[]) {
  const hashes = leaves.map(leafHash)
  const { made } = grow(0, [], hashes)
  const kept = new Map(made.map((node: Node) => [`${node.level}/${node.index}`, node.hash]))
  const asked = { calls: 0, nodes: 0 }
  return {
    hashes,
    asked,
    /** Root of the first leaves, computed leaf by leaf. */
    root: (size: number) => rootOf(grow(0, [], hashes.slice(0, size)).frontier),
    nodes: async (ids: readonly NodeId[]) => {
      asked.calls++
      asked.nodes += ids.length
      return ids.map(({ level, index }) => {
        const hash = kept.get(`${level}/${index}`)
        if (hash === undefined) throw new Error(`no complete subtree ${level}/${index}`)
        return hash
      })
    },
  }
}
