import type { SegmentSource } from '../core/copy.ts'
import type { Engine, KeptEntry, Rebuild, RecordWrite } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime, type Micros } from '../core/window.ts'
import type { NoteVerifier } from '../ledger/note.ts'
import type { Resealed } from '../ledger/resealed.ts'
import { type Checkpoint, checkpointRecord } from './checkpoint.ts'
import { type CopyFault, readSegments } from './copy-read.ts'
import { receiptRanges } from './receipt-ranges.ts'
import { type Point, pointOf } from './verify-checkpoints.ts'
import type { Range } from './verify-ranges.ts'

/** What a ledger was rebuilt of. */
export interface Rebuilt {
  /** Entries that were taken. */
  entries: number
  /** When the last of them was received; 0 of none. */
  until: Micros
  /** Checkpoints of the copy, by size. Their notes say no time: `at` is when their last entry was received. */
  checkpoints: Checkpoint[]
  /** The same, to be compared. */
  points: Point[]
  /** Entries [from, to) that a checkpoint of the copy speaks of and no segment has. */
  missing: { from: number; to: number } | null
  /** Files beside the segments that are none. */
  others: string[]
}

export interface RebuildAsk {
  /** Of the place, for people. */
  name: string
  /** 32 bytes. */
  segmentKey: Uint8Array
  /** Of the ledger; its name is the origin. */
  key: NoteVerifier
}

/** Entries of one commit. */
const BATCH = 2_000

/**
 * Rebuilds a ledger from a copy of sealed segments, from the first entry to the last, takes what was resealed since in
 * place of what the segments have, and takes texts away again that a receipt among them says were erased. Throws Problem
 * STORE_BROKEN where a segment is damaged, of another ledger or missing before others; what is missing at the end is
 * answered. COPY_FAILED where the place cannot be read.
 */
export async function rebuildLedger(
  rebuild: Rebuild,
  source: SegmentSource,
  { name, segmentKey, key }: RebuildAsk,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Rebuilt> {
  const told: Rebuilt = { entries: 0, until: 0, checkpoints: [], points: [], missing: null, others: [] }
  /** Signed notes by size, whose last entry has not come yet. */
  const waiting = new Map<number, { note: string; root: Uint8Array }>()
  const seen = new Set<string>()
  const struck: Range[] = []
  let hasResealed = false

  async function take(entries: readonly KeptEntry[]): Promise<void> {
    for (const { seq, body } of await rebuild.take(entries))
      for (const [from, to] of receiptRanges(body, seq)) {
        struck.push([from, to])
        await rebuild.strike(from, to)
      }
    for (const { seq, received } of entries) {
      if (received !== 0) told.until = received
      const reached = waiting.get(seq + 1)
      if (reached === undefined) continue
      waiting.delete(seq + 1)
      const root = Buffer.from(reached.root).toString('base64')
      told.checkpoints.push({ size: seq + 1, root, at: formatTime(told.until), note: reached.note })
    }
    told.entries += entries.length
  }

  async function takeAgain({ entries, name: file }: Resealed & { name: string }): Promise<void> {
    hasResealed = true
    for (let at = 0; at < entries.length; at += BATCH) {
      const [other] = await rebuild.takeResealed(entries.slice(at, at + BATCH))
      if (other === undefined) continue
      const message = `its entry ${other} is another than the one that the segments have`
      throw broken(name, { what: 'damaged', name: file, resealed: true, message })
    }
  }

  for await (const { segment, resealed, fault } of readSegments(source, { key: segmentKey, origin: key.name })) {
    if (fault !== undefined) {
      if (fault.range === null) told.others.push(fault.name ?? '')
      else if (fault.what === 'missing' && told.missing === null) told.missing = fault.range
      else throw broken(name, fault)
      continue
    }
    if (resealed !== undefined) {
      await takeAgain(resealed)
      continue
    }
    // what is missing is the end only where nothing comes behind it
    if (told.missing !== null) throw broken(name, gapOf(told.missing))
    const { checkpoint: note, entries } = segment
    if (!seen.has(note)) {
      seen.add(note)
      const point = pointOf(note, name, key)
      if (point.size === null || point.root === null)
        throw broken(name, { what: 'damaged', message: 'a checkpoint in it is not signed by the key of this ledger' })
      told.points.push(point)
      waiting.set(point.size, { note, root: point.root })
    }
    const total = Math.max(...told.points.map(({ size }) => size ?? 0))
    for (let at = 0; at < entries.length; at += BATCH) {
      await take(entries.slice(at, at + BATCH))
      onProgress(told.entries, total)
    }
  }
  // a text that was resealed first and erased then was put back: away with it, and with the key that it lies under now
  if (hasResealed) for (const [from, to] of struck) await rebuild.strike(from, to)
  await rebuild.finish()
  return told
}

/** Checkpoints as a store keeps them. */
export const checkpointWrites = (checkpoints: readonly Checkpoint[], now: Micros): RecordWrite[] =>
  checkpoints.map((checkpoint) => ({ record: checkpointRecord(checkpoint, now), expect: null }))

/** A rebuild as whoever verifies asks it: it has no records. */
export const withoutRecords = (rebuild: Rebuild): Rebuild & Pick<Engine, 'records' | 'putRecords'> => ({
  ...rebuild,
  records: async () => [],
  putRecords: async () => 'stale',
})

function gapOf({ from, to }: { from: number; to: number }): Pick<CopyFault, 'what' | 'message'> {
  return {
    what: 'missing',
    message: `no segment has the entries from ${from} to ${to - 1}, and others come behind them`,
  }
}

function broken(name: string, { what, message, ...fault }: Pick<CopyFault, 'what' | 'message'> & Partial<CopyFault>) {
  const file = fault.name ? ` ${fault.name}` : ''
  const advice = fault.name
    ? `put the original back, or move it away to restore ${fault.resealed ? 'without the texts in it' : 'what is before it'}`
    : 'find the segments, or take another copy'
  return new Problem(
    'STORE_BROKEN',
    `the copy ${name} is not whole: ${what}${file}: ${message}; nothing was changed: ${advice}`,
  )
}
