import type { IndexStatus } from '../../core/ports.ts'
import type { Generation, Held } from './generation.ts'
import { graphBytes } from './graphs.ts'
import { LEAST_RECALL } from './referee.ts'
import { bytesOf } from './segments.ts'
import type { VectorFeed } from './vector-feed.ts'

/** Where the index stands: of the space that answers, of those that fill, and the memory of all. */
export function statusOf(
  generations: readonly Generation[],
  feed: Pick<VectorFeed, 'activeSpace' | 'stored'>,
): IndexStatus {
  const space = feed.activeSpace()
  const active = generations.find((one) => one.space.space === space) ?? null
  const held = active?.held ?? []
  const linked = held.filter(({ graph }) => graph?.ready === true)
  return {
    space,
    ...(active === null ? { indexed: 0, stored: 0 } : countsOf(active, feed)),
    segments: held.filter(({ segment }) => segment.rows > 0).length,
    graphs: linked.filter(({ graph }) => graph!.recall >= LEAST_RECALL).length,
    recall: recallOf(linked),
    ...memoryOf(generations),
    filling: generations
      .filter((one) => one !== active)
      .map((one) => ({ space: one.space.space, ...countsOf(one, feed) })),
  }
}

/** Recall of graphs, each by the texts that it answers for; null without one. */
export function recallOf(linked: readonly Held[]): number | null {
  const points = linked.reduce((sum, { segment }) => sum + segment.slots, 0)
  if (points === 0) return null
  return linked.reduce((sum, { segment, graph }) => sum + (graph?.recall ?? 0) * segment.slots, 0) / points
}

function countsOf({ space, held, blank }: Generation, feed: Pick<VectorFeed, 'stored'>) {
  const rows = held.reduce((sum, { segment }) => sum + segment.rows - segment.deadRows, 0)
  return { indexed: rows + [...blank.values()].reduce((a, b) => a + b, 0), stored: feed.stored(space.id) }
}

function memoryOf(generations: readonly Generation[]) {
  const all = generations.flatMap(({ held }) => held)
  return {
    bytes:
      generations.reduce((sum, { room }) => sum + room.bytes(), 0) +
      all.reduce((sum, { segment }) => sum + bytesOf(segment), 0),
    graph_bytes: all.reduce(
      (sum, { segment, graph }) => sum + (graph === null ? 0 : graphBytes(segment.slots, segment.dims)),
      0,
    ),
  }
}
