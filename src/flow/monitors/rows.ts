import {
  MONITOR,
  MONITOR_COUNTS,
  type MonitorCounts,
  type MonitorRow,
  monitorKey,
  type RemovedRow,
} from '../../core/monitor.ts'
import type { Engine, Json, RecordWrite } from '../../core/ports.ts'
import { type Micros, parseTime } from '../../core/window.ts'
import { allRecords } from '../all-records.ts'

/** A record of a monitor with the number of writes that it has seen. */
export interface Stored<Body> {
  key: string
  body: Body
  written: number
}

/** Every monitor that stands, of all or of one tenant (null: the house), by name. */
export async function monitorRows(
  engine: Pick<Engine, 'records'>,
  tenant_id?: string | null,
): Promise<Stored<MonitorRow>[]> {
  const own = tenant_id == null ? {} : { tenant_id }
  const records = await allRecords(engine, MONITOR, { ...own, fields: { standing: 'kept' } })
  return records
    .map(({ id, body, version }) => ({ key: id, body: body as unknown as MonitorRow, written: version }))
    .filter(({ body }) => tenant_id !== null || body.tenant_id === null)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** One by name, removed or not; null where there never was one. */
export async function monitorRow(
  engine: Pick<Engine, 'records'>,
  name: string,
  tenant_id: string | null,
): Promise<Stored<MonitorRow | RemovedRow> | null> {
  const key = monitorKey(name, tenant_id)
  const [record] = await engine.records(MONITOR, { ids: [key] }, { order: 'ts', limit: 1 })
  return record === undefined
    ? null
    : { key, body: record.body as unknown as MonitorRow | RemovedRow, written: record.version }
}

/** What was counted of some monitors, by key. */
export async function countsOf(
  engine: Pick<Engine, 'records'>,
  keys: readonly string[],
): Promise<Map<string, Stored<MonitorCounts>>> {
  const records = await engine.records(MONITOR_COUNTS, { ids: keys }, { order: 'ts', limit: Math.max(1, keys.length) })
  return new Map(
    records.map(({ id, body, version }) => [id, { key: id, body: body as unknown as MonitorCounts, written: version }]),
  )
}

/** The write of a monitor. A tenant's that looks for a single user goes with all that is held of him. */
export function rowWrite(row: MonitorRow | RemovedRow, written: number): RecordWrite {
  return recordWrite(MONITOR, row, row, written, parseTime(row.changed_at) ?? 0)
}

export const countsWrite = (row: MonitorRow | RemovedRow, counts: MonitorCounts, written: number, now: Micros) =>
  recordWrite(MONITOR_COUNTS, row, counts, written, now)

function recordWrite(
  kind: string,
  row: MonitorRow | RemovedRow,
  body: MonitorRow | RemovedRow | MonitorCounts,
  written: number,
  ts: Micros,
): RecordWrite {
  // the house's may be about a user of any tenant, whom an erasure strikes out of it
  const user = row.standing === 'kept' && row.tenant_id !== null ? row.search.user_id : undefined
  const record = {
    kind,
    id: monitorKey(row.name, row.tenant_id),
    ts,
    entity: typeof user === 'string' ? `user:${user}` : null,
    tenant_id: row.tenant_id,
    rank: null,
    body: body as unknown as Json,
  }
  return { record, expect: written }
}
