import { compare, mean, msAt, ratioOf } from './bench-compare.ts'
import type { Row } from './bench-row.ts'
import type { Given } from './bench-vectors.ts'
import { exactTop, recallOf } from './vector-sets.ts'
import { SPACE } from './vector-world.ts'

const K = 10

/** The ten nearest of everything, as the service answers by default. */
export async function nearestRows({ set, world: worldOf, peer: peerOf, rounds }: Given): Promise<Row[]> {
  const { graph } = await peerOf()
  const world = await worldOf()
  const points = world.questions.map((q) => Array.from(q))
  const found = world.questions.map((q, at) => {
    const { distances } = graph.searchKnn(points[at]!, K)
    return recallOf(
      distances.map((distance) => 1 - distance),
      exactTop(world, q, K),
    )
  })
  const rates = await compare(rounds, {
    ours: {
      run: async () => {
        for (const q of world.questions) await world.engine.nearest(q, SPACE, K, {})
        return world.questions.length
      },
    },
    peer: {
      run: () => {
        for (const point of points) graph.searchKnn(point, K)
        return points.length
      },
    },
  })
  const settings = `M 16, efConstruction 200, ef 64; finds ${mean(found).toFixed(3)}`
  return [
    {
      name: `vec.search-peer (${set})`,
      what: `ten nearest of everything / one graph of hnswlib (${settings})`,
      ours: msAt(rates.ours),
      peer: msAt(rates.peer),
      unit: 'CPU-ms/query',
      ratio: ratioOf(rates.peer, rates.ours),
      goal: { atMost: 8 },
    },
  ]
}
