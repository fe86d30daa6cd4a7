import { type DigestParts, isClosed, unwrittenDays, writeDigest } from '../src/flow/digest.ts'

/**
 * Writes the digest of every day that has closed and has none, oldest first, within the last 35 days. Each day is one
 * commit under a slot of its own, so a run may be killed anywhere and no day is written twice.
 * @returns how many digests it wrote
 */
export async function digestJob(
  parts: DigestParts,
  signal: AbortSignal,
  progress?: (done: number, total: number) => void,
): Promise<{ done: number }> {
  const now = parts.clock.now()
  const days = (await unwrittenDays(parts)).filter((day) => isClosed(day, now)).reverse()
  let done = 0
  for (const [i, day] of days.entries()) {
    if (signal.aborted) break
    if (await writeDigest(parts, day)) done += 1
    progress?.(i + 1, days.length)
  }
  return { done }
}
