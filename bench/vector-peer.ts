import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { HierarchicalNSW } from 'hnswlib-node'
import { medianOf } from './bench-compare.ts'
import { DIMS, type VectorSet } from './vector-sets.ts'

const { HierarchicalNSW: Hnsw } = createRequire(import.meta.url)('hnswlib-node') as {
  HierarchicalNSW: typeof HierarchicalNSW
}

/** Settings of the peer: one graph over everything, as one would use hnswlib by itself. */
const M = 16
const EF_CONSTRUCTION = 200
const EF = 64
const SEED = 100
/** Parts in which it is built, each timed and saved by itself. */
const SLICES = 20

/** What its build told. */
interface Built {
  /** Vectors in the saved graph. */
  count: number
  /** Vectors taken in per CPU-second, slice by slice. */
  rates: number[]
  /** Resident bytes of all. */
  bytes: number
}

/** One graph of hnswlib over a set. */
export interface VectorPeer {
  graph: HierarchicalNSW
  /** Vectors that it takes in per CPU-second; median of slices of its build. */
  insert: number
  /** Resident bytes that it takes per vector. */
  bytes: number
}

/**
 * Builds the graph in files that begin with `path`; goes on where an earlier call stopped, by itself or at `until`
 * (milliseconds since 1970, seen between two slices). In a process that does nothing else, so that its memory and time
 * are the graph's. Returns whether all vectors are in it.
 */
export async function buildPeer(
  { vectors, count }: VectorSet,
  path: string,
  say: (what: string) => void,
  until = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const built = builtAt(path) ?? { count: 0, rates: [], bytes: 0 }
  if (built.count === count) return true
  say(`one graph of hnswlib over ${count} vectors, ${built.count} of them there`)
  const graph = new Hnsw('ip', DIMS)
  const before = process.memoryUsage().rss
  if (built.count > 0) await graph.readIndex(`${path}.bin`)
  else graph.initIndex(count, M, EF_CONSTRUCTION, SEED)
  const slice = Math.ceil(count / SLICES)
  while (built.count < count && Date.now() < until) {
    const to = Math.min(built.count + slice, count)
    const begun = process.cpuUsage()
    for (let at = built.count; at < to; at++)
      graph.addPoint(Array.from(vectors.subarray(at * DIMS, (at + 1) * DIMS)), at)
    const { user, system } = process.cpuUsage(begun)
    built.rates.push((to - built.count) / ((user + system) / 1e6))
    built.count = to
  }
  built.bytes = process.memoryUsage().rss - before
  await graph.writeIndex(`${path}.part`)
  renameSync(`${path}.part`, `${path}.bin`)
  writeFileSync(`${path}.json`, JSON.stringify(built))
  return built.count === count
}

/** Reads a graph that was built. */
export async function openPeer(path: string): Promise<VectorPeer> {
  const { count, rates, bytes } = builtAt(path)!
  const graph = new Hnsw('ip', DIMS)
  await graph.readIndex(`${path}.bin`)
  graph.setEf(EF)
  return { graph, insert: medianOf(rates), bytes: bytes / count }
}

function builtAt(path: string): Built | null {
  return existsSync(`${path}.json`) ? (JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Built) : null
}
