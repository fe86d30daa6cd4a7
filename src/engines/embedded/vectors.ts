import { mkdirSync } from 'node:fs'
import { setImmediate as breathe } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { IndexStatus, Log, Part } from '../../core/ports.ts'
import { threadEntry } from '../../core/threads.ts'
import type { Connection } from './connection.ts'
import { type Accept, acceptOf, allOf, type Bounds, bestOf, type Candidates, scan, type VectorHit } from './exact.ts'
import { fill, forget, type Generation, type Held, loadGeneration, sweep } from './generation.ts'
import { searchGraphs } from './graph-search.ts'
import { createGraphs, type Graphs } from './graphs.ts'
import { LEAST_RECALL } from './referee.ts'
import { bytesOf } from './segments.ts'
import { tender } from './tend.ts'
import { vectorFeed } from './vector-feed.ts'

export interface VectorIndexOptions {
  /** May be read-only. The index writes nothing to it. */
  db: Connection
  /** Folder of the snapshots; created where missing and `writable`. */
  dir: string
  /** What they are sealed under, 32 bytes. */
  key: Uint8Array
  /** Whether snapshots may be written and useless ones removed: true in one place at most. */
  writable: boolean
  /** Texts of a segment. Default 65,536. */
  segmentSize?: number
  /** Whether sealed segments get a graph each. Default true. */
  graphs?: boolean
  /** Texts below which every question is answered exactly. Default 20,000: see docs/decisions/0002-vector-segments.md. */
  exactBelow?: number
  /** Every so many graph answers, one segment's answer is compared with exact search. Default 64; 0 never. */
  refereeEvery?: number
  /** Numbers in [0, 1) that choose what is measured. Default: evenly spread. */
  random?: () => number
  log?: Log
}

/**
 * The vectors of a store, searchable. It is a cache: it holds nothing that the store does not, catches up with it
 * before every answer, and is rebuilt from it wherever a snapshot is missing or not to be trusted.
 * Every call may throw what SQLite throws; a question of the wrong length is a RangeError.
 */
export interface VectorIndex {
  /** Takes over up to `limit` new rows (all by default), and every erasure. Returns how many rows changed; 0 when level. */
  catchUp(limit?: number): number
  /**
   * The k nearest texts of a space, nearest first, among the candidates. Exact, unless the whole of a large store is
   * asked for. `complete` is false where the space is not one that is searched. Nothing is near a zero vector.
   */
  nearest(
    q: Float32Array,
    space: string,
    k: number,
    candidates?: Candidates,
    part?: Part,
    bounds?: Bounds,
  ): Promise<{ hits: VectorHit[]; how: 'exact' | 'graph'; complete: boolean }>
  /** Every text with at least this cosine, nearest first; exact. */
  within(
    q: Float32Array,
    space: string,
    cosine: number,
    candidates?: Candidates,
    part?: Part,
    bounds?: Bounds,
  ): VectorHit[]
  /**
   * One piece of the work that can wait: up to `limit` new rows, or one segment to compact, link, measure or save.
   * Returns how many rows it was about; 0 when there is nothing left. Calls while one runs share its outcome.
   */
  tend(limit?: number): Promise<number>
  /** Of the active space. Texts without meaning (zero vectors) count as indexed: they need no place. */
  status(): IndexStatus
  close(): Promise<void>
}

const SEGMENT_SIZE = 65_536
const EXACT_BELOW = 20_000
const REFEREE_EVERY = 64
/** Vectors scanned before others get their turn: about 40 ms. */
const SCAN_TURN = 131_072
/** Rows read before others get their turn: about 60 ms. */
const FILL_TURN = 4096
const GONE_BATCH = 1000
/** Resident bytes of a point in a graph besides its vector: links of both levels, label and label table. */
const LINK_BYTES = 220

export function createVectorIndex(options: VectorIndexOptions): VectorIndex {
  const { db, dir, key, writable, log } = options
  const exactBelow = options.exactBelow ?? EXACT_BELOW
  const random = options.random ?? evenly()
  const feed = vectorFeed(db)
  const filling = { feed, dir, key, writable, log, segmentSize: options.segmentSize ?? SEGMENT_SIZE }
  const generations = new Map<string, Generation>()
  if (writable) {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    sweep(dir, feed.spaces())
  }
  const start = () => new Worker(threadEntry(import.meta.url, './segment-thread.js'), { workerData: { scratch: dir } })
  const graphs: Graphs | null = options.graphs === false ? null : createGraphs({ start, onLost: loseGraphs, log })
  const tend = tender({ ...filling, graphs, generations, random, breathe })
  const search = searchGraphs({ graphs, random, refereeEvery: options.refereeEvery ?? REFEREE_EVERY, log })
  // before any row is read: what is erased later is found again under a higher number
  let gid = feed.lastGid()
  let running: Promise<number> | null = null
  let closed = false
  refresh()

  /** Follows the list of spaces: one that appeared is loaded, one that retired is let go. */
  function refresh(): void {
    const spaces = feed.spaces()
    for (const space of spaces) {
      if (generations.has(space.space)) continue
      const generation = loadGeneration(space, filling)
      generations.set(space.space, generation)
      tend.takeUp(generation)
    }
    if (generations.size === spaces.length) return
    for (const [name, { held }] of generations) {
      if (spaces.some(({ space }) => space === name)) continue
      generations.delete(name)
      for (const { graph } of held) if (graph !== null) graphs?.drop(graph.id)
    }
    if (writable) sweep(dir, spaces)
  }

  function loseGraphs(): void {
    for (const { held } of generations.values()) for (const one of held) one.graph = null
  }

  function catchUp(limit = Number.POSITIVE_INFINITY): number {
    refresh()
    const lastVid = feed.lastVid()
    // erasures before rows: the number of a vector that went may be that of another one now
    const died = forgetGone()
    let done = 0
    for (const generation of generations.values()) done += fill(generation, lastVid, limit - done, filling)
    // and after them: the event of a row that was just read may be gone since
    return died + done + forgetGone()
  }

  /** Lets rows die that went from the store; returns how many. */
  function forgetGone(): number {
    for (let died = 0; ; ) {
      const gone = feed.gone(gid, GONE_BATCH)
      if (gone.length === 0) return died
      for (const generation of generations.values())
        died += forget(generation, gone, ({ graph }, slots) => graph !== null && graphs?.forget(graph.id, slots))
      gid = gone.at(-1)!.gid
    }
  }

  function generationFor(q: Float32Array, space: string): Generation | null {
    const generation = generations.get(space) ?? null
    if (generation !== null && q.length !== generation.space.dims)
      throw new RangeError(`a vector of this space has ${generation.space.dims} numbers, not ${q.length}`)
    return generation
  }

  async function scanInTurns(held: readonly Held[], q: Float32Array, accept: Accept, sink: Parameters<typeof scan>[3]) {
    let scanned = 0
    for (const { segment } of held) {
      scan(segment, q, accept, sink)
      scanned += accept.seqs === null ? segment.slots : 0
      if (scanned < SCAN_TURN) continue
      scanned = 0
      await breathe()
    }
  }

  return {
    catchUp,

    async nearest(q, space, k, candidates = 'all', part, bounds = {}) {
      while (catchUp(FILL_TURN) > 0) await breathe()
      const generation = generationFor(q, space)
      if (generation === null) return { hits: [], how: 'exact', complete: false }
      const held = generation.held.slice()
      const living = held.reduce((sum, { segment }) => sum + segment.rows - segment.deadRows, 0)
      if (!q.some((value) => value !== 0)) return { hits: [], how: 'exact', complete: true }
      const accept = acceptOf(candidates, part, bounds)
      const best = bestOf(Math.min(k, living))
      const asked = living < exactBelow ? null : search.ask(q, k, accept, held)
      await scanInTurns(asked === null ? held : held.filter((one) => !asked.held.includes(one)), q, accept, best)
      const unanswered = asked === null ? [] : await asked.offer(best)
      await scanInTurns(unanswered, q, accept, best)
      const how = asked !== null && unanswered.length < asked.held.length ? 'graph' : 'exact'
      return { hits: best.hits(), how, complete: true }
    },

    within(q, space, cosine, candidates = 'all', part, bounds = {}) {
      catchUp()
      const generation = generationFor(q, space)
      const sink = allOf(cosine)
      if (generation === null || !q.some((value) => value !== 0)) return []
      const accept = acceptOf(candidates, part, bounds)
      for (const { segment } of generation.held) scan(segment, q, accept, sink)
      return sink.hits()
    },

    async tend(limit = Number.POSITIVE_INFINITY) {
      if (closed) return 0
      running ??= (async () => catchUp(limit) || (await tend.next()))().finally(() => {
        running = null
      })
      return running
    },

    status() {
      const space = feed.activeSpace()
      const generation = space === null ? undefined : generations.get(space)
      if (generation === undefined)
        return { space, indexed: 0, stored: 0, segments: 0, graphs: 0, recall: null, bytes: 0 }
      const { held, blank } = generation
      const sum = (of: (one: Held) => number) => held.reduce((total, one) => total + of(one), 0)
      const linked = held.flatMap(({ segment, graph }) => (graph?.ready === true ? [{ segment, graph }] : []))
      const points = linked.reduce((total, { segment }) => total + segment.slots, 0)
      const dims = generation.space.dims
      return {
        space,
        indexed: sum(({ segment }) => segment.rows - segment.deadRows) + [...blank.values()].reduce((a, b) => a + b, 0),
        stored: feed.stored(generation.space.id),
        segments: held.filter(({ segment }) => segment.rows > 0).length,
        graphs: linked.filter(({ graph }) => graph.recall >= LEAST_RECALL).length,
        recall:
          points === 0
            ? null
            : linked.reduce((total, { segment, graph }) => total + graph.recall * segment.slots, 0) / points,
        bytes: sum(({ segment }) => bytesOf(segment)) + points * (dims * Float32Array.BYTES_PER_ELEMENT + LINK_BYTES),
      }
    },

    async close() {
      closed = true
      await graphs?.close()
      // a snapshot half written is finished or given up; either way nothing is left running
      await running?.catch(() => 0)
    },
  }
}

/** Numbers in [0, 1) that fill it evenly: multiples of the golden ratio. */
function evenly(): () => number {
  let at = 0
  return () => {
    at = (at + 0.618_033_988_749_894_9) % 1
    return at
  }
}
