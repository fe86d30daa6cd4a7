import type { Engine, RecordWrite, StoredEvent } from '../src/core/ports.ts'
import { dateOf, startOfDay } from '../src/core/window.ts'
import { rollupsOf } from '../src/flow/rollup.ts'

export interface BaselineParts {
  engine: Engine
}

/** Events of one commit: enough to make few rows of many events, few enough not to hold up writers. */
const BATCH = 2000
/** A ticket takes well under a second; a killed run is taken over after this. */
const LEASE_MS = 10_000

/**
 * Adds every waiting event to the roll-ups that baselines and detectors read, and notes which UTC days it touched. Each
 * ticket is one commit, so a run may be killed anywhere and events are counted once.
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
    const effects = { rollups: rollupsOf(ticket.events), records: touchedDays(ticket.events) }
    if ((await engine.settle(ticket, effects)) === 'settled') done += ticket.events.length
    progress?.(done, Math.max(total, done))
    await new Promise(setImmediate)
  }
  return { done }
}

/**
 * One record of kind `touched` for each day that has events. Its place in the order of writes tells `detect` what
 * changed since it last looked, late events included; all of them together are the calendar of days to replay.
 */
function touchedDays(events: readonly StoredEvent[]): RecordWrite[] {
  const days = new Set(events.map(({ ts }) => startOfDay(ts)))
  return Array.from(days, (day) => ({
    record: { kind: 'touched', id: dateOf(day), ts: day, entity: null, tenant_id: null, rank: null, body: {} },
    expect: null,
  }))
}
