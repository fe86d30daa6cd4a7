import { type Copies, resealedName, type SegmentTarget } from '../core/copy.ts'
import { RESEAL, type ResealBody } from '../core/erasure.ts'
import type { Engine, KeptEntry } from '../core/ports.ts'
import { openResealed, type Resealed, sealResealed } from '../ledger/resealed.ts'
import { SEGMENT_NONCE_BYTES } from '../ledger/sealed-entries.ts'
import { breath } from './breath.ts'
import type { OpenCursor } from './copy-cursor.ts'
import { MOST_ENTRIES, PAGE, putFile } from './copy-put.ts'
import { type Range, ranges } from './verify-ranges.ts'

export interface ResealedParts {
  engine: Pick<Engine, 'records' | 'kept'>
  copies: Pick<Copies, 'segmentKey' | 'segmentBytes' | 'random'>
  /** Name of the ledger. */
  origin: string
  /** Resolves once the keys of the house lie in a second place, as far as that can be. */
  keysFirst(): Promise<void>
}

/** Erasures whose texts are given together, as they stand after the last. */
const TOGETHER = 20

/**
 * Gives a target again what erasures sealed under another key since it got it: the key that opens what it has is
 * destroyed. What it has not yet comes with a segment, sealed as it then is. Which erasures are meant is written down
 * first, so that a run that is repeated goes on where the last one was. Throws as the target does.
 * @returns how many files it gave
 */
export async function copyResealed(
  parts: ResealedParts,
  target: SegmentTarget,
  cursor: OpenCursor,
  signal: AbortSignal,
  enough: () => boolean,
): Promise<number> {
  let done = 0
  // that segment may be there already, as it was before the erasure: it must count as had first
  if (cursor.state.pending !== null) return done
  for (let waiting = await next(parts, cursor); waiting !== null; waiting = await next(parts, cursor)) {
    const { rev, since, receipt, places } = waiting
    await cursor.move({ reseal_until: rev, behind_since: cursor.state.behind_since ?? since })
    for await (const entries of batches(parts, places, cursor.state.reseal_from, cursor.state.to)) {
      if (signal.aborted || enough()) return done
      await parts.keysFirst()
      const [from, to] = [entries[0]!.seq, entries.at(-1)!.seq + 1]
      await put(parts, target, { origin: parts.origin, from, to, receipt, entries }, signal)
      await cursor.move({ reseal_from: to, last_error: null })
      done++
    }
    await cursor.move({ reseal_rev: rev, reseal_until: null, reseal_from: 0, behind_since: null })
  }
  return done
}

/** The erasures that are next: rev of the last record, time of the first, place of the last receipt, places that were resealed. */
async function next({ engine }: ResealedParts, { state }: OpenCursor) {
  const after = { ts: 0, rank: null, rev: state.reseal_rev, id: '' }
  const found = await engine.records(RESEAL, {}, { order: 'rev', limit: TOGETHER, after })
  const records = found.filter(({ rev }) => state.reseal_until === null || rev <= state.reseal_until)
  const last = records.at(-1)
  if (last === undefined) return null
  const bodies = records.map(({ body }) => body as unknown as ResealBody)
  return {
    rev: last.rev,
    since: records[0]!.ts,
    receipt: bodies.at(-1)!.receipt,
    places: ranges(bodies.flatMap((body) => body.ranges)).list(),
  }
}

/** Entries within the places and [from, to) that have a text under a key, as they are now; so many as one file takes. */
async function* batches(
  { engine, copies }: ResealedParts,
  places: readonly Range[],
  from: number,
  to: number,
): AsyncGenerator<KeptEntry[]> {
  let entries: KeptEntry[] = []
  let bytes = 0
  for (const [first, end] of places) {
    const until = Math.min(end, to)
    for (let at = Math.max(first, from); at < until; ) {
      const upper = Math.min(until, at + PAGE)
      const page = await engine.kept(at, upper)
      // a user's events may lie one by one among those of others
      await breath()
      // a leaf that is gone from the store itself is for verification to name
      at = (page.at(-1)?.seq ?? upper - 1) + 1
      for (const entry of page) {
        if (entry.subject === null || entry.body === null) continue
        entries.push(entry)
        bytes += entry.body.length
        if (bytes < copies.segmentBytes && entries.length < MOST_ENTRIES) continue
        yield entries
        entries = []
        bytes = 0
      }
    }
  }
  if (entries.length > 0) yield entries
}

/** What a run that was cut off has put there may hold texts that were erased, or sealed anew once more, since; that follows. */
async function put({ copies }: ResealedParts, target: SegmentTarget, resealed: Resealed, signal: AbortSignal) {
  const bytes = await sealResealed(resealed, copies.segmentKey, copies.random(SEGMENT_NONCE_BYTES))
  const open = (there: Uint8Array) => openResealed(there, copies.segmentKey, resealed)
  await putFile(target, { name: resealedName(resealed), bytes, entries: resealed.entries, open }, signal)
}
