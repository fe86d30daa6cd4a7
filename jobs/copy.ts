import type { Copies } from '../src/core/copy.ts'
import type { KeyRenewal } from '../src/core/key-copy.ts'
import type { Clock, Engine } from '../src/core/ports.ts'
import { Problem } from '../src/core/problem.ts'
import { formatTime, SECOND } from '../src/core/window.ts'
import { copyCheckpoints } from '../src/flow/copy-checkpoints.ts'
import { afterFailure, isWaiting, type OpenCursor, openCursor, retireOthers } from '../src/flow/copy-cursor.ts'
import { copyResealed } from '../src/flow/copy-resealed.ts'
import { copySegments } from '../src/flow/copy-segments.ts'
import { notRenewed } from '../src/flow/key-copies.ts'
import { type NoteSigner, noteVerifier } from '../src/ledger/note.ts'

export interface CopyParts {
  engine: Pick<Engine, 'records' | 'putRecords' | 'head' | 'kept'>
  clock: Clock
  /** Whose signature stored checkpoints must have. */
  signer: Pick<NoteSigner, 'vkey'>
  /** Null where the house has no copies. */
  copies: Copies | null
  /** A signed checkpoint of the ledger as it stands, stored. */
  checkpoint(): Promise<{ size: number; note: string }>
  /** Brings every copy of the key ring up to date; answers how each stands. */
  renewKeyCopies(): Promise<KeyRenewal[]>
}

/** A target's turn in a run: what it has not by then it is given in the next, so that the others' turns come round. */
const TURN = 10 * SECOND

type Give = (cursor: OpenCursor, enough: () => boolean) => Promise<number>

/**
 * Puts checkpoints and sealed segments out of reach: every target gets each of them at least once, in order, and has a
 * cursor of its own. Targets are served side by side; one that fails is left alone for a while, longer each time. Segments
 * go first, for each comes with a checkpoint. Throws COPY_FAILED after all were served, with what every failing target
 * said, also where it was left alone.
 */
export async function copyJob(
  parts: CopyParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => {},
): Promise<{ done: number }> {
  const { engine, clock, copies } = parts
  if (copies === null) return { done: 0 }
  const targets = [...copies.segments, ...copies.checkpoints]
  await retireOthers(engine, new Set(targets.map(({ name }) => name)), () => clock.now())
  let done = 0
  const faults: string[] = []

  const serve = async (target: { name: string; place: string }, give: Give) => {
    const cursor = await openCursor(engine, target, () => clock.now())
    const begun = clock.now()
    if (isWaiting(cursor.state, begun)) {
      faults.push(`${target.name}: ${cursor.state.last_error} (tried again at ${formatTime(cursor.state.retry_at!)})`)
      return
    }
    try {
      done += await give(cursor, () => clock.now() >= begun + TURN)
      if (cursor.state.retry_at !== null) await cursor.move({ tries: 0, retry_at: null, last_error: null })
      progress(done, done)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Problem)) throw error
      faults.push(`${target.name}: ${error.message}`)
      await cursor.move(afterFailure(cursor.state, error.message, clock.now()))
    }
  }

  /** Checkpoints are made one at a time: whoever asks next finds the ledger as it was, and shares the last one. */
  let last: Promise<unknown> = Promise.resolve()
  const checkpoint = () => {
    const next = last.then(() => parts.checkpoint())
    last = next.catch(() => {})
    return next
  }
  /** Before the first segment of a run: where its subjects' keys are nowhere else, it is lost with this disk. */
  let keys: Promise<void> | null = null
  const keysFirst = () => {
    keys ??= parts.renewKeyCopies().then((renewals) => {
      const failed = notRenewed(renewals)
      if (failed !== null) faults.push(failed)
    })
    return keys
  }
  const keysAndCheckpoint = async () => {
    await keysFirst()
    return await checkpoint()
  }
  const { name: origin } = noteVerifier(parts.signer.vkey)
  const settled = await Promise.allSettled([
    ...copies.segments.map((target) =>
      serve(target, async (cursor, enough) => {
        const segmentParts = { engine, clock, copies, checkpoint: keysAndCheckpoint }
        const done = await copySegments(segmentParts, target, cursor, signal, enough)
        return done + (await copyResealed({ engine, copies, origin, keysFirst }, target, cursor, signal, enough))
      }),
    ),
    ...copies.checkpoints.map((target) =>
      serve(target, (cursor, enough) =>
        copyCheckpoints({ engine, signer: parts.signer }, target, cursor, signal, enough),
      ),
    ),
  ])
  // what is no expected failure of a target
  const broken = settled.find((one) => one.status === 'rejected')
  if (broken !== undefined) throw broken.reason
  if (faults.length > 0) throw new Problem('COPY_FAILED', faults.join('; '))
  return { done }
}
