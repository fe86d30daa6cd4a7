import { join } from 'node:path'
import type { Filter } from '../src/core/ports.ts'
import { connect } from '../src/engines/embedded/connection.ts'
import { createVectorIndex } from '../src/engines/embedded/vectors.ts'
import { storeKey } from './store-key.ts'
import { APART, BEGUN, SPACE, USERS, userOf, type VectorWorld } from './vector-world.ts'

const USER = 7

/** Questions of one in a hundred events. */
export interface FilterCase {
  name: string
  from: string
  /** The `k` nearest of those. */
  ask(q: Float32Array, k: number): Promise<{ hits: readonly { score: number }[] }>
  /** Whether the vector of this place is of them. */
  is(place: number): boolean
}

/** Those of a user, of a time, and some by ledger number. */
export function filterCases({ engine, count, dataDir }: VectorWorld): { cases: FilterCase[]; close(): Promise<void> } {
  const newest = count - Math.floor(count / 100)
  const any = new Set(Array.from({ length: Math.floor(count / 100) }, (_, i) => (i * 7919 * 13) % count))
  const seqs = Float64Array.from(any).sort()
  const db = connect(dataDir, false, storeKey)
  const dir = join(dataDir, 'bench-index')
  const index = createVectorIndex({ key: storeKey, db, dir, writable: false, graphs: false })
  index.catchUp()
  const asked = (filter: Filter) => (q: Float32Array, k: number) => engine.nearest(q, SPACE, k, filter)
  const ask = (q: Float32Array, k: number) => index.nearest(q, SPACE, k, seqs)
  return {
    cases: [
      {
        ...{ name: 'user', from: 'from the store', ask: asked({ fields: { user_id: userOf(USER) } }) },
        is: (place) => place % USERS === USER,
      },
      {
        ...{ name: 'time', from: 'from the store', ask: asked({ since: BEGUN + newest * APART }) },
        is: (place) => place >= newest,
      },
      { name: 'random', from: 'by ledger numbers, from the index', ask, is: (place) => any.has(place) },
    ],
    async close() {
      await index.close()
      db.close()
    },
  }
}
