import type { Engine, RecordWrite } from '../src/core/ports.ts'
import { dateOf, type Micros } from '../src/core/window.ts'
import { canaryHits } from '../src/flow/canaries/hits.ts'
import { digestRenames } from '../src/flow/digest-renames.ts'
import { producerChanges } from '../src/flow/producers.ts'
import { rollupChanges } from '../src/flow/rollup-changes.ts'

export interface BaselineParts {
  engine: Engine
}

/** Events of one commit: enough to make few rows of many events, few enough not to hold up writers. */
const BATCH = 2000
/** A ticket takes well under a second; a killed run is taken over after this. */
const LEASE_MS = 10_000

/**
 * Adds every waiting event to the roll-ups that baselines and detectors read, and notes which UTC days it touched. Each
 * ticket is one commit, so a run may be killed anywhere and events are counted once. Of an event that was amended since
 * it was counted, the difference is, and digests name its entities as it does now. What the numbers of producers say
 * and which canaries came up is kept in the same commit.
 * @returns how many events it counted
 */
export async function baselineJob(
  { engine }: BaselineParts,
  signal: AbortSignal,
  progress?: (done: number, total: number) => void,
): Promise<{ done: number }> {
  let done = 0
  const total = await engine.waiting('baseline')
  while (!signal.aborted) {
    const ticket = await engine.claim('baseline', BATCH, LEASE_MS)
    if (ticket === null) break
    const { rollups, less, days } = rollupChanges(ticket.events)
    const producers = await producerChanges(engine, ticket.events)
    const renames = await digestRenames(engine, ticket.events)
    const hits = await canaryHits(engine, ticket.events)
    const records = [...touched(days), ...producers, ...renames, ...hits]
    if ((await engine.settle(ticket, { rollups, less, records })) === 'settled') done += ticket.events.length
    progress?.(done, Math.max(total, done))
    await new Promise(setImmediate)
  }
  return { done }
}

/**
 * One record of kind `touched` for each day whose sums change. Its place in the order of writes tells `detect` what
 * changed since it last looked, late events included; all of them together are the calendar of days to replay.
 */
function touched(days: ReadonlySet<Micros>): RecordWrite[] {
  return Array.from(days, (day) => ({
    record: { kind: 'touched', id: dateOf(day), ts: day, entity: null, tenant_id: null, rank: null, body: {} },
    expect: null,
  }))
}
