import type { Altered } from '../src/core/altered.ts'
import type { Clock, Engine } from '../src/core/ports.ts'
import { Problem } from '../src/core/problem.ts'
import { DAY, parseTime } from '../src/core/window.ts'
import { type VerifyAnswer, verify } from '../src/flow/verify.ts'
import { raiseLedgerFinding } from '../src/flow/verify-finding.ts'
import { fullAt } from '../src/flow/verify-progress.ts'
import { wholeVerdict } from '../src/flow/verify-verdicts.ts'
import type { NoteSigner } from '../src/ledger/note.ts'

export interface VerifyJobParts {
  engine: Pick<Engine, 'head' | 'sealed' | 'unsealed' | 'nodes' | 'records' | 'putRecords'>
  clock: Clock
  signer: Pick<NoteSigner, 'vkey'>
  alteredOnDisk(signal: AbortSignal): Promise<Altered>
}

/** All entries are read again after this time; between, those that came since and the tree as a whole. */
const FULL_EVERY = 6.5 * DAY

/**
 * Verifies the ledger and the files that it and its policy lie in, and raises a critical finding where something is wrong.
 * `done` counts the entries that were read.
 */
export async function verifyJob(
  parts: VerifyJobParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<{ done: number }> {
  const altered = await parts.alteredOnDisk(signal)
  const answer = await verified(parts, altered, signal, progress)
  if (!answer.ok) await raiseLedgerFinding(parts, answer)
  return { done: answer.entries - answer.began_at }
}

async function verified(
  parts: VerifyJobParts,
  altered: Altered,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<VerifyAnswer> {
  try {
    const last = parseTime((await fullAt(parts.engine)) ?? '')
    const due = last === null || parts.clock.now() - last >= FULL_EVERY
    const ask = { vkey: parts.signer.vkey, from: due ? 'interrupted' : 'new', altered } as const
    return await verify(parts, ask, signal, progress)
  } catch (error) {
    if (altered.files.length === 0 || !(error instanceof Problem) || error.code !== 'STORE_BROKEN') throw error
    // damaged so that the entries cannot be read: that is to be told of all the same
    const counts = { intact: 0, amended: 0, erased: 0, archived: 0 }
    const nothing = { entries: 0, counts, bad: [], checkpoints: [], cut: false, damaged: true, altered }
    return { ...wholeVerdict(nothing), began_at: 0, complete: false }
  }
}
