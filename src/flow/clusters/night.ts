import type { Cluster } from '../../core/cluster.ts'
import { promptOf } from '../../core/event.ts'
import type { Clock, Engine } from '../../core/ports.ts'
import { readableOf } from '../../core/withheld.ts'
import { seeded } from '../../stats/seeded.ts'
import { clusterOf, type Discovered, discover, meanOf, pairsToMerge } from './discover.ts'
import { labelOf, phrasesOf, type Said } from './label.ts'
import { layMap } from './landmarks.ts'
import { clusterFor, recordOf, type Standing, standingClusters } from './standing.ts'
import { vectorText } from './vector-text.ts'

export interface ClusterParts {
  engine: Pick<
    Engine,
    | 'spaces'
    | 'unplaced'
    | 'place'
    | 'placed'
    | 'mergeClusters'
    | 'clusters'
    | 'tally'
    | 'records'
    | 'putRecords'
    | 'events'
  >
  clock: Clock
}

/** Prompts to a turn of placing: a second of work. */
const BATCH = 512
/** Prompts without a cluster that are looked at together; takes the square of it. */
const LOOKED_AT = 2_500
/** So often in one night and tenant. */
const LOOKS = 12
/** Prompts that a label is made of, and that a centre is made of anew. */
const READ = 200
/** A label is made again when its cluster has so many times the events. */
const GROWN = 2
/** Groups do not hang on chance; the same prompts give the same ones. */
const SEED = 20_260_115

/**
 * Gives every prompt that has a vector its cluster, the nearest one that it is near enough to, or none. In small turns,
 * each kept, so that it may be cut off anywhere.
 */
export async function placeNew(
  { engine }: Pick<ClusterParts, 'engine'>,
  signal: AbortSignal,
  progress: (done: number) => void = () => {},
): Promise<number> {
  const space = await activeSpace(engine)
  if (space === null) return 0
  const { standing } = await standingClusters(engine)
  const near = standing.filter(({ cluster }) => cluster.space === space)
  let done = 0
  while (!signal.aborted) {
    const { rows, upto } = await engine.unplaced(space, BATCH)
    if (upto === null) break
    await engine.place(
      rows.map((row) => ({ seq: row.seq, cluster: clusterFor(row, near) })),
      { space, upto },
    )
    done += rows.length
    progress(done)
  }
  return done
}

/**
 * What is new: clusters among the prompts that belong to none, tenant by tenant; those that come to mean the same become
 * one, under the older id; labels of what is new or has grown. Where another model answers by now, centres are made of it
 * first. May be cut off anywhere; what was found until then stands.
 * @returns how many clusters were found
 */
export async function clusterNight(parts: ClusterParts, signal: AbortSignal): Promise<{ found: number }> {
  const { engine } = parts
  const space = await activeSpace(engine)
  if (space === null) return { found: 0 }
  await recentre(parts, space)
  await placeNew(parts, signal)
  let found = 0
  for (const { key } of await engine.tally(['tenant_id'], {}))
    if (!signal.aborted) found += await discoverIn(parts, space, key[0] ?? null, signal)
  if (!signal.aborted) await mergeAlike(parts)
  if (!signal.aborted) await labelClusters(parts, signal)
  if (!signal.aborted) await layMap(parts, space, signal)
  return { found }
}

async function activeSpace(engine: Pick<Engine, 'spaces'>): Promise<string | null> {
  return (await engine.spaces()).find(({ state }) => state === 'active')?.space ?? null
}

/** Looks at what belongs to no cluster, the newest first, until nothing more is found. */
async function discoverIn(
  parts: ClusterParts,
  space: string,
  tenant_id: string | null,
  signal: AbortSignal,
): Promise<number> {
  const { engine, clock } = parts
  const whose = { tenant_id: tenant_id ?? '' }
  const random = seeded(SEED)
  let [found, before_seq] = [0, Number.MAX_SAFE_INTEGER]
  for (let look = 0; look < LOOKS && !signal.aborted; look++) {
    const prompts = await engine.placed(0, space, { limit: LOOKED_AT, before_seq, ...whose })
    if (prompts.length === 0) break
    before_seq = prompts.at(-1)!.seq
    const { standing, last } = await standingClusters(engine, whose)
    const groups = await discover(prompts, standing, random, signal)
    const fresh = groups.filter(({ into }) => into === null)
    const numbers = new Map(fresh.map((group, i) => [group, last + 1 + i]))
    const records = fresh.map((group) => recordOf(clusterOf(group, numbers.get(group)!, space, clock.now())))
    if ((await engine.putRecords(records.map((record) => ({ record, expect: 0 })))) === 'stale') break
    const numberOf = (group: Discovered) => numbers.get(group) ?? group.into!.number
    await engine.place(groups.flatMap((group) => group.members.map(({ seq }) => ({ seq, cluster: numberOf(group) }))))
    found += fresh.length
    if (fresh.length === 0) break
    await placeStrays(parts, space, whose, signal)
  }
  return found
}

/** Prompts of before that a new cluster reaches. */
async function placeStrays(
  { engine }: ClusterParts,
  space: string,
  whose: { tenant_id: string },
  signal: AbortSignal,
): Promise<void> {
  const { standing } = await standingClusters(engine, whose)
  for (let before_seq = Number.MAX_SAFE_INTEGER; !signal.aborted; ) {
    const prompts = await engine.placed(0, space, { limit: BATCH, before_seq, ...whose })
    if (prompts.length === 0) return
    before_seq = prompts.at(-1)!.seq
    const reached = prompts
      .map((prompt) => ({ seq: prompt.seq, cluster: clusterFor(prompt, standing) }))
      .filter(({ cluster }) => cluster > 0)
    if (reached.length > 0) await engine.place(reached)
  }
}

/** Centres in the space that answers now, of what each cluster has; one that has nothing left is let go. */
async function recentre({ engine }: ClusterParts, space: string): Promise<void> {
  const { standing } = await standingClusters(engine)
  for (const one of standing) {
    if (one.cluster.space === space) continue
    const members = (await engine.placed(one.number, space, { limit: READ })).filter(({ vector }) =>
      vector.some((x) => x),
    )
    if (members.length > 0) await change(engine, one, { space, centre: vectorText(meanOf(members)) })
  }
}

async function mergeAlike({ engine }: ClusterParts): Promise<void> {
  const { standing } = await standingClusters(engine)
  for (const [from, into] of pairsToMerge(standing)) {
    await engine.mergeClusters(from.number, into.number)
    await change(engine, from, { merged_into: into.cluster.cluster_id, label: null })
  }
}

/** Labels what has none yet or has grown, against everything that was read of the tenant. */
async function labelClusters({ engine }: ClusterParts, signal: AbortSignal): Promise<void> {
  const { standing } = await standingClusters(engine)
  for (const tenant_id of new Set(standing.map(({ cluster }) => cluster.tenant_id))) {
    const own = standing.filter(({ cluster }) => cluster.tenant_id === tenant_id)
    const counts = new Map(
      (await engine.clusters({ tenant_id: tenant_id ?? '' })).map(({ cluster_id, n }) => [cluster_id, n]),
    )
    const due = own.filter(({ cluster }) => {
      const n = counts.get(cluster.cluster_id) ?? 0
      return n > 0 && (cluster.labelled_at === 0 || n >= GROWN * cluster.labelled_at || 2 * n < cluster.labelled_at)
    })
    if (due.length === 0) continue
    const said = new Map<Standing, Said[]>()
    for (const one of own) {
      if (signal.aborted) return
      said.set(one, await promptsOf(engine, one))
    }
    const all = phrasesOf([...said.values()].flat())
    for (const one of due) {
      const label = labelOf(phrasesOf(said.get(one)!), all)
      await change(engine, one, { label, labelled_at: counts.get(one.cluster.cluster_id) ?? 0 })
    }
  }
}

async function promptsOf(engine: ClusterParts['engine'], { cluster }: Standing): Promise<Said[]> {
  const { items } = await engine.events(
    { tenant_id: cluster.tenant_id ?? '', fields: { cluster: cluster.cluster_id } },
    { limit: READ },
  )
  return items.map(({ event }) => ({ user_id: event.user_id ?? null, text: readableOf(promptOf(event)) }))
}

/** Where somebody else changed it meanwhile, his change stands. */
async function change(engine: Pick<Engine, 'putRecords'>, { cluster, record }: Standing, to: Partial<Cluster>) {
  await engine.putRecords([{ record: recordOf({ ...cluster, ...to }), expect: record.version }])
}
