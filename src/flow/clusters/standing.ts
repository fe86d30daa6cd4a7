import { type Cluster, clusterNumberOf } from '../../core/cluster.ts'
import type { Engine, RecordRow, StoredRecord } from '../../core/ports.ts'
import { parseTime } from '../../core/window.ts'
import { dot } from '../../stats/dot.ts'
import { allRecords } from '../all-records.ts'
import { vectorIn } from './vector-text.ts'

/** A cluster that stands, ready to compare with. */
export interface Standing {
  number: number
  cluster: Cluster
  centre: Float32Array
  record: StoredRecord
}

/** Every cluster that stands, of the tenant given ('': of none) or of all; and the highest number that was ever given to any. */
export async function standingClusters(
  engine: Pick<Engine, 'records'>,
  of: { tenant_id?: string } = {},
): Promise<{ standing: Standing[]; last: number }> {
  const standing: Standing[] = []
  let last = 0
  for (const record of await allRecords(engine, 'cluster')) {
    const cluster = record.body as unknown as Cluster
    const number = clusterNumberOf(cluster.cluster_id) ?? 0
    last = Math.max(last, number)
    const own = of.tenant_id === undefined || (cluster.tenant_id ?? '') === of.tenant_id
    if (own && cluster.merged_into === undefined)
      standing.push({ number, cluster, centre: vectorIn(cluster.centre), record })
  }
  return { standing: standing.sort((a, b) => a.number - b.number), last }
}

/** The nearest cluster of the same tenant that a prompt belongs to; 0 for none. */
export function clusterFor(
  { tenant_id, vector }: { tenant_id: string | null; vector: Float32Array },
  standing: readonly Standing[],
): number {
  let [best, found] = [0, 0]
  for (const { number, cluster, centre } of standing) {
    if (cluster.tenant_id !== tenant_id) continue
    const near = dot(vector, centre)
    if (near >= cluster.reach && near > best) {
      best = near
      found = number
    }
  }
  return found
}

export const recordOf = (cluster: Cluster): RecordRow => ({
  kind: 'cluster',
  id: cluster.cluster_id,
  ts: parseTime(cluster.found_at) ?? 0,
  entity: null,
  tenant_id: cluster.tenant_id,
  rank: null,
  body: { ...cluster } as RecordRow['body'],
})
