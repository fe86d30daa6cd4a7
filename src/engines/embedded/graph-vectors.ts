import { NONE } from './chains.ts'
import { livingRow, type Segment, sharedVectors } from './segments.ts'
import type { VectorFeed } from './vector-feed.ts'

/** Vectors read before others get their turn: some milliseconds. */
const TURN = 256

/**
 * The vectors of a segment as the store has them, slot by slot, for a graph to be made of: beside the graph nobody keeps them.
 * Those of texts that are gone are zero. Rejects as `breathe` and SQLite do.
 */
export async function readVectors(
  segment: Segment,
  feed: Pick<VectorFeed, 'embeddingOf'>,
  breathe: () => Promise<unknown>,
): Promise<Float32Array> {
  const { dims, slots } = segment
  const vectors = sharedVectors(slots * dims)
  for (let slot = 0; slot < slots; slot++) {
    if (slot % TURN === 0) await breathe()
    const row = livingRow(segment, slot)
    const vector = row === NONE ? null : feed.embeddingOf(segment.vids[row]!)
    if (vector?.length === dims) vectors.set(vector, slot * dims)
  }
  return vectors
}
