import type { SegmentSource } from '../core/copy.ts'
import type { Engine, KeptEntry, SealedEntry } from '../core/ports.ts'
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
  /** Places that are among the bad ones. */
  const bad = new Set<number>()

  async function compare(entries: readonly KeptEntry[]): Promise<void> {
    const held = await engine.sealed(entries[0]!.seq, entries.at(-1)!.seq + 1)
    const here = new Map(held.map((entry) => [entry.seq, leafOf(entry)]))
    for (const entry of entries) {
      const { seq, event_id } = entry
      const leaf = here.get(seq)
      if (bad.has(seq) || leaf?.equals(leafOf(entry))) continue
      bad.add(seq)
      if (leaf === undefined) said.bad.push({ seq, event_id, verdict: 'missing', about: 'the copy has it' })
      else said.bad.push({ seq, event_id, verdict: 'edited', about: 'the copy has another at this place' })
    }
  }

  for await (const { segment, resealed, fault } of readSegments(source, { key: segmentKey, origin: key.name })) {
    if (fault !== undefined) {
      said.faults.push(fault)
      continue
    }
    if (resealed !== undefined) {
      for (const run of runsOf(resealed.entries)) await compare(run)
      continue
    }
    const { entries, checkpoint } = segment
    if (!notes.has(checkpoint)) said.points.push(pointOf(checkpoint, name, key))
    notes.add(checkpoint)
    await compare(entries)
    said.entries += entries.length
  }
  return said
}

const leafOf = ({ kind, event_id, commitment }: Pick<SealedEntry, 'kind' | 'event_id' | 'commitment'>) =>
  leafData(kind, event_id, commitment)

/** Entries whose places follow one another, together. */
function runsOf(entries: readonly KeptEntry[]): KeptEntry[][] {
  const runs: KeptEntry[][] = []
  for (const entry of entries) {
    const run = runs.at(-1)
    if (run?.at(-1)?.seq === entry.seq - 1) run!.push(entry)
    else runs.push([entry])
  }
  return runs
}
