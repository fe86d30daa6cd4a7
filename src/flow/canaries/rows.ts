import { CANARY, type CanaryRow, canaryKey, type RemovedCanary } from '../../core/canary.ts'
import type { Engine, Json, RecordWrite } from '../../core/ports.ts'
import { parseTime } from '../../core/window.ts'
import { allRecords } from '../all-records.ts'

/** Every canary that stands, of all or of one tenant (null: the house), by name. */
export async function canaryRows(engine: Pick<Engine, 'records'>, tenant_id?: string | null): Promise<CanaryRow[]> {
  const own = tenant_id == null ? {} : { tenant_id }
  const records = await allRecords(engine, CANARY, { ...own, fields: { standing: 'kept' } })
  return records
    .map(({ body }) => body as unknown as CanaryRow)
    .filter((row) => tenant_id !== null || row.tenant_id === null)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** As marks and filters name it. */
export const keyOf = ({ name, tenant_id }: CanaryRow) => canaryKey(name, tenant_id)

/** One by name, removed or not, with the number of writes that it has seen; null where there never was one. */
export async function canaryRow(
  engine: Pick<Engine, 'records'>,
  name: string,
  tenant_id: string | null,
): Promise<{ row: CanaryRow | RemovedCanary; written: number } | null> {
  const ids = [canaryKey(name, tenant_id)]
  const [record] = await engine.records(CANARY, { ids }, { order: 'ts', limit: 1 })
  return record === undefined
    ? null
    : { row: record.body as unknown as CanaryRow | RemovedCanary, written: record.version }
}

export function canaryWrite(row: CanaryRow | RemovedCanary, written: number): RecordWrite {
  const { name, tenant_id, changed_at } = row
  const place = { kind: CANARY, id: canaryKey(name, tenant_id), ts: parseTime(changed_at) ?? 0, entity: null }
  return { record: { ...place, tenant_id, rank: null, body: row as unknown as Json }, expect: written }
}
