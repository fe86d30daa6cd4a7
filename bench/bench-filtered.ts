import { compare, msAt, ratioOf } from './bench-compare.ts'
import type { Row } from './bench-row.ts'
import type { Given } from './bench-vectors.ts'
import { filterCases } from './filter-cases.ts'

const K = 10
/** Questions of a round, since each is slow for the peer; and how often ours are asked, since each is little. */
const FEW = 10

/** The ten nearest of one event in a hundred: of a user, of a time, and of any. */
export async function filteredRows({ set, world: worldOf, peer: peerOf, rounds }: Given): Promise<Row[]> {
  const { graph } = await peerOf()
  const world = await worldOf()
  const questions = world.questions.slice(0, FEW)
  const points = questions.map((q) => Array.from(q))
  const { cases, close } = filterCases(world)
  const rows: Row[] = []
  for (const { name, from, ask, is } of cases) {
    const rates = await compare(rounds, {
      ours: {
        run: async () => {
          for (let again = 0; again < FEW; again++) for (const q of questions) await ask(q, K)
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
    rows.push({
      name: `vec.filtered (${name}, ${set})`,
      what: `ten nearest of 1 % of the events, ${from} / hnswlib with a filter callback`,
      ours: msAt(rates.ours),
      peer: msAt(rates.peer),
      unit: 'CPU-ms/query',
      ratio: ratioOf(rates.peer, rates.ours),
      goal: { atMost: 0.02 },
    })
  }
  await close()
  return rows
}
