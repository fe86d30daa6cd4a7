import { type CheckpointParts, checkpoint } from '../src/flow/checkpoint.ts'

/** Signs size and root of the ledger, where it grew since the last time. */
export async function checkpointJob(parts: CheckpointParts): Promise<{ done: number }> {
  const { made } = await checkpoint(parts)
  return { done: made ? 1 : 0 }
}
