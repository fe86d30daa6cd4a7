import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NONE } from './chains.ts'
import { type Generation, type GenerationOptions, type Held, heldBy } from './generation.ts'
import { readVectors } from './graph-vectors.ts'
import { type Graphs, graphBytes } from './graphs.ts'
import { LEAST_RECALL, measure, type RereadFor } from './referee.ts'
import { compacted, livingRow, type Segment } from './segments.ts'
import { snapshotName, writeSnapshot } from './snapshot.ts'

/** Share of dead rows above which a segment is made anew, its graph with it. */
const MOST_DEAD = 0.2
/** Points below which a scan is as fast as a graph. */
const LEAST_POINTS = 256

/** The work on segments that can wait. One call of `next` does one thing. */
export function tender(
  options: GenerationOptions & {
    graphs: Graphs | null
    generations: ReadonlyMap<string, Generation>
    /** Bytes that graphs may take; the newest segments have theirs first. */
    graphMemory: number
    random: () => number
    rereadFor: RereadFor
    breathe: () => Promise<unknown>
  },
) {
  const { graphs, generations, graphMemory, feed, dir, key, writable, log, random, rereadFor, breathe } = options
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
      if (links === null || graphs === null || !own.has(held)) continue
      const graph = { id: ++lastGraph, ready: false, ef: links.ef, recall: links.recall }
      held.graph = graph
      held.refused = graph.recall < LEAST_RECALL
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
      Object.assign(graph, await measure(segment, graph.id, graphs!, random, rereadFor, turn))
      ready(held, graph)
      held.graph = graph
      held.refused = graph.recall < LEAST_RECALL
      if (held.refused) log?.warn({ recall: graph.recall }, 'a graph misses too much; its segment is searched exactly')
      return true
    } catch (error) {
      // a thread that died is started again; a graph that failed by itself would fail again
      held.refused = graphs!.deaths === deaths
      if (!stopped)
        log?.warn({ reason: (error as Error).message }, 'a graph could not be built; its segment is searched exactly')
      return false
    }
  }

  async function save(generation: Generation, held: Held): Promise<boolean> {
    const { segment, graph } = held
    const saved = { version: segment.version, graph: graph?.id ?? null }
    try {
      const links = graph === null ? null : await graphs!.links(graph.id)
      const figures = graph === null || links === null ? null : { ef: graph.ef, recall: graph.recall, links }
      await writeSnapshot(dir, key, generation.space.space, segment, figures)
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
          if (held.graph !== null && !own.has(held)) {
            graphs?.drop(held.graph.id)
            held.graph = null
          }
          const linkable = graphs !== null && !graphs.broken && own.has(held) && held.graph === null && !held.refused
          if (linkable && segment.slots - segment.deadSlots >= LEAST_POINTS && (await link(held))) return segment.rows
          // links of a graph that there is no memory for stay where they are
          const { saved } = held
          const linked = !own.has(held) || saved?.graph === (held.graph?.id ?? null)
          const current = saved?.version === segment.version && linked
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

function wipedSlots(segment: Segment): number[] {
  if (segment.deadSlots === 0) return []
  return Array.from({ length: segment.slots }, (_, slot) => slot).filter((slot) => livingRow(segment, slot) === NONE)
}
