import { join } from 'node:path'
import { connect } from '../src/engines/embedded/connection.ts'
import { createVectorIndex } from '../src/engines/embedded/vectors.ts'
import { compare, medianOf, ratioOf } from './bench-compare.ts'
import type { Row } from './bench-row.ts'
import { exactTop, recallOf, SPACE, USERS, userOf, type VectorWorld } from './bench-vectors.ts'
import { storeKey } from './store-key.ts'

const K = 10
/** Questions of one measurement where each is slow for one of the two. */
const FEW = 10

/** How fast vectors become findable, and what they take: the exact tier, read from the store anew. */
export async function indexRows(world: VectorWorld, rounds: number): Promise<Row[]> {
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
  return [
    {
      name: 'vec.insert',
      what: 'vectors from the store made findable exactly / hnswlib addPoint (efConstruction 200)',
      ours: medianOf(rates),
      peer: world.peerInsert,
      unit: 'vectors/CPU-s',
      ratio: medianOf(rates) / world.peerInsert,
      goal: { atLeast: 20 },
    },
    {
      name: 'vec.memory',
      what: 'resident, exact tier without graphs / one graph of hnswlib',
      ours: bytes,
      peer: world.peerBytes,
      unit: 'bytes/vector',
      ratio: bytes / world.peerBytes,
      goal: { atMost: 0.25 },
    },
  ]
}

/** The ten nearest of everything. */
export async function searchRows(world: VectorWorld, rounds: number): Promise<Row[]> {
  const { engine, peer, questions } = world
  const points = questions.map((q) => Array.from(q))
  const asked = questions.slice(0, FEW)
  const plain = questions.map((q) => exactTop(world, q, K))
  const [found, foundByPeer] = [[] as number[], [] as number[]]
  for (const [at, q] of questions.entries()) {
    const { hits } = await engine.nearest(q, SPACE, K, {})
    found.push(
      recallOf(
        hits.map(({ score }) => score),
        plain[at] ?? [],
      ),
    )
    const { distances } = peer.searchKnn(points[at] ?? [], K)
    foundByPeer.push(
      recallOf(
        distances.map((distance) => 1 - distance),
        plain[at] ?? [],
      ),
    )
  }
  const [recall, peerRecall] = [mean(found), mean(foundByPeer)]
  const rates = await compare(rounds, {
    ours: {
      run: async () => {
        for (const q of questions) await engine.nearest(q, SPACE, K, {})
        return questions.length
      },
    },
    peer: {
      run: () => {
        for (const point of points) peer.searchKnn(point, K)
        return points.length
      },
    },
    exact: {
      run: async () => {
        for (const q of asked) await engine.within(q, SPACE, 0.9, {}, { limit: K })
        return asked.length
      },
    },
    loop: {
      run: () => {
        for (const q of asked) exactTop(world, q, K)
        return asked.length
      },
    },
  })
  const ms = (rate: readonly number[]) => 1_000 / medianOf(rate)
  return [
    {
      name: 'vec.recall',
      what: `ten nearest by default settings / by a plain loop; one graph of hnswlib finds ${peerRecall.toFixed(3)}`,
      ours: recall,
      peer: 1,
      unit: 'recall@10',
      ratio: recall,
      goal: { atLeast: 0.99 },
    },
    {
      name: 'vec.search-peer',
      what: 'ten nearest of everything / one graph of hnswlib (M 16, efConstruction 200, ef 64)',
      ours: ms(rates.ours),
      peer: ms(rates.peer),
      unit: 'CPU-ms/query',
      ratio: ratioOf(rates.peer, rates.ours),
      goal: { atMost: 8 },
    },
    {
      name: 'vec.range',
      what: 'every text above a cosine of 0.9 / a plain loop over all vectors, ten best',
      ours: ms(rates.exact),
      peer: ms(rates.loop),
      unit: 'CPU-ms/query',
      ratio: ratioOf(rates.loop, rates.exact),
      goal: null,
    },
  ]
}

/** The ten nearest of one user's texts, one in a hundred. */
export async function filteredRows(world: VectorWorld, rounds: number): Promise<Row[]> {
  const { engine, peer } = world
  const questions = world.questions.slice(0, FEW)
  const points = questions.map((q) => Array.from(q))
  const user = 7
  const filter = { fields: { user_id: userOf(user) } }
  const mine = (label: number) => label % USERS === user
  const recalls: number[] = []
  for (const q of questions) {
    const { hits } = await engine.nearest(q, SPACE, K, filter)
    recalls.push(
      recallOf(
        hits.map(({ score }) => score),
        exactTop(world, q, K, mine),
      ),
    )
  }
  const rates = await compare(rounds, {
    ours: {
      run: async () => {
        for (const q of questions) await engine.nearest(q, SPACE, K, filter)
        return questions.length
      },
    },
    peer: {
      run: () => {
        for (const point of points) peer.searchKnn(point, K, mine)
        return points.length
      },
    },
  })
  return [
    {
      name: 'vec.filtered',
      what: 'ten nearest of one user in a hundred, from the store / hnswlib with a filter callback',
      ours: 1_000 / medianOf(rates.ours),
      peer: 1_000 / medianOf(rates.peer),
      unit: 'CPU-ms/query',
      ratio: ratioOf(rates.peer, rates.ours),
      goal: { atMost: 0.02 },
    },
    {
      name: 'vec.filtered-recall',
      what: 'of those ten / by a plain loop',
      ours: mean(recalls),
      peer: 1,
      unit: 'recall@10',
      ratio: mean(recalls),
      goal: { atLeast: 0.99 },
    },
  ]
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
