import type { Clock, Engine } from '../src/core/ports.ts'
import { DAY, parseTime } from '../src/core/window.ts'
import { verify } from '../src/flow/verify.ts'
import { raiseLedgerFinding } from '../src/flow/verify-finding.ts'
import { fullAt } from '../src/flow/verify-progress.ts'
import type { NoteSigner } from '../src/ledger/note.ts'

export interface VerifyJobParts {
  engine: Pick<Engine, 'head' | 'sealed' | 'unsealed' | 'nodes' | 'records' | 'putRecords'>
  clock: Clock
  signer: Pick<NoteSigner, 'vkey'>
}

/** All entries are read again after this time; between, those that came since and the tree as a whole. */
const FULL_EVERY = 6.5 * DAY

/** Verifies the ledger, and raises a critical finding where something is wrong. `done` counts the entries that were read. */
export async function verifyJob(
  parts: VerifyJobParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<{ done: number }> {
  const last = parseTime((await fullAt(parts.engine)) ?? '')
  const due = last === null || parts.clock.now() - last >= FULL_EVERY
  const ask = { vkey: parts.signer.vkey, from: due ? 'interrupted' : 'new' } as const
  const answer = await verify(parts, ask, signal, progress)
  if (!answer.ok) await raiseLedgerFinding(parts, answer)
  return { done: answer.entries - answer.began_at }
}
