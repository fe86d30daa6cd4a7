import { mkdirSync } from 'node:fs'
import { setImmediate as breathe } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { IndexStatus, Log, Part, SearchTrace } from '../../core/ports.ts'
import { threadEntry } from '../../core/threads.ts'
import type { Micros } from '../../core/window.ts'
import { dot } from '../../stats/dot.ts'
import { type Accept, acceptOf, type Candidates } from './accept.ts'
import { allOf, bestOf, type Reread, type Sink, type VectorHit } from './best.ts'
import { type Asked, askedOf } from './codes.ts'
import type { Connection } from './connection.ts'
import { type Scanned, scan } from './exact.ts'
import { fill, forget, freeSpare, type Generation, type Held, loadGeneration, sweep } from './generation.ts'
import { searchGraphs } from './graph-search.ts'
import { createGraphs, type Graphs } from './graphs.ts'
import { recallOf, statusOf } from './index-status.ts'
import { labelKeys } from './labels.ts'
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
  /** Bytes that these may take; beyond, the oldest segments have none. Default 2 GiB. */
  graphMemory?: number
  /** Share of a segment's texts that its graph is asked for at most. Default 1/200: beyond, a scan is cheaper. */
  graphShare?: number
  /** Texts below which every question is answered exactly. Default 20,000: see docs/decisions/0002-vector-segments.md. */
  exactBelow?: number
  /** Every so many graph answers, one segment's answer is compared with exact search. Default 64; 0 never. */
  refereeEvery?: number
  /** Numbers in [0, 1) that choose what is measured. Default: evenly spread. */
  random?: () => number
  log?: Log
}

/** What narrows texts besides a list of events. Times are half-open. */
export interface Bounds {
  /** Only seqs below. */
  before?: number
  since?: Micros
  until?: Micros
  /** Of this tenant, '' being none; and of one of these users. Compare what is found: in theory keys of two names can be the same. */
  tenant?: string
  users?: readonly string[]
}

/** What an answer is made of. */
export interface Nearest {
  hits: VectorHit[]
  how: 'exact' | 'graph'
  complete: boolean
  trace: SearchTrace
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
   * asked for; order and scores of what comes behind the 64 nearest are those of 8-bit codes. `complete` is false where the space is not one that is searched. Nothing is near a zero vector.
   */
  nearest(
    q: Float32Array,
    space: string,
    k: number,
    candidates?: Candidates,
    part?: Part,
    bounds?: Bounds,
  ): Promise<Nearest>
  /** Every text with at least this cosine, nearest first; exact. Scores of more than 256 are those of 8-bit codes. */
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
/** Vectors scanned before others get their turn: about 5 ms. */
const SCAN_TURN = 131_072
/** Rows read before others get their turn: about 5 ms. */
const FILL_TURN = 256
const GONE_BATCH = 1000
const GRAPH_MEMORY = 2 ** 31
const GRAPH_SHARE = 1 / 200

export function createVectorIndex(options: VectorIndexOptions): VectorIndex {
  const { db, dir, key, writable, log } = options
  const exactBelow = options.exactBelow ?? EXACT_BELOW
  const random = options.random ?? evenly()
  const feed = vectorFeed(db)
  const labels = { tenant: labelKeys(key, 'tenant'), user: labelKeys(key, 'user') }
  const filling = { feed, dir, key, writable, log, labels, segmentSize: options.segmentSize ?? SEGMENT_SIZE }
  const generations = new Map<string, Generation>()
  if (writable) {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    sweep(dir, feed.spaces())
  }
  const start = () =>
    new Worker(threadEntry('src/engines/embedded/segment-thread.js'), { workerData: { scratch: dir } })
  const graphs: Graphs | null = options.graphs === false ? null : createGraphs({ start, onLost: loseGraphs, log })
  const graphMemory = options.graphMemory ?? GRAPH_MEMORY
  const graphShare = options.graphShare ?? GRAPH_SHARE
  const tend = tender({ ...filling, graphs, generations, graphMemory, graphShare, random, rereadFor, breathe })
  const refereeEvery = options.refereeEvery ?? REFEREE_EVERY
  const search = searchGraphs({ graphs, share: graphShare, random, refereeEvery, rereadFor, log })
  // before any row is read: what is erased later is found again under a higher number
  let gid = feed.lastGid()
  let running: Promise<number> | null = null
  let closed = false
  /** What the store was when nothing was left to take over. */
  let level: string | null = null
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
    const stamp = feed.stamp()
    if (stamp === level) return 0
    refresh()
    const lastVid = feed.lastVid()
    // erasures before rows: the number of a vector that went may be that of another one now
    const died = forgetGone()
    let done = 0
    for (const generation of generations.values()) {
      done += fill(generation, lastVid, limit - done, filling)
      freeSpare(generation)
    }
    // and after them: the event of a row that was just read may be gone since
    const changed = died + done + forgetGone()
    level = changed === 0 && limit > 0 ? stamp : null
    return changed
  }

  async function fillInTurns(limit: number): Promise<number> {
    for (let done = 0; ; ) {
      const changed = closed ? 0 : catchUp(Math.min(FILL_TURN, limit - done))
      done += changed
      if (changed === 0 || done >= limit) return done
      await breathe()
    }
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

  /** By number of the vector, which is never another's: an embedding that went may have given its own to one that came. */
  function rereadFor(q: Float32Array): Reread {
    return ({ vids }, row) => {
      const vector = feed.embeddingOf(vids[row]!)
      return vector?.length === q.length ? dot(vector, q) : null
    }
  }

  const acceptFor = (candidates: Candidates, part: Part | undefined, { tenant, users, ...bounds }: Bounds): Accept =>
    acceptOf(candidates, part, {
      ...bounds,
      tenant: tenant === undefined ? undefined : labels.tenant(tenant),
      users: users?.map(labels.user),
    })

  async function scanInTurns(held: readonly Held[], asked: Asked, accept: Accept, sink: Sink, trace: SearchTrace) {
    let scored = 0
    for (const { segment } of held) {
      const scanned = scan(segment, asked, accept, sink)
      count(trace, scanned)
      scored += scanned.scored
      if (scored < SCAN_TURN) continue
      scored = 0
      await breathe()
    }
  }

  return {
    catchUp,

    async nearest(q, space, k, candidates = 'all', part, bounds = {}) {
      while (catchUp(FILL_TURN) > 0) await breathe()
      const generation = generationFor(q, space)
      const trace = noTrace()
      if (generation === null) return { hits: [], how: 'exact', complete: false, trace }
      const held = generation.held.slice()
      const living = held.reduce((sum, { segment }) => sum + segment.rows - segment.deadRows, 0)
      if (!q.some((value) => value !== 0)) return { hits: [], how: 'exact', complete: true, trace }
      const accept = acceptFor(candidates, part, bounds)
      const asked = askedOf(q, generation.room)
      const best = bestOf(Math.min(k, living))
      generation.asking++
      try {
        const answers = living < exactBelow ? null : search.ask(asked, k, accept, held)
        await scanInTurns(answers === null ? held : unlike(held, answers.held), asked, accept, best, trace)
        const unanswered = answers === null ? [] : await answers.offer(best)
        await scanInTurns(unanswered, asked, accept, best, trace)
        trace.graphs = (answers?.held.length ?? 0) - unanswered.length
        trace.recall = trace.graphs === 0 ? null : recallOf(unlike(answers?.held ?? [], unanswered))
        const { hits, reread } = best.settle(rereadFor(q))
        return { hits, how: trace.graphs > 0 ? 'graph' : 'exact', complete: true, trace: { ...trace, reread } }
      } finally {
        generation.asking--
        freeSpare(generation)
      }
    },

    within(q, space, cosine, candidates = 'all', part, bounds = {}) {
      catchUp()
      const generation = generationFor(q, space)
      const sink = allOf(cosine)
      if (generation === null || !q.some((value) => value !== 0)) return []
      const accept = acceptFor(candidates, part, bounds)
      const asked = askedOf(q, generation.room)
      for (const { segment } of generation.held) scan(segment, asked, accept, sink)
      return sink.settle(rereadFor(q)).hits
    },

    async tend(limit = Number.POSITIVE_INFINITY) {
      if (closed) return 0
      running ??= (async () => (await fillInTurns(limit)) || (await tend.next()))().finally(() => {
        running = null
      })
      return running
    },

    status: () => statusOf([...generations.values()], feed),

    async close() {
      closed = true
      const stopped = tend.stop()
      await graphs?.close()
      await stopped
      // a snapshot half written is finished or given up; either way nothing is left running
      await running?.catch(() => 0)
    },
  }
}

const unlike = (all: readonly Held[], some: readonly Held[]): Held[] => all.filter((one) => !some.includes(one))

const noTrace = (): SearchTrace => ({
  segments_scanned: 0,
  segments_gathered: 0,
  graphs: 0,
  scored: 0,
  reread: 0,
  recall: null,
})

function count(trace: SearchTrace, { how, scored }: Scanned): void {
  if (how === 'scan') trace.segments_scanned++
  if (how === 'gather') trace.segments_gathered++
  trace.scored += scored
}

/** Numbers in [0, 1) that fill it evenly: multiples of the golden ratio. */
function evenly(): () => number {
  let at = 0
  return () => {
    at = (at + 0.618_033_988_749_894_9) % 1
    return at
  }
}
