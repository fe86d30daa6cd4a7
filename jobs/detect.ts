import { type NightParts, nights } from '../src/flow/night.ts'

/**
 * Shows every day to the detectors, in order of event time, and keeps scores and findings: see flow/night.ts. May be
 * killed anywhere; the next run comes to the same end.
 * @returns how many days it worked through; 0 where nothing has changed
 */
export async function detectJob(
  parts: NightParts,
  signal: AbortSignal,
  progress?: (done: number, total: number) => void,
): Promise<{ done: number }> {
  return nights(parts, signal, progress)
}
