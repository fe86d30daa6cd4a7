import type { Engine, NodeId, SealedEntry } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { rootAt } from '../ledger/proof.ts'
import { frontierOf, nodeHash } from '../ledger/tree.ts'
import type { Roots } from './verify-checkpoints.ts'
import type { entryJudge, ReadLeaf } from './verify-entries.ts'
import { growing, type Peak } from './verify-peaks.ts'

/**
 * Grows the tree of a ledger twice, batch by batch: of the leaves as they stand, and of the pairs that the store
 * remembers. Where the two differ, entries were altered; where what is remembered contradicts itself, the store's tree
 * is damaged.
 * @param wanted sizes of which the roots are asked for
 */
export function treeReader(
  nodes: ReturnType<typeof nodeReader>,
  judge: Pick<ReturnType<typeof entryJudge>, 'take' | 'mismatch'>,
  wanted: ReadonlySet<number>,
  begun: readonly Peak[],
) {
  // the last leaf of an odd number of them is in no pair yet
  const open = begun.at(-1)?.level === 0 ? begun.at(-1) : undefined
  const actual = growing(begun)
  const remembered = growing(open === undefined ? begun : begun.slice(0, -1))
  const roots = new Map<number, Roots>()
  let damaged = false
  let last: ReadLeaf | undefined = open && { seq: open.index, event_id: '', hash: open.hash, fits: true }

  /** A pair against the node that the store has of it. */
  function pair(left: ReadLeaf, right: ReadLeaf, node: Uint8Array | null): Peak[] {
    const [a, b] = [left.hash, right.hash]
    const made = a === null || b === null ? null : nodeHash(a, b)
    if (node === null) damaged = true
    else if (a !== null && b !== null && Buffer.compare(nodeHash(a, b), node) !== 0)
      judge.mismatch({ ...left, hash: a }, { ...right, hash: b }, node)
    return remembered.add({ level: 1, index: left.seq / 2, hash: node ?? made })
  }

  function keep(size: number): void {
    if (!wanted.has(size)) return
    const open = size % 2 === 0 ? undefined : (last?.hash ?? null)
    roots.set(size, { actual: actual.root(), remembered: remembered.root(open) })
  }

  return {
    /**
     * The entries [from, to), which go on from those before.
     * @param entries those of them that have a leaf, in order
     */
    async read(from: number, to: number, entries: readonly SealedEntry[]): Promise<void> {
      const first = Math.floor(from / 2)
      const complete = Math.floor(to / 2) - first
      const pairs = await nodes.some(Array.from({ length: complete }, (_, i) => ({ level: 1, index: first + i })))
      const larger: Peak[] = []
      let next = 0
      for (let seq = from; seq < to; seq++) {
        const entry = entries[next]?.seq === seq ? entries[next++] : undefined
        const leaf = judge.take(seq, entry)
        actual.add({ level: 0, index: seq, hash: leaf.hash })
        if (seq % 2 === 1 && last !== undefined) larger.push(...pair(last, leaf, pairs[(seq - 1) / 2 - first] ?? null))
        last = leaf
        keep(seq + 1)
      }
      const stored = await nodes.some(larger)
      for (const [i, { hash }] of larger.entries())
        if (hash !== null && (stored[i] === null || Buffer.compare(stored[i]!, hash) !== 0)) damaged = true
    },

    /** Roots of the sizes that were asked for, as far as the tree has grown. */
    roots,
    /** Roots of a size that the tree had before it was begun: what is stored is all that is known of them. */
    async before(size: number): Promise<void> {
      const root = await nodes.root(size)
      roots.set(size, { actual: root, remembered: root })
    },
    damaged: () => damaged,
    peaks: actual.peaks,
  }
}

/** Nodes of a store that may lack some. */
export function nodeReader(engine: Pick<Engine, 'nodes'>) {
  const one = (id: NodeId) => orNull(engine.nodes([id]).then(([hash]) => hash ?? null))
  const all = async (ids: readonly NodeId[]): Promise<(Uint8Array | null)[]> =>
    ids.length === 0 ? [] : ((await orNull(engine.nodes(ids))) ?? Promise.all(ids.map(one)))
  return {
    /** In the order asked for; null where there is none. */
    some: (ids: readonly NodeId[]) => all(ids.map(({ level, index }) => ({ level, index }))),
    /** Root of the tree of the first `size` leaves; null where a node of it is gone. */
    root: (size: number) => orNull(rootAt((ids) => engine.nodes(ids), size)),
    /** The peaks of that tree; null where one is gone. */
    async peaks(size: number): Promise<Peak[] | null> {
      const ids = frontierOf(size)
      const hashes = await all(ids)
      return hashes.includes(null) ? null : ids.map((id, i) => ({ ...id, hash: hashes[i]! }))
    },
  }
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Problem && error.code === 'NOT_FOUND') return null
    throw error
  }
}
