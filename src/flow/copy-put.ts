import type { SegmentTarget } from '../core/copy.ts'
import type { KeptEntry } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { SegmentError } from '../ledger/sealed-entries.ts'

/** Rows that are asked for at once, and that one file has at most. */
export const PAGE = 500
export const MOST_ENTRIES = 20_000

/** Entries on their way to a target as one file. */
export interface FileToPut {
  name: string
  /** Sealed. */
  bytes: Uint8Array
  entries: readonly KeptEntry[]
  /** Opens what stands under that name already. Throws SegmentError. */
  open(there: Uint8Array): Promise<{ entries: readonly KeptEntry[] }>
}

/**
 * Gives a target a file that it may have already, from a run that was cut off after it had it: sealed anew it looks
 * different, and says the same of every entry. Throws as the target does, and Problem COPY_FAILED where it says otherwise.
 */
export async function putFile(target: SegmentTarget, file: FileToPut, signal: AbortSignal): Promise<void> {
  const there = await target.put(file.name, file.bytes, signal)
  if (there === 'stored') return
  const problem = (what: string) =>
    new Problem('COPY_FAILED', `${target.name} has ${file.name} already, and ${what}: move it away`)
  let stored: readonly KeptEntry[]
  try {
    stored = (await file.open(there)).entries
  } catch (error) {
    throw error instanceof SegmentError ? problem(error.message) : error
  }
  const commitments = new Map(stored.map(({ seq, commitment }) => [seq, Buffer.from(commitment)]))
  const differs = file.entries.some(({ seq, commitment }) => !commitments.get(seq)?.equals(commitment))
  if (differs) throw problem('it holds other entries: the ledger was forked')
}
