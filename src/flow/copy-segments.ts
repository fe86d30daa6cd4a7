import { type Copies, type SegmentTarget, segmentName } from '../core/copy.ts'
import type { Clock, Engine, KeptEntry } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { type Micros, SECOND } from '../core/window.ts'
import { SEGMENT_NONCE_BYTES } from '../ledger/sealed-entries.ts'
import { openSegment, type Segment, sealSegment } from '../ledger/segment.ts'
import type { OpenCursor } from './copy-cursor.ts'
import { MOST_ENTRIES, PAGE, putFile } from './copy-put.ts'

export interface SegmentParts {
  engine: Pick<Engine, 'head' | 'kept'>
  clock: Clock
  copies: Pick<Copies, 'segmentKey' | 'segmentEvery' | 'segmentBytes' | 'random'>
  /** A signed checkpoint of the ledger as it stands, stored. */
  checkpoint(): Promise<{ size: number; note: string }>
}

/** A run is made so much before an entry must be out of reach: one may be waiting for a target that does not answer. */
const MARGIN: Micros = 30 * SECOND

/**
 * Gives a target the entries that it has not, as sealed segments that follow one another, once the oldest is nearly
 * `segmentEvery` old or there are enough for a whole one. The bounds are written down first, so that a run that is
 * repeated makes the same segment. Throws as the target does.
 * @returns how many segments it gave
 */
export async function copySegments(
  parts: SegmentParts,
  target: SegmentTarget,
  cursor: OpenCursor,
  signal: AbortSignal,
  enough: () => boolean,
): Promise<number> {
  let done = 0
  while (!signal.aborted && !enough()) {
    const from = cursor.state.to
    const { size } = await parts.engine.head()
    if (from > size)
      throw new Problem(
        'COPY_FAILED',
        `${target.name} has ${from} entries and the ledger ${size}: it was rolled back; compare it with the copy`,
      )
    if (from === size) break
    const whole = await due(parts, cursor, from, size)
    if (whole === null) break
    const { size: covered, note } = await parts.checkpoint()
    const entries = whole.slice(0, covered - from)
    const to = from + entries.length
    if (entries.length === 0) break
    await cursor.move({ pending: to, behind_since: entries[0]!.received })
    const origin = note.slice(0, note.indexOf('\n'))
    await put(parts, target, { origin, from, to, checkpoint: note, entries }, signal)
    await cursor.move({ to, pending: null, behind_since: null, last_error: null })
    done++
  }
  return done
}

/** Entries of the next segment; null where it can wait. */
async function due(parts: SegmentParts, cursor: OpenCursor, from: number, size: number): Promise<KeptEntry[] | null> {
  const { engine, clock, copies } = parts
  const end = cursor.state.pending ?? size
  const entries: KeptEntry[] = []
  let bytes = 0
  let full = cursor.state.pending !== null
  while (from + entries.length < end) {
    const at = from + entries.length
    const page = await engine.kept(at, Math.min(end, at + PAGE))
    if (page.length === 0)
      throw new Problem('LEDGER_BROKEN', `entry ${at} of ${size} cannot be read: a segment without it would hide that`)
    for (const entry of page) {
      if (entry.seq !== from + entries.length)
        throw new Problem('LEDGER_BROKEN', `entry ${from + entries.length} is not in its place`)
      entries.push(entry)
      bytes += entry.body?.length ?? 0
      // bounds that were written down hold, whatever the setting says now
      if (cursor.state.pending === null && (bytes >= copies.segmentBytes || entries.length >= MOST_ENTRIES)) {
        full = true
        break
      }
    }
    if (full && cursor.state.pending === null) break
  }
  const age = clock.now() - entries[0]!.received
  // an age below zero: the clock went back, and nothing is gained by waiting for it
  return full || age < 0 || age >= copies.segmentEvery - MARGIN ? entries : null
}

async function put({ copies }: SegmentParts, target: SegmentTarget, segment: Segment, signal: AbortSignal) {
  const { from, to, entries } = segment
  const bytes = await sealSegment(segment, copies.segmentKey, copies.random(SEGMENT_NONCE_BYTES))
  const open = (there: Uint8Array) => openSegment(there, copies.segmentKey, segment)
  await putFile(target, { name: segmentName(from, to), bytes, entries, open }, signal)
}
