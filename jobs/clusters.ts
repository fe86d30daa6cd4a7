import type { Engine } from '../src/core/ports.ts'
import { dateOf, startOfDay } from '../src/core/window.ts'
import { type ClusterParts, clusterNight, placeNew } from '../src/flow/clusters/night.ts'

/** A night that is not settled in this time is begun again. */
const LEASE_MS = 600_000
/** So many new prompts in one run are worth another look, also by day: an import, for one. */
const MANY = 1_000

/**
 * Puts new prompts into the clusters that stand, and once a day, or after many new ones, looks for clusters among those
 * that belong to none: see flow/clusters/night.ts. May be killed anywhere; the next run goes on.
 * @returns how many prompts got a place
 */
export async function clustersJob(
  parts: ClusterParts & { engine: Pick<Engine, 'slot' | 'settle'> },
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => {},
): Promise<{ done: number }> {
  const done = await placeNew(parts, signal, (n) => progress(n, n))
  const { engine, clock } = parts
  const ticket = await engine.slot('clusters', dateOf(startOfDay(clock.now())), LEASE_MS)
  if (typeof ticket === 'object' || done >= MANY) await clusterNight(parts, signal)
  if (typeof ticket === 'object' && !signal.aborted) await engine.settle(ticket, {})
  return { done }
}
