import { OPEN_STATUSES } from '../core/finding.ts'
import type { Engine, StoredRecord } from '../core/ports.ts'

/** Findings of each status that are read at most: of more, the newest. */
const MOST = 200

/** Findings of a detector that somebody has still to see to. For detectors that have few of them. */
export async function openFindings(engine: Pick<Engine, 'records'>, detector: string): Promise<StoredRecord[]> {
  const pages = OPEN_STATUSES.map((status) =>
    engine.records('finding', { fields: { detector, status } }, { order: 'ts', limit: MOST }),
  )
  return (await Promise.all(pages)).flat()
}
