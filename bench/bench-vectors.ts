import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HierarchicalNSW } from 'hnswlib-node'
import type { Engine } from '../src/core/ports.ts'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { embedStage } from '../src/flow/embed-stage.ts'
import { systemClock } from '../src/roof/system-clock.ts'
import { medianOf } from './bench-compare.ts'
import type { Bench, Row } from './bench-row.ts'
import { seeded } from './seeded.ts'
import { storeKey } from './store-key.ts'

const { HierarchicalNSW: Hnsw } = createRequire(import.meta.url)('hnswlib-node') as {
  HierarchicalNSW: typeof HierarchicalNSW
}

export const DIMS = 256
export const SPACE = 'bench@00000000/f32'
/** Settings of the peer: one graph over everything, as one would use hnswlib by itself. */
const M = 16
const EF_CONSTRUCTION = 200
const EF = 64
/** Each user has as many texts as make one in a hundred. */
export const USERS = 100
const BATCH = 1_000

/** The same vectors in three places: plain, in the product's store, in one graph of hnswlib. */
export interface VectorWorld {
  /** Row after row, unit length. */
  vectors: Float32Array
  count: number
  questions: readonly Float32Array[]
  dataDir: string
  engine: Engine
  peer: HierarchicalNSW
  /** Vectors that the peer takes in per CPU-second; median of slices of its build. */
  peerInsert: number
  /** Resident bytes that the peer takes per vector. */
  peerBytes: number
  close(): Promise<void>
}

/**
 * Vectors as logs have them: many small groups of near-equal texts, few large ones. From a seed, the same every time.
 * Questions are near to something that was said, and equal to nothing.
 */
export async function vectorWorld(count: number, say: (what: string) => void): Promise<VectorWorld> {
  const { vectors, questions } = clustered(count, 100)
  say(`one graph of hnswlib over ${count} vectors`)
  const peer = new Hnsw('ip', DIMS)
  const residentBefore = process.memoryUsage().rss
  peer.initIndex(count, M, EF_CONSTRUCTION, 100)
  const rates: number[] = []
  const slice = Math.ceil(count / 10)
  for (let from = 0; from < count; from += slice) {
    const begun = process.cpuUsage()
    const to = Math.min(from + slice, count)
    for (let at = from; at < to; at++) peer.addPoint(Array.from(vectors.subarray(at * DIMS, (at + 1) * DIMS)), at)
    const { user, system } = process.cpuUsage(begun)
    rates.push((to - from) / ((user + system) / 1e6))
  }
  peer.setEf(EF)
  const peerBytes = (process.memoryUsage().rss - residentBefore) / count

  say('the same vectors into a store')
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-vectors-'))
  const writing = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'write' })
  await fill(writing, vectors, count)
  await writing.close()
  say('its graphs')
  // as the service searches: the half that keeps the index
  const engine = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'read' })
  while ((await engine.tend(10_000)) > 0);
  const close = async () => {
    await engine.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { vectors, count, questions, dataDir, engine, peer, peerInsert: medianOf(rates), peerBytes, close }
}

/** Benches over one world, which the first of them builds, since that takes longest. */
export function sharedVectors() {
  let world: Promise<VectorWorld> | null = null
  return {
    bench(rowsOf: (world: VectorWorld, rounds: number) => Promise<Row[]>): Bench {
      return async ({ vectors, rounds }, say) => {
        world ??= vectorWorld(vectors, say)
        const built = await world
        say(`measuring, ${rounds} times`)
        return rowsOf(built, rounds)
      }
    },
    close: async () => (await world)?.close(),
  }
}

/** One event to a vector; user `u0` … `u99` in turn, a second apart. */
async function fill(engine: Engine, vectors: Float32Array, count: number): Promise<void> {
  const [model, revision, dtype] = ['bench', '0'.repeat(64), 'f32']
  await engine.putSpace({ space: SPACE, model, revision, dtype, dims: DIMS, state: 'active' })
  for (let from = 0; from < count; from += BATCH) {
    const places = Array.from({ length: Math.min(BATCH, count - from) }, (_, at) => from + at)
    await engine.append(
      places.map((place) => {
        const ts = 1_768_000_000_000_000 + place * 1_000_000
        const timestamp = new Date(ts / 1_000).toISOString()
        const id = `bench-${place}`
        const body = { event_id: id, timestamp, event_type: 'llm.completion', user_id: userOf(place) }
        return { kind: 'event', event_id: id, ts, body }
      }),
    )
    const ticket = await engine.claim(embedStage(SPACE), BATCH, 60_000)
    if (ticket === null) throw new Error('the store offers nothing to embed')
    await engine.settle(ticket, {
      vectors: ticket.events.map(({ seq }) => ({
        seq,
        part: 'prompt',
        space: SPACE,
        tenant_id: null,
        content: new Uint8Array(new Uint32Array([seq, 0, 0, 0]).buffer),
        vector: vectors.slice(seq * DIMS, (seq + 1) * DIMS),
      })),
    })
  }
}

export const userOf = (place: number): string => `u${place % USERS}`

/** Centres share directions, as subjects do; a text lies around its centre at a cosine of about 0.8. */
function clustered(count: number, asked: number): { vectors: Float32Array; questions: Float32Array[] } {
  const random = seeded(42)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const noise = Float32Array.from({ length: 1 << 16 }, normal)
  const centres = Array.from({ length: Math.max(20, Math.round(count / 250)) }, () =>
    unit(Float32Array.from({ length: DIMS }, normal)),
  )
  const near = (centre: Float32Array, spread: number) => {
    const start = Math.floor(random() * (noise.length - DIMS))
    return unit(centre.map((x, at) => x + spread * (noise[start + at] ?? 0)))
  }
  // the first centres are the largest: half of all texts in a fifth of the groups
  const any = () => centres[Math.floor(random() * random() * centres.length)] as Float32Array
  const vectors = new Float32Array(count * DIMS)
  for (let at = 0; at < count; at++) vectors.set(near(any(), 0.047), at * DIMS)
  const questions = Array.from({ length: asked }, () => near(any(), 0.047))
  return { vectors, questions }
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
  return vector.map((x) => x / length)
}

/** The k best by a plain loop over every vector: the truth. Positions with their cosines, best first. */
export function exactTop(
  { vectors, count }: Pick<VectorWorld, 'vectors' | 'count'>,
  q: Float32Array,
  k: number,
  accept: (place: number) => boolean = () => true,
): { place: number; score: number }[] {
  const best: { place: number; score: number }[] = []
  for (let place = 0; place < count; place++) {
    if (!accept(place)) continue
    let score = 0
    for (let at = 0, from = place * DIMS; at < DIMS; at++) score += (vectors[from + at] ?? 0) * (q[at] ?? 0)
    if (best.length === k && score <= (best[k - 1]?.score ?? 0)) continue
    best.push({ place, score })
    best.sort((a, b) => b.score - a.score)
    if (best.length > k) best.pop()
  }
  return best
}

/** Share of the true best that were found, or equally good ones in their place. */
export function recallOf(scores: readonly number[], truth: readonly { score: number }[]): number {
  const least = (truth.at(-1)?.score ?? 0) - 1e-6
  return scores.filter((score) => score >= least).length / truth.length
}
