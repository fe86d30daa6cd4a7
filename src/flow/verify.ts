import type { Altered } from '../core/altered.ts'
import type { Clock, Engine, SealedEntry } from '../core/ports.ts'
import { formatTime } from '../core/window.ts'
import { noteVerifier } from '../ledger/note.ts'
import { breath } from './breath.ts'
import { compare, type Point, storedPoints } from './verify-checkpoints.ts'
import { entryJudge } from './verify-entries.ts'
import { type Progress, readProgress, writeProgress } from './verify-progress.ts'
import type { Stray } from './verify-suspects.ts'
import { nodeReader, treeReader } from './verify-tree.ts'
import { type BadEntry, type Verified, wholeVerdict } from './verify-verdicts.ts'

export interface VerifyParts {
  engine: Pick<Engine, 'head' | 'sealed' | 'unsealed' | 'nodes' | 'records' | 'putRecords'>
  clock: Clock
}

export interface VerifyAsk {
  /** Verifier key whose signature is trusted. */
  vkey: string
  /** Checkpoints that were kept outside (`outsidePoints`). */
  outside?: readonly Point[]
  /** What is known to be amiss by other means: a copy that differs (`compareCopy`). */
  further?: readonly BadEntry[]
  /** What is not as it was on the disk. */
  altered?: Altered
  /**
   * Where to begin. `start`: with the first entry. `interrupted` (default): where a pass was cut short, else with the
   * first. `new`: behind what passes have seen, so that of the entries only those are read that came since.
   */
  from?: 'start' | 'interrupted' | 'new'
}

export interface VerifyAnswer extends Verified {
  /** Place that it began at; what is before was read by an earlier pass, and is among the counts as that found it. */
  began_at: number
  /** False where it was cut short; the next pass goes on from there. */
  complete: boolean
}

/** Entries read at once: whoever shares the thread waits for no more than these, some tens of milliseconds. */
const BATCH = 500
/** Entries after which a pass puts down how far it is. */
const KEEP_EVERY = 50_000
/** Rows without a leaf that are told of at most. */
const MOST_STRAYS = 10_000

/**
 * Reads the ledger from its rows and says what was done to it: each text against its leaf, the leaves against the tree
 * that the store remembers, head and checkpoints against the tree. Changes nothing but the record of how far it came.
 * It may run beside whoever appends, amends and erases: what happens meanwhile is no alarm.
 */
export async function verify(
  { engine, clock }: VerifyParts,
  ask: VerifyAsk,
  signal?: AbortSignal,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<VerifyAnswer> {
  // checkpoints first: what they speak of is there when the head is read
  const points = [...(await storedPoints(engine, noteVerifier(ask.vkey))), ...(ask.outside ?? [])]
  const head = await engine.head()
  const nodes = nodeReader(engine)
  const now = formatTime(clock.now())
  const put = await readProgress(engine, nodes)
  const begun = put !== null && put.next <= head.size && goesOn(put, ask.from ?? 'interrupted') ? put : null
  const first = begun?.next ?? 0
  const judge = entryJudge(begun?.judge)
  const sizes = points.flatMap(({ size }) => (size === null ? [] : [size]))
  const tree = treeReader(nodes, judge, new Set([...sizes, head.size]), begun?.peaks ?? [])
  for (const size of new Set([...sizes, head.size])) if (size <= first) await tree.before(size)

  const strays: Stray[] = []
  /** Rows without a leaf at places [from, to). */
  async function lookFor(from: number, to: number): Promise<void> {
    const room = MOST_STRAYS - strays.length
    if (room > 0) for (const { seq, event_id } of await engine.unsealed(from, to, room)) strays.push({ seq, event_id })
  }

  /** Looks again at what came back from the archive behind its place: an earlier entry does not speak for it any more. */
  async function lookAgain(): Promise<void> {
    for (const [from, to] of judge.cameBack())
      for (let at = from; at < to; at += BATCH) {
        for (const entry of await engine.sealed(at, Math.min(at + BATCH, to))) judge.again(entry)
        await breath()
      }
  }

  /** Puts down how far it came, unless something is amiss. */
  async function keep(next: number, interrupted: boolean): Promise<void> {
    await lookAgain()
    const state = tree.damaged() || strays.length > 0 ? null : judge.state()
    if (state === null) return
    const began = begun?.began ?? now
    const progress = { next, peaks: tree.peaks(), judge: state, interrupted, began }
    await writeProgress(engine, { ...progress, full_at: interrupted ? (put?.full_at ?? null) : began }, clock.now())
  }

  let at = first
  let kept = first
  let found = first
  while (at < head.size && signal?.aborted !== true) {
    const to = Math.min(at + BATCH, head.size)
    const entries = await engine.sealed(at, to)
    found = (entries.at(-1)?.seq ?? found - 1) + 1
    await tree.read(at, to, entries)
    // beside the entries, whose pages have just been read: over all rows at once it takes as long as all entries do
    await lookFor(at, to)
    at = to
    if (at - kept >= KEEP_EVERY && at < head.size) {
      await keep(at, true)
      kept = at
    }
    onProgress(at, head.size)
    await breath()
  }
  const complete = at >= head.size
  await lookFor(Number.MIN_SAFE_INTEGER, 0)
  if (complete) await lookFor(head.size, Number.MAX_SAFE_INTEGER)
  await keep(at, !complete)
  // an amendment that came meanwhile took the place of an entry that was read without its text
  const behind = await late(engine, judge, head.size)
  const end = complete ? found + behind : at
  const judged = judge.finish(complete ? head.size : at, end, strays)
  const checkpoints = complete ? points.map((point) => compare(point, end, tree.roots)) : []
  const { verdict } = compare({ from: 'head', ...head }, end, tree.roots)
  const damaged = tree.damaged() || verdict === 'contradicts'
  const bad = [...judged.bad, ...(ask.further ?? [])]
  return {
    ...wholeVerdict({ entries: at, ...judged, bad, checkpoints, damaged, altered: ask.altered }),
    began_at: first,
    complete,
  }
}

/** Hears the amendments behind the end of the pass. Returns how many entries stand behind the end of the ledger itself. */
async function late(
  engine: Pick<Engine, 'head' | 'sealed'>,
  judge: Pick<ReturnType<typeof entryJudge>, 'answer' | 'waits'>,
  size: number,
): Promise<number> {
  let from = size
  let entries: SealedEntry[]
  do {
    entries = await engine.sealed(from, from + BATCH)
    for (const entry of entries) judge.answer(entry)
    from += BATCH
  } while (entries.length > 0 && judge.waits())
  // asked last: whatever was appended by then is below it
  const { size: now } = await engine.head()
  return entries.filter(({ seq }) => seq >= now).length
}

function goesOn(put: Progress, from: NonNullable<VerifyAsk['from']>): boolean {
  return from === 'new' || (from === 'interrupted' && put.interrupted)
}
