import type { Engine, RecordWrite } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'

/** How often a change is tried again where somebody else's came between; each time one of them has succeeded. */
const TRIES = 8

/** What a change writes, all or nothing, and what it makes. */
export interface Change<T> {
  writes: readonly RecordWrite[]
  made: T
}

/**
 * Changes records that others may change meanwhile (Kung and Robinson, On optimistic methods for concurrency control, 1981).
 * Throws CONFLICT where they kept doing so, and whatever `change` throws.
 * @param what is changed, as it is told: `the canary`
 * @param change reads how things stand, and says what follows; called again where that stands no more. Without writes nothing is to be changed
 */
export async function changeRecords<T>(
  engine: Pick<Engine, 'putRecords'>,
  what: string,
  change: () => Promise<Change<T>>,
): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { writes, made } = await change()
    if (writes.length === 0 || (await engine.putRecords(writes)) === 'stored') return made
  }
  throw new Problem('CONFLICT', `${what} is being changed by others; try again`)
}
