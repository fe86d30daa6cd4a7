import { type CanaryFindingParts, settleCanaries } from '../src/flow/canaries/findings.ts'

/** Raises findings of events that hold canaries. May be killed anywhere; the next run comes to the same end. */
export const canariesJob = async (parts: CanaryFindingParts, signal: AbortSignal): Promise<{ done: number }> =>
  await settleCanaries(parts, signal)
