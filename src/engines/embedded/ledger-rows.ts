import type { Entry, NodeId } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { leafData } from '../../ledger/leaf.ts'
import { leafHash, rootOf } from '../../ledger/tree.ts'
import { split } from './append.ts'
import type { Connection } from './connection.ts'

/** Reading the ledger: head, leaf data, subtree hashes. */
export function ledgerReader(db: Connection) {
  const head = db.prepare<[], { size: number; frontier: Buffer }>('select size, frontier from head')
  const leaf = db.prepare<[number, number], { kind: Entry['kind']; event_id: string; commitment: Buffer }>(
    'select kind, event_id, commitment from leaves where seq >= ? and seq < ? order by seq',
  )
  const node = db.prepare<[number, number], { hash: Buffer }>('select hash from nodes where level = ? and idx = ?')

  return {
    head() {
      const { size, frontier } = head.get()!
      return { size, root: rootOf(split(frontier)) }
    },

    leaves: (from: number, to: number): Uint8Array[] =>
      leaf.all(from, to).map((row) => leafData(row.kind, row.event_id, row.commitment)),

    nodes: (ids: readonly NodeId[]): Uint8Array[] =>
      ids.map(({ level, index }) => {
        // the lowest level is not kept: a leaf's hash is one hash away from its row
        const bottom = level === 0 ? leaf.get(index, index + 1) : undefined
        if (bottom !== undefined) return leafHash(leafData(bottom.kind, bottom.event_id, bottom.commitment))
        const row = node.get(level, index)
        if (row === undefined)
          throw new Problem('NOT_FOUND', `the ledger has no complete subtree at level ${level}, index ${index}`)
        return row.hash
      }),
  }
}
