import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Engine } from '../src/core/ports.ts'
import { connect } from '../src/engines/embedded/connection.ts'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { embedStage } from '../src/flow/embed-stage.ts'
import { systemClock } from '../src/roof/system-clock.ts'
import { seeded } from '../src/stats/seeded.ts'
import { storeKey } from './store-key.ts'
import { DIMS, type VectorSet } from './vector-sets.ts'

export const SPACE = 'bench@00000000/f32'
/** Each user has as many texts as make one in a hundred. */
export const USERS = 100
const BATCH = 1_000
const WORDS = 2_000
/** Rows that the index takes over at a time. */
const TENDED = 10_000
/** Time of the first event; they come a second apart. */
export const BEGUN = 1_768_000_000_000_000
export const APART = 1_000_000

/** A set of vectors in the product's store, and beside it. */
export interface VectorWorld extends VectorSet {
  dataDir: string
  engine: Engine
}

/**
 * Puts a set into a store and links its segments; goes on where an earlier call stopped, by itself or at `until`
 * (milliseconds since 1970, seen between two pieces of work). Returns whether everything is there.
 */
export async function buildWorld(
  set: VectorSet,
  dataDir: string,
  say: (what: string) => void,
  until = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  mkdirSync(dataDir, { recursive: true })
  const inTime = () => Date.now() < until
  const writing = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'write' })
  await writing.putSpace({
    ...{ space: SPACE, model: 'bench', revision: '0'.repeat(64), dtype: 'f32' },
    ...{ dims: DIMS, state: 'active' },
  })
  let stored = storedIn(dataDir)
  say(`${set.count - stored} vectors into a store that has ${stored}`)
  // as in the service, the half that searches links segments while the other half stores
  const reading = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'read' })
  let storing = true
  const tended = (async () => {
    for (let level = false; (storing || !level) && inTime(); await breathe()) level = (await reading.tend(TENDED)) === 0
    return !storing && (await reading.index()).indexed >= set.count
  })()
  for (; stored < set.count && inTime(); stored += BATCH) {
    await store(writing, set, stored, Math.min(stored + BATCH, set.count), (place) => `bench-${place}`)
    await breathe()
  }
  if (stored >= set.count) say('its words and the graphs of its segments')
  while (inTime() && (await writing.tend(TENDED)) > 0) await breathe()
  storing = false
  const whole = await tended
  await reading.close()
  await writing.close()
  return stored >= set.count && whole && inTime()
}

/** Opens a store that was built, as the service searches: the half that keeps the index. */
export async function openWorld(set: VectorSet, dataDir: string): Promise<VectorWorld> {
  const engine = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'read' })
  while ((await engine.tend(TENDED)) > 0);
  return { ...set, dataDir, engine }
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

/** Vectors of a store: with how many of the set it begins. */
function storedIn(dataDir: string): number {
  if (!existsSync(join(dataDir))) return 0
  const db = connect(dataDir, false, storeKey)
  try {
    return (db.prepare('select count(*) as n from vectors').get() as { n: number }).n
  } finally {
    db.close()
  }
}
