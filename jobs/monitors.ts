import type { Encoder, Engine } from '../src/core/ports.ts'
import { type EvaluateParts, evaluateMonitors } from '../src/flow/monitors/evaluate.ts'

export type MonitorsJobParts = Omit<EvaluateParts, 'near' | 'encoder'> & {
  engine: EvaluateParts['engine'] & Pick<Engine, 'nearby'>
  encoder(): Promise<Encoder>
}

/** Counts what monitors look for, and raises their findings. May be killed anywhere; the next run comes to the same end. */
export async function monitorsJob(
  parts: MonitorsJobParts,
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => {},
): Promise<{ done: number }> {
  return await evaluateMonitors({ ...parts, near: parts.engine.nearby }, signal, progress)
}
