import type { Effects, Rollup, StoredEvent } from '../core/ports.ts'
import { type Micros, startOfDay } from '../core/window.ts'
import { rollupsOf } from './rollup.ts'

export interface RollupChanges extends Required<Pick<Effects, 'rollups' | 'less'>> {
  /** Starts of the UTC days whose sums change, in no order. */
  days: Set<Micros>
}

/**
 * What a ticket of events changes in the roll-ups. An event that was counted before it was amended is taken off as it
 * was and added as it is; where the two give the same sums, nothing changes at all.
 */
export function rollupChanges(events: readonly StoredEvent[]): RollupChanges {
  const amended = events.filter(({ was }) => was !== undefined)
  const fresh = events.filter(({ was }) => was === undefined)
  const rollups = rollupsOf(fresh)
  const days = new Set(fresh.map(({ ts }) => startOfDay(ts)))
  const added = rollupsOf(amended)
  const taken = new Map(
    rollupsOf(amended.map(({ was, ...event }) => ({ ...event, ...was }))).map((row) => [keyOf(row), row]),
  )
  for (const row of added) {
    const key = keyOf(row)
    const before = taken.get(key)
    if (before !== undefined && isEqual(row, before)) taken.delete(key)
    else {
      rollups.push(row)
      days.add(startOfDay(row.start))
    }
  }
  const less = [...taken.values()]
  for (const { start } of less) days.add(startOfDay(start))
  return { rollups, less, days }
}

const keyOf = (row: Rollup): string =>
  JSON.stringify([row.period, row.start, row.entity_type, row.metric, row.tenant_id, row.entity_id])

const isEqual = (a: Rollup, b: Rollup): boolean =>
  a.n === b.n && a.total === b.total && Buffer.compare(a.sketch, b.sketch) === 0
