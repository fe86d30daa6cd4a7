import type { Altered } from '../core/altered.ts'

/** What was found out about an entry: the first four are no alarm. */
export const ENTRY_VERDICTS = [
  'intact',
  'amended',
  'erased',
  'archived',
  'missing',
  'edited',
  'reordered',
  'inserted',
  'erased-unreceipted',
] as const
export type EntryVerdict = (typeof ENTRY_VERDICTS)[number]

/** Verdicts on an entry that are no alarm. */
export const QUIET = ['intact', 'amended', 'erased', 'archived'] as const satisfies readonly EntryVerdict[]
export type Quiet = (typeof QUIET)[number]

/** Entries of each quiet verdict. */
export type Counts = Record<Quiet, number>

/** What was found out about the whole, gravest first; the last two are no alarm. */
export const WHOLE_VERDICTS = [
  'forked',
  'rolled-back',
  'truncated',
  'damaged',
  'missing',
  'edited',
  'reordered',
  'inserted',
  'erased-unreceipted',
  'altered',
  'unanchored',
  'intact',
] as const
export type WholeVerdict = (typeof WHOLE_VERDICTS)[number]

/** An entry, or a run of entries, that is not as it was sealed. */
export interface BadEntry {
  seq: number
  /** Null where it is not known, or where it is about several. */
  event_id: string | null
  verdict: Exclude<EntryVerdict, Quiet>
  /** Entries from `seq` on; absent: one. */
  count?: number
  /** A clause for a reader. Holds no event text. */
  about: string
}

/** A checkpoint beside the entries. `ahead`: it speaks of more entries than there are; `unknown`: entries below it are gone. */
export interface Compared {
  /** Null where it cannot be read. */
  size: number | null
  /** `store`, or the name of the file. */
  from: string
  verdict: 'agrees' | 'contradicts' | 'ahead' | 'unknown' | 'foreign' | 'bad-signature' | 'malformed'
}

/** Name of the store as the place of a checkpoint. */
export const STORE = 'store'

/** The answer about a whole ledger. */
export interface Verified {
  /** False where something is an alarm. */
  ok: boolean
  /** The gravest. */
  verdict: WholeVerdict
  verdicts: WholeVerdict[]
  /** Entries that were read. */
  entries: number
  counts: Counts
  /** By place; the first is where to begin. */
  bad: BadEntry[]
  checkpoints: Compared[]
  /** What is not as it was on the disk: files of the store, and those that policy hangs on. */
  altered: Altered
  /** The history differs from a checkpoint somewhere in [from, to); null where none contradicts. */
  differs_between: [number, number] | null
}

/** Verdict of the whole, of what was found of entries, checkpoints and the store itself. Pure. */
export function wholeVerdict(found: {
  entries: number
  counts: Counts
  bad: readonly BadEntry[]
  checkpoints: readonly Compared[]
  /** The end is missing. */
  cut: boolean
  /** The store's own tree or head contradicts itself. */
  damaged: boolean
  altered?: Altered | undefined
}): Verified {
  const { entries, counts, checkpoints, cut, damaged, altered = { files: [], policy: [] } } = found
  const has = (outside: boolean, ...verdicts: Compared['verdict'][]) =>
    checkpoints.some((one) => (one.from !== STORE) === outside && verdicts.includes(one.verdict))
  const all = new Set<WholeVerdict>(found.bad.map((one) => one.verdict))
  if (has(true, 'contradicts') || has(false, 'contradicts', 'foreign')) all.add('forked')
  if (cut || has(false, 'ahead')) all.add('truncated')
  else if (has(true, 'ahead')) all.add('rolled-back')
  if (altered.policy.length > 0) all.add('altered')
  if (damaged || altered.files.length > 0 || has(false, 'bad-signature', 'malformed')) all.add('damaged')
  const ok = all.size === 0
  if (!has(true, 'agrees', 'contradicts', 'ahead')) all.add('unanchored')
  const verdicts = all.size === 0 ? (['intact'] as WholeVerdict[]) : WHOLE_VERDICTS.filter((one) => all.has(one))
  const bad = runs([...found.bad].sort((a, b) => a.seq - b.seq))
  return {
    ok,
    verdict: verdicts[0]!,
    verdicts,
    entries,
    counts,
    bad,
    checkpoints: [...checkpoints],
    altered,
    differs_between: differsBetween(checkpoints),
  }
}

/** Neighbours of which the same is to be said, as one. */
function runs(bad: readonly BadEntry[]): BadEntry[] {
  const merged: BadEntry[] = []
  for (const one of bad) {
    const last = merged.at(-1)
    const next = last !== undefined && last.seq + (last.count ?? 1) === one.seq
    if (next && last.verdict === one.verdict && last.about === one.about) {
      last.count = (last.count ?? 1) + (one.count ?? 1)
    } else merged.push({ ...one })
  }
  return merged
}

/** Between the largest checkpoint that agrees below the first that does not, and that one. */
function differsBetween(checkpoints: readonly Compared[]): [number, number] | null {
  const sizes = (verdict: Compared['verdict']) =>
    checkpoints.filter((one) => one.verdict === verdict).map((one) => one.size ?? 0)
  const against = sizes('contradicts')
  if (against.length === 0) return null
  const first = Math.min(...against)
  return [Math.max(0, ...sizes('agrees').filter((size) => size < first)), first]
}
