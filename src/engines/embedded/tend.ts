import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NONE } from './chains.ts'
import { type Generation, type GenerationOptions, type Held, heldBy } from './generation.ts'
import { readVectors } from './graph-vectors.ts'
import { type Graphs, graphBytes } from './graphs.ts'
import { LEAST_EFFORT, LEAST_RECALL, measure, type RereadFor } from './referee.ts'
import { compacted, livingRow, type Segment } from './segments.ts'
import { snapshotName, writeSnapshot } from './snapshot.ts'

/** Share of dead rows above which a segment is made anew, its graph with it. */
const MOST_DEAD = 0.2
/** Points below which a scan is as fast as a graph. */
const LEAST_POINTS = 256
/** Texts of one store are alike: where a graph was refused, so many segments on either side are not given one. */
const SPARED = 7
const NO_LINKS = new Uint8Array(0)

/** The work on segments that can wait. One call of `next` does one thing. */
export function tender(
  options: GenerationOptions & {
    graphs: Graphs | null
    generations: ReadonlyMap<string, Generation>
    /** Bytes that graphs may take; the newest segments have theirs first. */
    graphMemory: number
    /** Share of a segment's slots that its graph is asked for at most: beyond, a scan is cheaper. */
    graphShare: number
    random: () => number
    rereadFor: RereadFor
    breathe: () => Promise<unknown>
  },
) {
  const { graphs, generations, graphMemory, graphShare, feed, dir, key, writable, log, random, rereadFor, breathe } =
    options
  const leastPoints = Math.max(LEAST_POINTS, LEAST_EFFORT / graphShare)
  let loading: Promise<unknown> = Promise.resolve()
  let lastGraph = 0
  let stopped = false

  /** Segments whose graphs there is memory for: those of the space that is searched first, the newest first. */
  function afforded(): Set<Held> {
    const active = feed.activeSpace()
    const all = [...generations.values()]
      .sort((a, b) => Number(b.space.space === active) - Number(a.space.space === active))
      .flatMap(({ held }) => held.filter(({ segment }) => segment.sealed).reverse())
    const own = new Set<Held>()
    let left = graphMemory
    for (const held of all) {
      left -= graphBytes(held.segment.slots, held.segment.dims)
      if (left < 0) break
      own.add(held)
    }
    return own
  }

  /** Hands the graphs that came with snapshots to the thread, one after the other, without waiting for it. */
  function takeUp(generation: Generation): void {
    const own = afforded()
    for (const held of generation.held) {
      const { links, segment } = held
      held.links = null
      if (links === null) continue
      const { ef, recall } = links
      if (recall < LEAST_RECALL) {
        held.refused = { ef, recall }
        if (held.saved !== null) held.saved.refused = true
        continue
      }
      if (graphs === null || !own.has(held)) continue
      const graph = { id: ++lastGraph, ready: false, ef, recall }
      held.graph = graph
      if (held.saved !== null) held.saved.graph = graph.id
      loading = loading
        .then(async () => {
          if (stopped) return
          const vectors = await readVectors(segment, feed, turn)
          await graphs.load(graph.id, vectors, segment.dims, links.links)
          ready(held, graph)
        })
        .catch((error: Error) => {
          held.graph = null
          if (!stopped) log?.warn({ reason: error.message }, 'a saved graph cannot be read; it is built again')
        })
    }
  }

  async function turn(): Promise<void> {
    await breathe()
    if (stopped) throw new Error('the index was closed')
  }

  /** Erasures that came while the thread was busy are told again: they cost nothing. */
  function ready({ segment }: Held, graph: NonNullable<Held['graph']>): void {
    const dead = wipedSlots(segment)
    if (dead.length > 0) graphs?.forget(graph.id, dead)
    graph.ready = true
  }

  async function link(held: Held): Promise<boolean> {
    const { segment } = held
    const graph = { id: ++lastGraph, ready: false, ef: 0, recall: 0 }
    const deaths = graphs!.deaths
    try {
      await graphs!.build(graph.id, await readVectors(segment, feed, turn), segment.dims)
      const most = segment.slots * graphShare
      Object.assign(graph, await measure(segment, graph.id, graphs!, most, random, rereadFor, turn))
      ready(held, graph)
      held.graph = graph
      if (graph.recall < LEAST_RECALL)
        log?.info({ recall: graph.recall }, 'a graph misses too much; its segment is searched exactly')
      return true
    } catch (error) {
      // a thread that died is started again; a graph that failed by itself would fail again
      held.failed = graphs!.deaths === deaths
      if (!stopped)
        log?.warn({ reason: (error as Error).message }, 'a graph could not be built; its segment is searched exactly')
      return false
    }
  }

  async function save(generation: Generation, held: Held): Promise<boolean> {
    const { segment, graph, refused } = held
    const saved = { version: segment.version, graph: graph?.id ?? null, refused: refused !== null }
    try {
      const known = graph === null ? refused : { ef: graph.ef, recall: graph.recall }
      const links = graph === null ? NO_LINKS : await graphs!.links(graph.id)
      await writeSnapshot(dir, key, generation.space.space, segment, known === null ? null : { ...known, links })
      held.saved = saved
      return true
    } catch (error) {
      log?.warn({ reason: (error as Error).message }, 'a snapshot could not be written; it will be tried again')
      return false
    }
  }

  async function renew(generation: Generation, held: Held): Promise<void> {
    const { segment, graph, saved } = held
    if (graph !== null) graphs?.drop(graph.id)
    const emptied = segment.deadRows === segment.rows
    generation.held.splice(generation.held.indexOf(held), 1, ...(emptied ? [] : [heldBy(compacted(segment))]))
    generation.spare.push(...segment.codes.blocks)
    if (emptied && writable && saved !== null)
      await rm(join(dir, snapshotName(generation.space.space, segment)), { force: true })
  }

  /** Lets go of a graph that there is no memory for any more, and of one that was found to miss too much. */
  function release(held: Held, own: ReadonlySet<Held>): void {
    const { graph } = held
    if (graph === null || !graph.ready) return
    const poor = graph.recall < LEAST_RECALL
    if (own.has(held) && !poor) return
    graphs?.drop(graph.id)
    held.graph = null
    if (poor) held.refused = { ef: graph.ef, recall: graph.recall }
  }

  return {
    takeUp,

    /** Returns how many rows the piece of work was about; 0 where there is none left, or none that succeeds now. */
    async next(): Promise<number> {
      await loading
      const own = afforded()
      for (const generation of generations.values()) {
        for (const held of generation.held.filter(({ segment }) => segment.sealed)) {
          const { segment } = held
          if (segment.deadRows > segment.rows * MOST_DEAD) {
            await renew(generation, held)
            return segment.rows
          }
          release(held, own)
          const linkable = graphs !== null && !graphs.broken && own.has(held) && held.graph === null && !held.failed
          const worth = segment.slots - segment.deadSlots >= leastPoints && !isSpared(generation, held)
          if (linkable && worth && (await link(held))) return segment.rows
          // links of a graph that there is no memory for stay where they are
          const { saved } = held
          const linked = !own.has(held) || saved?.graph === (held.graph?.id ?? null)
          const known = saved?.refused === (held.refused !== null)
          const current = saved?.version === segment.version && linked && known
          if (writable && !current && (await save(generation, held))) return segment.rows
        }
      }
      return 0
    },

    /** Gives up what is read for the thread, and resolves once nothing is. */
    async stop(): Promise<void> {
      stopped = true
      await loading
    },
  }
}

/** Whether the graph of this segment or of a near one was refused. */
function isSpared({ held }: Generation, one: Held): boolean {
  const at = held.indexOf(one)
  return held.slice(Math.max(0, at - SPARED), at + SPARED + 1).some(({ refused }) => refused !== null)
}

function wipedSlots(segment: Segment): number[] {
  if (segment.deadSlots === 0) return []
  return Array.from({ length: segment.slots }, (_, slot) => slot).filter((slot) => livingRow(segment, slot) === NONE)
}
