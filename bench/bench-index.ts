import { join } from 'node:path'
import { connect } from '../src/engines/embedded/connection.ts'
import { createVectorIndex } from '../src/engines/embedded/vectors.ts'
import { medianOf } from './bench-compare.ts'
import type { Row } from './bench-row.ts'
import type { Given } from './bench-vectors.ts'
import { storeKey } from './store-key.ts'

/** How fast vectors become findable, and what they take: the exact tier, read from the store anew. */
export async function indexRows({ set, world: worldOf, peer: peerOf, rounds }: Given): Promise<Row[]> {
  const peer = await peerOf()
  const world = await worldOf()
  const rates: number[] = []
  let bytes = 0
  for (let round = 0; round < rounds; round++) {
    const db = connect(world.dataDir, false, storeKey)
    const dir = join(world.dataDir, 'bench-index')
    const begun = process.cpuUsage()
    const index = createVectorIndex({ key: storeKey, db, dir, writable: false, graphs: false })
    index.catchUp()
    const { user, system } = process.cpuUsage(begun)
    const { indexed, bytes: held } = index.status()
    rates.push(indexed / ((user + system) / 1e6))
    bytes = held / indexed
    await index.close()
    db.close()
  }
  const graphs = (await world.engine.index()).graph_bytes / world.count
  return [
    {
      name: `vec.insert (${set})`,
      what: 'vectors from the store made findable exactly / hnswlib addPoint (efConstruction 200)',
      ours: medianOf(rates),
      peer: peer.insert,
      unit: 'vectors/CPU-s',
      ratio: medianOf(rates) / peer.insert,
      goal: { atLeast: 20 },
    },
    {
      name: `vec.memory (${set})`,
      what: `resident, exact tier / one graph of hnswlib; graphs beside it take ${Math.round(graphs)}`,
      ours: bytes,
      peer: peer.bytes,
      unit: 'bytes/vector',
      ratio: bytes / peer.bytes,
      goal: { atMost: 0.25 },
    },
  ]
}
