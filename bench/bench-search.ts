import { join } from 'node:path'
import type { Filter } from '../src/core/ports.ts'
import { connect } from '../src/engines/embedded/connection.ts'
import { createVectorIndex } from '../src/engines/embedded/vectors.ts'
import { compare, medianOf, ratioOf } from './bench-compare.ts'
import type { Row } from './bench-row.ts'
import { APART, BEGUN, type Given, SPACE, USERS, userOf, type VectorWorld } from './bench-vectors.ts'
import { storeKey } from './store-key.ts'
import { exactTop, recallOf, type SetName } from './vector-sets.ts'

const K = 10
/** Questions of one measurement where each is slow for one of the two. */
const FEW = 10

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
/** CPU-ms of one piece of work at a rate per CPU-second. */
export const msAt = (rates: readonly number[]): number => 1_000 / medianOf(rates)

/** How fast vectors become findable, and what they take: the exact tier, read from the store anew. */
export async function indexRows({ world: worldOf, peer: graph, rounds }: Given): Promise<Row[]> {
  const peer = graph()
  const world = await worldOf('clustered')
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
      name: 'vec.insert',
      what: 'vectors from the store made findable exactly / hnswlib addPoint (efConstruction 200)',
      ours: medianOf(rates),
      peer: peer.insert,
      unit: 'vectors/CPU-s',
      ratio: medianOf(rates) / peer.insert,
      goal: { atLeast: 20 },
    },
    {
      name: 'vec.memory',
      what: `resident, exact tier / one graph of hnswlib; graphs beside it take ${Math.round(graphs)}`,
      ours: bytes,
      peer: peer.bytes,
      unit: 'bytes/vector',
      ratio: bytes / peer.bytes,
      goal: { atMost: 0.25 },
    },
  ]
}

/** The ten nearest of everything, as the service answers by default. */
export async function searchRows({ world: worldOf, peer: peerOf, rounds }: Given): Promise<Row[]> {
  const { graph } = peerOf()
  const world = await worldOf('clustered')
  const points = world.questions.map((q) => Array.from(q))
  const truth = world.questions.map((q) => exactTop(world, q, K))
  const found = points.map((point, at) => {
    const { distances } = graph.searchKnn(point, K)
    return recallOf(
      distances.map((distance) => 1 - distance),
      truth[at] ?? [],
    )
  })
  const recall = await recallIn(world, truth)
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
  return [
    recallRow('clustered', recall, `; one graph of hnswlib finds ${mean(found).toFixed(3)}`),
    {
      name: 'vec.search-peer',
      what: 'ten nearest of everything / one graph of hnswlib (M 16, efConstruction 200, ef 64)',
      ours: msAt(rates.ours),
      peer: msAt(rates.peer),
      unit: 'CPU-ms/query',
      ratio: ratioOf(rates.peer, rates.ours),
      goal: { atMost: 8 },
    },
  ]
}

/** The same on vectors that are in no groups. */
export async function manifoldRows({ world: worldOf }: Given): Promise<Row[]> {
  const world = await worldOf('manifold')
  const truth = world.questions.map((q) => exactTop(world, q, K))
  return [recallRow('manifold', await recallIn(world, truth), '')]
}

async function recallIn({ engine, questions }: VectorWorld, truth: readonly { score: number }[][]): Promise<number> {
  const found: number[] = []
  for (const [at, q] of questions.entries()) {
    const { hits } = await engine.nearest(q, SPACE, K, {})
    found.push(
      recallOf(
        hits.map(({ score }) => score),
        truth[at] ?? [],
      ),
    )
  }
  return mean(found)
}

const recallRow = (set: SetName, recall: number, more: string): Row => ({
  name: `vec.recall (${set})`,
  what: `ten nearest by default settings / by a plain loop${more}`,
  ours: recall,
  peer: 1,
  unit: 'recall@10',
  ratio: recall,
  goal: { atLeast: 0.99 },
})

/** The ten nearest of one event in a hundred: of a user, of a time, and of any. */
export async function filteredRows({ world: worldOf, peer: peerOf, rounds }: Given): Promise<Row[]> {
  const { graph } = peerOf()
  const world = await worldOf('clustered')
  const { engine, count } = world
  const questions = world.questions.slice(0, FEW)
  const points = questions.map((q) => Array.from(q))
  const user = 7
  const newest = count - Math.floor(count / 100)
  const any = Array.from({ length: Math.floor(count / 100) }, (_, i) => (i * 7919 * 13) % count)
  const chosen = new Set(any)
  const db = connect(world.dataDir, false, storeKey)
  const dir = join(world.dataDir, 'bench-index')
  const index = createVectorIndex({ key: storeKey, db, dir, writable: false, graphs: false })
  index.catchUp()
  const seqs = Float64Array.from(chosen).sort()
  const asked = (filter: Filter) => (q: Float32Array) => engine.nearest(q, SPACE, K, filter)
  const cases = {
    user: { ask: asked({ fields: { user_id: userOf(user) } }), is: (label: number) => label % USERS === user },
    time: { ask: asked({ since: BEGUN + newest * APART }), is: (label: number) => label >= newest },
    random: { ask: (q: Float32Array) => index.nearest(q, SPACE, K, seqs), is: (label: number) => chosen.has(label) },
  }
  const rows: Row[] = []
  for (const [name, { ask, is }] of Object.entries(cases)) {
    const recalls: number[] = []
    for (const q of questions) {
      const { hits } = await ask(q)
      recalls.push(
        recallOf(
          hits.map(({ score }) => score),
          exactTop(world, q, K, is),
        ),
      )
    }
    const rates = await compare(rounds, {
      ours: {
        // often, since one round is little
        run: async () => {
          for (let again = 0; again < FEW; again++) for (const q of questions) await ask(q)
          return FEW * questions.length
        },
      },
      peer: {
        run: () => {
          for (const point of points) graph.searchKnn(point, K, is)
          return points.length
        },
      },
    })
    const from = name === 'random' ? 'by ledger numbers, from the index' : 'from the store'
    rows.push(
      {
        name: `vec.filtered (${name})`,
        what: `ten nearest of 1 % of the events, ${from} / hnswlib with a filter callback`,
        ours: msAt(rates.ours),
        peer: msAt(rates.peer),
        unit: 'CPU-ms/query',
        ratio: ratioOf(rates.peer, rates.ours),
        goal: { atMost: 0.02 },
      },
      {
        name: `vec.filtered-recall (${name})`,
        what: 'of those ten / by a plain loop',
        ours: mean(recalls),
        peer: 1,
        unit: 'recall@10',
        ratio: mean(recalls),
        goal: { atLeast: 0.99 },
      },
    )
  }
  await index.close()
  db.close()
  return rows
}
