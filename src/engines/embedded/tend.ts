import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Generation, type GenerationOptions, type Held, heldBy } from './generation.ts'
import type { Graphs } from './graphs.ts'
import { LEAST_RECALL, measure } from './referee.ts'
import { compacted, type Segment } from './segments.ts'
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
    random: () => number
    breathe: () => Promise<unknown>
  },
) {
  const { graphs, generations, dir, key, writable, log, random, breathe } = options
  const loading = new Set<Promise<void>>()
  let lastGraph = 0

  /** Hands the graphs that came with snapshots to the thread, without waiting for it. */
  function takeUp(generation: Generation): void {
    for (const held of generation.held) {
      const { links, segment } = held
      held.links = null
      if (links === null || graphs === null) continue
      const graph = { id: ++lastGraph, ready: false, ef: links.ef, recall: links.recall }
      held.graph = graph
      held.refused = graph.recall < LEAST_RECALL
      if (held.saved !== null) held.saved.graph = graph.id
      const load = graphs
        .load(graph.id, segment.vectors, segment.dims, links.links)
        .then(() => ready(held, graph))
        .catch((error: Error) => {
          held.graph = null
          log?.warn({ reason: error.message }, 'a saved graph cannot be read; it is built again')
        })
        .finally(() => loading.delete(load))
      loading.add(load)
    }
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
      await graphs!.build(graph.id, segment.vectors, segment.dims)
      Object.assign(graph, await measure(segment, graph.id, graphs!, random, breathe))
      ready(held, graph)
      held.graph = graph
      held.refused = graph.recall < LEAST_RECALL
      if (held.refused) log?.warn({ recall: graph.recall }, 'a graph misses too much; its segment is searched exactly')
      return true
    } catch (error) {
      // a thread that died is started again; a graph that failed by itself would fail again
      held.refused = graphs!.deaths === deaths
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
    if (emptied && writable && saved !== null)
      await rm(join(dir, snapshotName(generation.space.space, segment)), { force: true })
  }

  return {
    takeUp,

    /** Returns how many rows the piece of work was about; 0 where there is none left, or none that succeeds now. */
    async next(): Promise<number> {
      await Promise.all(loading)
      for (const generation of generations.values()) {
        for (const held of generation.held.filter(({ segment }) => segment.sealed)) {
          const { segment } = held
          if (segment.deadRows > segment.rows * MOST_DEAD) {
            await renew(generation, held)
            return segment.rows
          }
          const linkable = graphs !== null && !graphs.broken && held.graph === null && !held.refused
          if (linkable && segment.slots - segment.deadSlots >= LEAST_POINTS && (await link(held))) return segment.rows
          const current = held.saved?.version === segment.version && held.saved.graph === (held.graph?.id ?? null)
          if (writable && !current && (await save(generation, held))) return segment.rows
        }
      }
      return 0
    },
  }
}

function wipedSlots(segment: Segment): number[] {
  const { dims, slots, vectors } = segment
  if (segment.deadSlots === 0) return []
  return Array.from({ length: slots }, (_, slot) => slot).filter(
    (slot) => !vectors.subarray(slot * dims, (slot + 1) * dims).some((value) => value !== 0),
  )
}
