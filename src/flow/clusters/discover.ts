import { type Cluster, clusterIdOf, type Placed } from '../../core/cluster.ts'
import { formatTime, type Micros } from '../../core/window.ts'
import { communitiesOf, NEIGHBOURS } from '../../stats/communities.ts'
import { dot } from '../../stats/dot.ts'
import { neighboursOf, type Rows } from '../../stats/neighbours.ts'
import { breath } from '../breath.ts'
import type { Standing } from './standing.ts'
import { vectorText } from './vector-text.ts'

/** Prompts that make a cluster; fewer are chance. */
export const LEAST_PROMPTS = 8
/** Prompts of one user and meaning that are looked at: nobody makes a cluster by repeating himself more often than this. */
const MOST_OF_ONE = 20
/** Cosine of two centres from which their clusters are one. Up to here labelled intents stayed apart when it was chosen. */
const SAME = 0.85
/** A cluster reaches as far as all but this share of the prompts that made it. */
const OUTLYING = 0.1
/** And never further than this: beyond, texts are of another kind. */
const LEAST_REACH = 0.5

/** A group that was found: a cluster of its own, or more of one that stands. */
export type Discovered = { members: readonly Placed[]; centre: Float32Array; reach: number; into: Standing | null }

/**
 * Groups among prompts of one tenant that belong to no cluster. Takes n²: some seconds for 4,000 prompts, in turns.
 * @param random numbers in [0, 1)
 */
export async function discover(
  prompts: readonly Placed[],
  standing: readonly Standing[],
  random: () => number,
  signal?: AbortSignal,
): Promise<Discovered[]> {
  const told = fewOfEach(prompts.filter(({ vector }) => vector.some((x) => x !== 0)))
  if (told.length < LEAST_PROMPTS) return []
  const rows = rowsOf(told.map(({ vector }) => vector))
  const label = communitiesOf(await inTurns(neighboursOf(rows, NEIGHBOURS), signal), rows.n, LEAST_PROMPTS, random)
  const groups = Array.from({ length: Math.max(-1, ...label) + 1 }, (): Placed[] => [])
  for (const [i, group] of label.entries()) groups[group]?.push(told[i]!)
  return joined(groups.map((members) => ({ members, centre: meanOf(members) }))).map(({ members, centre }) => {
    const near = members.map(({ vector }) => dot(vector, centre)).sort((a, b) => a - b)
    const own = standing.filter(({ cluster }) => cluster.tenant_id === members[0]!.tenant_id)
    return {
      members,
      centre,
      reach: Math.max(LEAST_REACH, near[Math.floor(OUTLYING * near.length)]!),
      into: own.find((one) => dot(one.centre, centre) >= SAME) ?? null,
    }
  })
}

/** The cluster that a new group becomes. */
export function clusterOf({ members, centre, reach }: Discovered, number: number, space: string, now: Micros): Cluster {
  return {
    cluster_id: clusterIdOf(number),
    tenant_id: members[0]!.tenant_id,
    space,
    centre: vectorText(centre),
    reach,
    label: null,
    labelled_at: 0,
    found_at: formatTime(now),
  }
}

/** Which of the standing ones mean the same as an older one: [later, older], the later ones first to go. */
export function pairsToMerge(standing: readonly Standing[]): [from: Standing, into: Standing][] {
  const pairs: [Standing, Standing][] = []
  const gone = new Set<number>()
  for (const [i, into] of standing.entries()) {
    if (gone.has(into.number)) continue
    for (const from of standing.slice(i + 1)) {
      if (gone.has(from.number) || from.cluster.tenant_id !== into.cluster.tenant_id) continue
      if (dot(from.centre, into.centre) < SAME) continue
      pairs.push([from, into])
      gone.add(from.number)
    }
  }
  return pairs
}

/** Runs steps to their end, letting others have their turns. Throws what the signal was aborted with. */
export async function inTurns<T>(steps: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    signal?.throwIfAborted()
    const { done, value } = steps.next()
    if (done === true) return value
    await breath()
  }
}

export function rowsOf(vectors: readonly Float32Array[]): Rows {
  const dims = vectors[0]?.length ?? 0
  const values = new Float32Array(vectors.length * dims)
  for (const [i, vector] of vectors.entries()) values.set(vector, i * dims)
  return { values, dims, n: vectors.length }
}

/** Unit mean of their vectors. */
export function meanOf(prompts: readonly Pick<Placed, 'vector'>[]): Float32Array {
  const mean = new Float32Array(prompts[0]!.vector.length)
  for (const { vector } of prompts) for (let d = 0; d < mean.length; d++) mean[d]! += vector[d]!
  const norm = Math.sqrt(dot(mean, mean)) || 1
  return mean.map((x) => x / norm)
}

function fewOfEach(prompts: readonly Placed[]): Placed[] {
  const seen = new Map<string, number>()
  return prompts.filter(({ user_id, seq, vector }) => {
    // rounded: the same question in other words is another one
    const said = `${user_id ?? seq}|${vector.slice(0, 16).map((x) => Math.round(x * 20))}`
    const n = (seen.get(said) ?? 0) + 1
    seen.set(said, n)
    return n <= MOST_OF_ONE
  })
}

interface Group {
  members: Placed[]
  centre: Float32Array
}

/** Groups whose centres are close become one: a finer division than texts show is none. */
function joined(groups: readonly Group[]): Group[] {
  const kept: Group[] = []
  for (const group of groups) {
    const same = kept.find(({ centre }) => dot(centre, group.centre) >= SAME)
    if (same === undefined) kept.push(group)
    else {
      same.members.push(...group.members)
      same.centre = meanOf(same.members)
    }
  }
  return kept
}
