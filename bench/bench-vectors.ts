import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HierarchicalNSW } from 'hnswlib-node'
import type { Engine } from '../src/core/ports.ts'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { embedStage } from '../src/flow/embed-stage.ts'
import { systemClock } from '../src/roof/system-clock.ts'
import { seeded } from '../src/stats/seeded.ts'
import { medianOf } from './bench-compare.ts'
import type { Bench, Row } from './bench-row.ts'
import { storeKey } from './store-key.ts'
import { DIMS, SETS, type SetName, type VectorSet } from './vector-sets.ts'

const { HierarchicalNSW: Hnsw } = createRequire(import.meta.url)('hnswlib-node') as {
  HierarchicalNSW: typeof HierarchicalNSW
}

export const SPACE = 'bench@00000000/f32'
/** Settings of the peer: one graph over everything, as one would use hnswlib by itself. */
const M = 16
const EF_CONSTRUCTION = 200
const EF = 64
/** Each user has as many texts as make one in a hundred. */
export const USERS = 100
const BATCH = 1_000
const QUESTIONS = 100
const WORDS = 2_000
/** Time of the first event; they come a second apart. */
export const BEGUN = 1_768_000_000_000_000
export const APART = 1_000_000

/** A set of vectors in the product's store, and beside it. */
export interface VectorWorld extends VectorSet {
  dataDir: string
  engine: Engine
  close(): Promise<void>
}

/** One graph of hnswlib over a set. */
export interface VectorPeer {
  graph: HierarchicalNSW
  /** Vectors that it takes in per CPU-second; median of slices of its build. */
  insert: number
  /** Resident bytes that it takes per vector. */
  bytes: number
}

function peerOf({ vectors, count }: VectorSet, say: (what: string) => void): VectorPeer {
  say(`one graph of hnswlib over ${count} vectors`)
  const graph = new Hnsw('ip', DIMS)
  const residentBefore = process.memoryUsage().rss
  graph.initIndex(count, M, EF_CONSTRUCTION, 100)
  const rates: number[] = []
  const slice = Math.ceil(count / 10)
  for (let from = 0; from < count; from += slice) {
    const begun = process.cpuUsage()
    const to = Math.min(from + slice, count)
    for (let at = from; at < to; at++) graph.addPoint(Array.from(vectors.subarray(at * DIMS, (at + 1) * DIMS)), at)
    const { user, system } = process.cpuUsage(begun)
    rates.push((to - from) / ((user + system) / 1e6))
  }
  graph.setEf(EF)
  return { graph, insert: medianOf(rates), bytes: (process.memoryUsage().rss - residentBefore) / count }
}

async function worldOf(set: VectorSet, say: (what: string) => void): Promise<VectorWorld> {
  say('the vectors into a store')
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-vectors-'))
  const writing = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'write' })
  await writing.putSpace({
    ...{ space: SPACE, model: 'bench', revision: '0'.repeat(64), dtype: 'f32' },
    ...{ dims: DIMS, state: 'active' },
  })
  for (let from = 0; from < set.count; from += BATCH)
    await store(writing, set, from, Math.min(from + BATCH, set.count), (place) => `bench-${place}`)
  while ((await writing.tend(10_000)) > 0);
  await writing.close()
  say('its graphs')
  // as the service searches: the half that keeps the index
  const engine = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'read' })
  while ((await engine.tend(10_000)) > 0);
  const close = async () => {
    await engine.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { ...set, dataDir, engine, close }
}

/** Appends events with their vectors: one to a vector; user `u0` … `u99` in turn; some words each. */
export async function store(
  engine: Engine,
  { vectors }: Pick<VectorSet, 'vectors'>,
  from: number,
  to: number,
  idOf: (place: number) => string,
): Promise<void> {
  const places = Array.from({ length: to - from }, (_, at) => from + at)
  const { size } = await engine.append(
    places.map((place) => {
      const ts = BEGUN + place * APART
      const timestamp = new Date(ts / 1_000).toISOString()
      const id = idOf(place)
      const prompt = wordsOf(place)
      const body = { event_id: id, timestamp, event_type: 'llm.completion', user_id: userOf(place), prompt }
      return { kind: 'event', event_id: id, ts, body }
    }),
  )
  const ticket = await engine.claim(embedStage(SPACE), to - from, 60_000)
  if (ticket === null) throw new Error('the store offers nothing to embed')
  const first = size - places.length
  await engine.settle(ticket, {
    vectors: ticket.events.map(({ seq }) => {
      const place = from + seq - first
      return {
        seq,
        part: 'prompt',
        space: SPACE,
        tenant_id: null,
        content: new Uint8Array(new Uint32Array([seq, 0, 0, 0]).buffer),
        vector: vectors.slice(place * DIMS, (place + 1) * DIMS),
      }
    }),
  })
}

export const userOf = (place: number): string => `u${place % USERS}`

/** Six words of two thousand, few of them in most texts. */
export function wordsOf(place: number): string {
  const random = seeded(place + 1)
  return Array.from({ length: 6 }, () => `word${Math.floor(random() ** 3 * WORDS)}`).join(' ')
}

/** Benches over worlds and a peer, each of which is built once, by the first that asks for it. */
export function sharedVectors() {
  const sets = new Map<SetName, VectorSet>()
  const worlds = new Map<SetName, Promise<VectorWorld>>()
  let peer: VectorPeer | null = null

  return {
    bench(rowsOf: (given: Given) => Promise<Row[]>): Bench {
      return async ({ vectors, rounds }, say) => {
        const set = (name: SetName) => {
          let made = sets.get(name)
          if (made === undefined) {
            made = SETS[name](vectors, QUESTIONS)
            sets.set(name, made)
          }
          return made
        }
        const world = (name: SetName) => {
          let built = worlds.get(name)
          if (built === undefined) {
            say(`a ${name} set of ${vectors}`)
            built = worldOf(set(name), say)
            worlds.set(name, built)
          }
          return built
        }
        const graph = () => {
          peer ??= peerOf(set('clustered'), say)
          return peer
        }
        say(`measuring, ${rounds} times`)
        return rowsOf({ set, world, peer: graph, rounds, say })
      }
    },
    async close() {
      for (const world of worlds.values()) await (await world).close()
    },
  }
}

/** What a bench over vectors can ask for. */
export interface Given {
  set(name: SetName): VectorSet
  world(name: SetName): Promise<VectorWorld>
  /** Over the clustered set. */
  peer(): VectorPeer
  rounds: number
  say(what: string): void
}
