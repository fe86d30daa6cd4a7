import { Problem } from '../core/problem.ts'
import type { VerifyAnswer } from '../flow/verify.ts'
import { STORE, type WholeVerdict } from '../flow/verify-verdicts.ts'

/** What is told of every restored data directory. */
export interface RestoredLedger {
  /** Entries of the ledger as it was kept; that it was restored is one more. */
  entries: number
  /** What verifying it gave, with the checkpoints that were kept outside. */
  verdicts: WholeVerdict[]
  /** Entries [from, to) that a checkpoint kept outside speaks of, and what was restored has not. */
  missing: { from: number; to: number } | null
  /** Where the former data directory is now. */
  moved_to: string | null
}

type Read = Pick<VerifyAnswer, 'checkpoints'> & { size: number }

/** Throws CONFLICT where a checkpoint that was kept outside says otherwise. */
export function checkOutside({ checkpoints }: Read, from: string): void {
  const contradicting = checkpoints.find((one) => one.from !== STORE && one.verdict === 'contradicts')
  if (contradicting !== undefined)
    throw new Problem(
      'CONFLICT',
      `the ledger of ${from} is not that of ${contradicting.from}: the checkpoint of ${contradicting.size} entries says otherwise; nothing was changed`,
    )
}

/** What checkpoints kept outside know of beyond the last entry. */
export function missingOf({ size, checkpoints }: Read): RestoredLedger['missing'] {
  const to = Math.max(
    size,
    ...checkpoints.flatMap((one) => (one.from !== STORE && one.size !== null ? [one.size] : [])),
  )
  return to > size ? { from: size, to } : null
}
