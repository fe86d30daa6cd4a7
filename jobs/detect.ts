import type { Engine } from '../src/core/ports.ts'
import { logGaps } from '../src/flow/log-gaps.ts'
import { type NightParts, nights } from '../src/flow/night.ts'

export interface DetectParts extends NightParts {
  engine: NightParts['engine'] & Pick<Engine, 'waiting'>
}

/**
 * Shows every day to the detectors, in order of event time, and keeps scores and findings: see flow/night.ts; then tells
 * what producers lost: see flow/log-gaps.ts. May be killed anywhere; the next run comes to the same end.
 * @returns how many days it worked through; 0 where nothing has changed
 */
export async function detectJob(
  parts: DetectParts,
  signal: AbortSignal,
  progress?: (done: number, total: number) => void,
): Promise<{ done: number }> {
  const done = await nights(parts, signal, progress)
  if (!signal.aborted) await logGaps(parts, signal)
  return done
}
