import { mean } from './bench-compare.ts'
import type { Row } from './bench-row.ts'
import type { Given } from './bench-vectors.ts'
import { filterCases } from './filter-cases.ts'
import { exactTop, recallOf, type VectorSet } from './vector-sets.ts'
import { SPACE } from './vector-world.ts'

const K = 10
/** Questions under a filter. */
const FEW = 20

/** How much of the ten nearest is found by default settings: of everything, and of one event in a hundred. */
export async function recallRows({ set, world: worldOf }: Given): Promise<Row[]> {
  const world = await worldOf()
  const of = await recallIn(world, world.questions, (q) => world.engine.nearest(q, SPACE, K, {}))
  const rows = [row(`vec.recall (${set})`, 'ten nearest by default settings / by a plain loop', of)]
  const { cases, close } = filterCases(world)
  for (const { name, ask, is } of cases) {
    const some = await recallIn(world, world.questions.slice(0, FEW), (q) => ask(q, K), is)
    rows.push(row(`vec.filtered-recall (${name}, ${set})`, 'ten nearest of 1 % of the events / by a plain loop', some))
  }
  await close()
  return rows
}

async function recallIn(
  set: VectorSet,
  questions: readonly Float32Array[],
  ask: (q: Float32Array) => Promise<{ hits: readonly { score: number }[] }>,
  is?: (place: number) => boolean,
): Promise<number> {
  const found: number[] = []
  for (const q of questions) {
    const { hits } = await ask(q)
    const scores = hits.map(({ score }) => score)
    found.push(recallOf(scores, exactTop(set, q, K, is)))
  }
  return mean(found)
}

const row = (name: string, what: string, recall: number): Row => ({
  ...{ name, what, ours: recall, peer: 1, unit: 'recall@10' },
  ratio: recall,
  goal: { atLeast: 0.99 },
})
