import type { Placed } from '../../core/cluster.ts'
import type { Clock, Engine } from '../../core/ports.ts'
import { formatTime } from '../../core/window.ts'
import { alignTo, LAYOUT_NEIGHBOURS, layOut, placeOf } from '../../stats/layout.ts'
import { neighboursOf, type Rows } from '../../stats/neighbours.ts'
import { seeded } from '../../stats/seeded.ts'
import { sphereMeans } from '../../stats/sphere-means.ts'
import { inTurns, meanOf, rowsOf } from './discover.ts'
import { standingClusters } from './standing.ts'
import { vectorIn, vectorText } from './vector-text.ts'

/** Means of prompts that mean much the same, each with its place on the map. No landmark is one prompt's vector: an erasure would not find it. */
export interface Landmarks {
  space: string
  rows: Rows
  /** x and y of each. */
  places: Float32Array
  /** ISO 8601 */
  made_at: string
}

/** Prompts that a landmark is the mean of, at least, and about as many. */
const LEAST = 5
const ABOUT = 8
/** Landmarks of one cluster, and of what belongs to none. */
const OF_ONE = 12
const OF_NONE = 96
/** All landmarks; a point is compared with each. */
const MOST = 1_000
const SEED = 7

const RECORD = { kind: 'map', id: 'landmarks' } as const

/** Lays out the map anew, as near as can be to how it lay before. */
export async function layMap(
  { engine, clock }: { engine: Pick<Engine, 'placed' | 'records' | 'putRecords'>; clock: Clock },
  space: string,
  signal: AbortSignal,
): Promise<void> {
  const { standing } = await standingClusters(engine)
  const random = seeded(SEED)
  const vectors: Float32Array[] = []
  const each = Math.max(1, Math.min(OF_ONE, Math.floor((MOST - OF_NONE) / Math.max(1, standing.length))))
  for (const [number, most] of [...standing.map(({ number: n }) => [n, each] as const), [0, OF_NONE] as const]) {
    if (vectors.length >= MOST) break
    const prompts = await engine.placed(number, space, { limit: most * ABOUT })
    vectors.push(...(await meansOf(prompts, most, random, signal)))
  }
  const rows = rowsOf(vectors)
  const before = await readLandmarks(engine)
  const near = await inTurns(neighboursOf(rows, LAYOUT_NEIGHBOURS), signal)
  const places = await inTurns(layOut(rows, near, random), signal)
  if (before !== null && before.space === space && before.rows.n > 0)
    alignTo(places, Float32Array.from(vectors.flatMap((vector) => placeOf(vector, before.rows, before.places))))
  const now = clock.now()
  const body = {
    space,
    made_at: formatTime(now),
    dims: rows.dims,
    vectors: vectorText(rows.values),
    places: vectorText(places),
  }
  await engine.putRecords([
    { record: { ...RECORD, ts: now, entity: null, tenant_id: null, rank: null, body }, expect: null },
  ])
}

/** How the map lies; null before the first night. */
export async function readLandmarks(engine: Pick<Engine, 'records'>): Promise<Landmarks | null> {
  const [record] = await engine.records(RECORD.kind, { ids: [RECORD.id] }, { order: 'ts', limit: 1 })
  if (record === undefined) return null
  const body = record.body as { space: string; made_at: string; dims: number; vectors: string; places: string }
  const values = vectorIn(body.vectors)
  const n = body.dims === 0 ? 0 : values.length / body.dims
  return {
    space: body.space,
    made_at: body.made_at,
    rows: { values, dims: body.dims, n },
    places: vectorIn(body.places),
  }
}

async function meansOf(
  prompts: readonly Placed[],
  most: number,
  random: () => number,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const told = prompts.filter(({ vector }) => vector.some((x) => x !== 0))
  if (told.length < LEAST) return []
  const k = Math.max(1, Math.min(most, Math.floor(told.length / ABOUT)))
  const label = await inTurns(sphereMeans(rowsOf(told.map(({ vector }) => vector)), k, random), signal)
  const groups = new Map<number, Placed[]>()
  for (const [i, group] of label.entries()) groups.set(group, [...(groups.get(group) ?? []), told[i]!])
  return [...groups.values()].filter((members) => members.length >= LEAST).map(meanOf)
}
