import type { SegmentSource } from '../core/copy.ts'
import type { Engine, SealedEntry } from '../core/ports.ts'
import { leafData } from '../ledger/leaf.ts'
import type { NoteVerifier } from '../ledger/note.ts'
import { type CopyFault, readSegments } from './copy-read.ts'
import { type Point, pointOf } from './verify-checkpoints.ts'
import type { BadEntry } from './verify-verdicts.ts'

/** What a copy says of a ledger. */
export interface CopyCompared {
  /** Entries that the copy has, and that were compared. */
  entries: number
  /** Where the ledger has another entry than the copy, or none. */
  bad: BadEntry[]
  /** What is wrong with the copy itself. */
  faults: CopyFault[]
  /** Checkpoints of its segments; they were kept outside as well. */
  points: Point[]
}

/**
 * Compares a ledger with its copy, leaf by leaf. Texts are compared through their leaves, so a subject that was erased
 * since is no difference. Throws Problem COPY_FAILED where the copy cannot be read.
 * @param name of the place, for people
 * @param segmentKey 32 bytes
 */
export async function compareCopy(
  engine: Pick<Engine, 'sealed'>,
  source: SegmentSource,
  { name, segmentKey, key }: { name: string; segmentKey: Uint8Array; key: NoteVerifier },
): Promise<CopyCompared> {
  const said: CopyCompared = { entries: 0, bad: [], faults: [], points: [] }
  const notes = new Set<string>()
  for await (const { segment, fault } of readSegments(source, { key: segmentKey, origin: key.name })) {
    if (fault !== undefined) {
      said.faults.push(fault)
      continue
    }
    const { from, entries, checkpoint } = segment
    if (!notes.has(checkpoint)) said.points.push(pointOf(checkpoint, name, key))
    notes.add(checkpoint)
    const held = await engine.sealed(from, from + entries.length)
    const here = new Map(held.map((entry) => [entry.seq, leafOf(entry)]))
    for (const entry of entries) {
      const { seq, event_id } = entry
      const leaf = here.get(seq)
      if (leaf === undefined) said.bad.push({ seq, event_id, verdict: 'missing', about: 'the copy has it' })
      else if (!leaf.equals(leafOf(entry)))
        said.bad.push({ seq, event_id, verdict: 'edited', about: 'the copy has another at this place' })
    }
    said.entries += entries.length
  }
  return said
}

const leafOf = ({ kind, event_id, commitment }: Pick<SealedEntry, 'kind' | 'event_id' | 'commitment'>) =>
  leafData(kind, event_id, commitment)
