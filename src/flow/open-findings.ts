import { OPEN_STATUSES } from '../core/finding.ts'
import type { Engine, StoredRecord } from '../core/ports.ts'

/** Findings of each status that are read at most: of more, the newest. */
const MOST = 200

/**
 * Findings of a detector or a monitor that somebody has still to see to. For those that have few of them.
 * @param tenant_id of this tenant alone
 */
export async function openFindings(
  engine: Pick<Engine, 'records'>,
  fields: { detector: string } | { monitor: string },
  { limit = MOST, tenant_id }: { limit?: number; tenant_id?: string } = {},
): Promise<StoredRecord[]> {
  const own = tenant_id === undefined ? {} : { tenant_id }
  const pages = OPEN_STATUSES.map((status) =>
    engine.records('finding', { ...own, fields: { ...fields, status } }, { order: 'ts', limit }),
  )
  return (await Promise.all(pages)).flat()
}
