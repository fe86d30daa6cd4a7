import type { Clock, Engine } from '../src/core/ports.ts'
import { checkpointRecord } from '../src/flow/checkpoint.ts'

/** Writes down size and root of the ledger, where it grew since the last time. */
export async function checkpointJob({
  engine,
  clock,
}: {
  engine: Pick<Engine, 'head' | 'records' | 'putRecords'>
  clock: Clock
}): Promise<{ done: number }> {
  const head = await engine.head()
  const record = checkpointRecord(head, clock.now())
  const stored = await engine.records('checkpoint', { ids: [record.id] }, { order: 'ts', limit: 1 })
  if (stored.length > 0) return { done: 0 }
  await engine.putRecords([{ record, expect: 0 }])
  return { done: 1 }
}
