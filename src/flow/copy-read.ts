import { type ResealedRange, resealedRange, type SegmentSource, segmentRange } from '../core/copy.ts'
import { parseCheckpoint } from '../ledger/checkpoint.ts'
import { openResealed, type Resealed } from '../ledger/resealed.ts'
import { SegmentError } from '../ledger/sealed-entries.ts'
import { openSegment, type Segment } from '../ledger/segment.ts'

/** Something in a copy that is not as it should be. */
export interface CopyFault {
  /**
   * `missing`: nothing there has these entries. `damaged`: a segment cannot be opened. `foreign`: a file that is no
   * segment of this ledger.
   */
  what: 'missing' | 'damaged' | 'foreign'
  /** File; null of what is missing. */
  name: string | null
  /** Entries that it concerns, half-open; null of a file that names none. */
  range: { from: number; to: number } | null
  /** Whether it is of a resealed segment: then the entries themselves are in others. */
  resealed?: true
  message: string
}

export type CopyItem =
  | { segment: Segment; resealed?: never; fault?: never }
  | { resealed: Resealed & { name: string }; segment?: never; fault?: never }
  | { fault: CopyFault; segment?: never; resealed?: never }

interface Reading {
  /** 32 bytes. */
  key: Uint8Array
  origin: string
}

/**
 * Reads a copy in the order of the ledger: each entry once, and between them what is missing, damaged or foreign. Where
 * segments overlap, the later part of the second is given. Behind all comes what was resealed, in the order of the
 * erasures. Signatures and hashes are for the caller to check. Throws Problem COPY_FAILED where the place itself cannot be
 * read.
 */
export async function* readSegments(source: SegmentSource, { key, origin }: Reading): AsyncGenerator<CopyItem> {
  const found: { name: string; range: { from: number; to: number } }[] = []
  const again: { name: string; range: ResealedRange }[] = []
  for (const name of (await source.list()).sort()) {
    const range = segmentRange(name)
    const resealed = resealedRange(name)
    if (range !== null) found.push({ name, range })
    else if (resealed !== null) again.push({ name, range: resealed })
    else yield { fault: { what: 'foreign', name, range: null, message: 'it has not the name of a segment' } }
  }
  // of those that begin together, the longest first: it spares the others
  found.sort((a, b) => a.range.from - b.range.from || b.range.to - a.range.to)

  let next = 0
  /** A damaged segment has said of these that they are lost. */
  let lost = 0
  /** The largest checkpoint seen: the copy should reach as far. */
  let covered = 0
  for (const { name, range } of found) {
    if (range.to <= next) continue
    let segment: Segment
    try {
      segment = await openSegment(await source.read(name), key, { origin, ...range })
      covered = Math.max(covered, coveredBy(segment))
    } catch (error) {
      if (!(error instanceof SegmentError)) throw error
      yield { fault: { what: error.fault, name, range, message: error.message } }
      if (error.fault === 'damaged') {
        if (range.from > Math.max(next, lost)) yield missing(Math.max(next, lost), range.from)
        lost = Math.max(lost, range.to)
      }
      continue
    }
    const known = Math.max(next, lost)
    if (range.from > known) yield missing(known, range.from)
    const entries = segment.entries.slice(Math.max(0, next - range.from))
    yield { segment: { ...segment, from: Math.max(next, range.from), entries } }
    next = range.to
  }
  const end = Math.max(next, lost)
  if (covered > end) yield missing(end, covered)
  again.sort((a, b) => a.range.receipt - b.range.receipt || a.range.from - b.range.from)
  for (const { name, range } of again) yield await readResealed(source, { key, origin }, name, range)
}

async function readResealed(
  source: SegmentSource,
  { key, origin }: Reading,
  name: string,
  range: ResealedRange,
): Promise<CopyItem> {
  try {
    return { resealed: { ...(await openResealed(await source.read(name), key, { origin, ...range })), name } }
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error
    const { from, to } = range
    return { fault: { what: error.fault, name, range: { from, to }, resealed: true, message: error.message } }
  }
}

function missing(from: number, to: number): CopyItem {
  const message = `no segment has the entries from ${from} to ${to - 1}`
  return { fault: { what: 'missing', name: null, range: { from, to }, message } }
}

/** Size that the checkpoint of a segment gives. */
function coveredBy({ checkpoint, to }: Segment): number {
  try {
    const { size } = parseCheckpoint(checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1))
    if (size >= to) return size
  } catch {
    // said below
  }
  throw new SegmentError('damaged', 'its checkpoint does not cover it')
}
