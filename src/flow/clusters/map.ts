import { type ClusterCount, type ClusterItem, K_ANONYMITY, type MapAnswer } from '../../core/cluster.ts'
import type { Clock, Engine, Filter } from '../../core/ports.ts'
import { DAY, formatTime, type Micros, parseTime } from '../../core/window.ts'
import { placeOf } from '../../stats/layout.ts'
import { breath } from '../breath.ts'
import { readLandmarks } from './landmarks.ts'
import { type Standing, standingClusters } from './standing.ts'

export interface MapParts {
  engine: Pick<Engine, 'records' | 'clusters' | 'sample'>
  clock: Clock
}

/** Points placed before others get their turn. */
const TURN = 64

/** Clusters with events among those of a filter, the largest first. */
export async function clusterItems({ engine, clock }: MapParts, filter: Filter): Promise<ClusterItem[]> {
  return (await counted(engine, filter)).map(({ one, count }) => itemOf(one, count, clock.now()))
}

/** Where the events of a filter lie by meaning, at most `limit` of them, and the clusters that they belong to. */
export async function meaningMap({ engine, clock }: MapParts, filter: Filter, limit: number): Promise<MapAnswer> {
  const landmarks = await readLandmarks(engine)
  const none = { points: [], clusters: [], total: 0, sampled: false, k_anonymity: K_ANONYMITY, laid_out_at: null }
  if (landmarks === null) return none
  const { points, total } = await engine.sample(filter, landmarks.space, limit)
  const place = (vector: Float32Array) => {
    const [x, y] = placeOf(vector, landmarks.rows, landmarks.places)
    return { x: rounded(x), y: rounded(y) }
  }
  const placed: MapAnswer['points'] = []
  for (const [i, { event_id, vector, cluster_id }] of points.entries()) {
    placed.push({ event_id, ...place(vector), cluster: cluster_id })
    if (i % TURN === TURN - 1) await breath()
  }
  const clusters = (await counted(engine, filter)).map(({ one, count }) => ({
    ...itemOf(one, count, clock.now()),
    ...place(one.centre),
  }))
  return { ...none, points: placed, clusters, total, sampled: placed.length < total, laid_out_at: landmarks.made_at }
}

async function counted(engine: MapParts['engine'], filter: Filter): Promise<{ one: Standing; count: ClusterCount }[]> {
  const of = filter.tenant_id === undefined ? {} : { tenant_id: filter.tenant_id }
  const [{ standing }, counts] = await Promise.all([standingClusters(engine, of), engine.clusters(filter)])
  const byId = new Map(counts.map((count) => [count.cluster_id, count]))
  return standing
    .flatMap((one) => {
      const count = byId.get(one.cluster.cluster_id)
      return count === undefined ? [] : [{ one, count }]
    })
    .sort((a, b) => b.count.n - a.count.n || a.one.number - b.one.number)
}

function itemOf({ cluster }: Standing, { n, users, first, last }: ClusterCount, now: Micros): ClusterItem {
  const { cluster_id, tenant_id, label, found_at } = cluster
  return {
    cluster_id,
    tenant_id,
    // users may have been erased since the label was made
    label: users < K_ANONYMITY ? null : label,
    events: n,
    users,
    first_seen: formatTime(first),
    last_seen: formatTime(last),
    found_at,
    new: (parseTime(found_at) ?? 0) > now - DAY,
  }
}

const rounded = (x: number) => Math.round(x * 1000) / 1000
