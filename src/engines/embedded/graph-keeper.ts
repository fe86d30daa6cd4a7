import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { setImmediate as breathe } from 'node:timers/promises'
import type { MessagePort } from 'node:worker_threads'
import type { HierarchicalNSW } from 'hnswlib-node'
import { nativeProblem } from '../../core/native.ts'
import { mostBytes, withoutVectors, withVectors } from './graph-bytes.ts'
import { type ScratchFile, scratchIn } from './scratch.ts'

const Hnsw = loaded()

/** Links per point. More cost memory (8 bytes each) and time; 16 is what recall of logs needs. */
const M = 16
/** Candidates looked at when a point is linked. Below 200, recall falls on clusters of near-equal texts. */
const EF_CONSTRUCTION = 200
/** Points added between two looks at the queue: about 5 ms, the longest that a query waits for a build. */
const BUILD_STEP = 16
/** The same seed gives the same graph. */
const SEED = 100

/** What a graph thread is asked. `graph` is a number that the asker chose. */
export type GraphRequest =
  | { op: 'build'; graph: number; vectors: Float32Array; dims: number }
  | { op: 'load'; graph: number; vectors: Float32Array; dims: number; links: Uint8Array }
  | { op: 'links'; graph: number }
  | { op: 'search'; q: Float32Array; asks: readonly GraphAsk[] }
  | { op: 'forget'; graph: number; labels: readonly number[] }
  | { op: 'drop'; graph: number }
  /** Drops all, and ends the thread once nothing is at work in it. */
  | { op: 'end' }

export interface GraphAsk {
  graph: number
  k: number
  /** Candidates kept while searching: more find more and take longer. */
  ef: number
}

/** Slots near to a question, nearest first, with their cosines. */
export interface GraphAnswer {
  slots: Uint32Array
  scores: Float32Array
}

const NOTHING = { neighbors: [], distances: [] }

interface Held {
  index: HierarchicalNSW
  dims: number
  ready: boolean
  forgotten: Set<number>
}

/**
 * Keeps the graphs of segments and answers from them; labels are slots of the segment. hnswlib works synchronously and
 * cannot be shared between threads, so this lives in a thread of its own; a build lets queries pass between its steps.
 * @param scratch opens the files without which hnswlib can neither save nor load; vectors stand in them in the clear
 */
export function createGraphKeeper(
  scratch: (bytes: number) => ScratchFile,
): (request: GraphRequest) => Promise<unknown> {
  const held = new Map<number, Held>()

  async function build(graph: number, vectors: Float32Array, dims: number): Promise<void> {
    const slots = vectors.length / dims
    const entry: Held = { index: new Hnsw('ip', dims), dims, ready: false, forgotten: new Set() }
    held.set(graph, entry)
    entry.index.initIndex(Math.max(1, slots), M, EF_CONSTRUCTION, SEED)
    for (let slot = 0; slot < slots; slot++) {
      if (slot % BUILD_STEP === 0) await breathe()
      if (held.get(graph) !== entry) throw new Error('the graph was dropped while it was built')
      const point = Array.from(vectors.subarray(slot * dims, (slot + 1) * dims))
      if (point.some((value) => value !== 0)) entry.index.addPoint(point, slot)
      else entry.forgotten.add(slot)
    }
    for (const slot of entry.forgotten) markDead(entry.index, slot)
    entry.ready = true
  }

  async function load(graph: number, vectors: Float32Array, dims: number, links: Uint8Array): Promise<void> {
    const entry: Held = { index: new Hnsw('ip', dims), dims, ready: false, forgotten: new Set() }
    held.set(graph, entry)
    const whole = withVectors(links, vectors, dims)
    const file = scratch(whole.length)
    try {
      await writeFile(file.path, whole)
      await entry.index.readIndex(file.path)
    } finally {
      file.close()
    }
    for (const slot of entry.forgotten) markDead(entry.index, slot)
    entry.ready = true
  }

  async function links(graph: number): Promise<Uint8Array> {
    const { index, dims } = ready(graph)
    const file = scratch(mostBytes(index.getCurrentCount(), dims, M))
    try {
      // neither checked nor synced by hnswlib: what it wrote is read back, and its layout and length are tested
      await index.writeIndex(file.path)
      return withoutVectors(await readFile(file.path), dims)
    } finally {
      file.close()
    }
  }

  function search(q: Float32Array, asks: readonly GraphAsk[]): (GraphAnswer | null)[] {
    const point = Array.from(q)
    return asks.map(({ graph, k, ef }) => {
      const entry = held.get(graph)
      if (entry?.ready !== true) return null
      const most = Math.min(k, entry.index.getCurrentCount())
      entry.index.setEf(Math.max(ef, most))
      const { neighbors, distances } = most === 0 ? NOTHING : entry.index.searchKnn(point, most)
      return { slots: Uint32Array.from(neighbors), scores: Float32Array.from(distances, (distance) => 1 - distance) }
    })
  }

  function forget(graph: number, labels: readonly number[]): void {
    const entry = held.get(graph)
    for (const label of labels) {
      if (entry?.ready === true) markDead(entry.index, label)
      else entry?.forgotten.add(label)
    }
  }

  function ready(graph: number): Held {
    const entry = held.get(graph)
    if (entry?.ready !== true) throw new Error('there is no such graph')
    return entry
  }

  return async (request) => {
    switch (request.op) {
      case 'build':
        return build(request.graph, request.vectors, request.dims)
      case 'load':
        return load(request.graph, request.vectors, request.dims, request.links)
      case 'links':
        return links(request.graph)
      case 'search':
        return search(request.q, request.asks)
      case 'forget':
        return forget(request.graph, request.labels)
      case 'drop':
        held.delete(request.graph)
        return
      case 'end':
        held.clear()
    }
  }
}

/**
 * Answers a port's requests, each in order of its arrival, with `{ id, answer }` or `{ id, error }`.
 * @param folder for what cannot be kept in memory
 */
export function serveGraphs(port: MessagePort, folder: string): void {
  const keep = createGraphKeeper(scratchIn(folder))
  const atWork = new Set<Promise<void>>()
  port.on('message', ({ id, request }: { id: number; request: GraphRequest }) => {
    const answered = keep(request)
      .then(
        (answer) => port.postMessage({ id, answer }),
        (error: unknown) => port.postMessage({ id, error: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => atWork.delete(answered))
    atWork.add(answered)
    if (request.op === 'end') void Promise.all(atWork).then(() => port.close())
  })
}

/** A label that was never added (its vector was wiped before), or is marked already, has nothing to forget. */
function markDead(index: HierarchicalNSW, label: number): void {
  try {
    index.markDelete(label)
  } catch {}
}

/** The package is CommonJS without named exports that Node could find. */
function loaded(): typeof HierarchicalNSW {
  try {
    return createRequire(import.meta.url)('hnswlib-node').HierarchicalNSW
  } catch (error) {
    throw nativeProblem('hnswlib-node', error) ?? error
  }
}
