import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, rmSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { setImmediate as breathe } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Encoder } from '../src/core/ports.ts'
import { threadEntry } from '../src/core/threads.ts'
import { askedOf, createCodeRoom, emptyCodes, putVector, scanSlots } from '../src/engines/embedded/codes.ts'
import { search } from '../src/flow/search/search.ts'
import { systemClock } from '../src/roof/system-clock.ts'
import type { Feeding } from './bench-feeder.ts'
import type { Row } from './bench-row.ts'
import type { Given } from './bench-vectors.ts'
import { DIMS } from './vector-sets.ts'
import { openWorld, SPACE, userOf, type VectorWorld, wordsOf } from './vector-world.ts'

const ASKED = 300
const EVENTS_PER_SECOND = 1_000
/** How long searches are timed while a segment is built, once it has begun; and how long its beginning is waited for. */
const BUILDING_MS = 20_000
const PATIENCE_MS = 120_000

/** A whole search, words and meaning, of one user's events: from the question to its page, by the wall clock. */
export async function hybridRows({ world: worldOf }: Given): Promise<Row[]> {
  const world = await worldOf()
  const parts = {
    engine: world.engine,
    encoder: encoderOf(world),
    concepts: [],
    clock: systemClock,
    redactor: { forms: (_: string, value: string): [string, ...string[]] => [value] },
  }
  const times: number[] = []
  for (let i = 0; i < ASKED; i++) {
    const words = wordsOf(i * 31)
      .split(' ')
      .slice(0, 2)
      .join(' ')
    const ask = { q: words, user_id: userOf(i), literal: true }
    times.push(await timed(() => search(parts, ask)))
  }
  const codes = emptyCodes(createCodeRoom(DIMS))
  for (let at = 0; at < world.count; at++) putVector(codes, at, world.vectors.subarray(at * DIMS, (at + 1) * DIMS))
  const scans: number[] = []
  for (const q of world.questions)
    scans.push(await timed(() => scanSlots(codes, world.count, askedOf(q, codes.room), () => 2, nothing)))
  const least = quantile(scans, 0.5)
  return [0.5, 0.99].map((share) => ({
    name: `search.hybrid (p${share * 100})`,
    what: 'words and meaning of one user in a hundred, a page of 20 / one scan of all codes (median), wall clock',
    ours: quantile(times, share),
    peer: least,
    unit: 'ms',
    ratio: quantile(times, share) / least,
    goal: null,
  }))
}

/** How long a search takes while a thousand events a second come in and a segment is linked, against an idle service. */
export async function busyRows({ world: worldOf, say }: Given): Promise<Row[]> {
  const { dataDir: kept, ...set } = await worldOf()
  // what is fed goes into a copy, since others measure the set as it is
  const dataDir = `${kept}-fed`
  rmSync(dataDir, { recursive: true, force: true })
  cpSync(kept, dataDir, { recursive: true })
  const world = await openWorld(set, dataDir)
  const idle: number[] = []
  for (let i = 0; i < ASKED; i++) idle.push(await asked(world, i))
  const feeder = fork(fileURLToPath(threadEntry('bench/bench-feeder.js')))
  feeder.send({ dataDir, perSecond: EVENTS_PER_SECOND } satisfies Feeding)
  await once(feeder, 'message')
  say('searches while events come in')
  const { busy, built } = await whileFed(world)
  await stop(feeder)
  await world.engine.close()
  rmSync(dataDir, { recursive: true, force: true })
  return [
    {
      name: 'search.busy-p99',
      what: `ten nearest while 1,000 events/s come in${built ? ' and a segment is built' : ''} / idle, wall clock, p99`,
      ours: quantile(busy, 0.99),
      peer: quantile(idle, 0.99),
      unit: 'ms',
      ratio: quantile(busy, 0.99) / quantile(idle, 0.99),
      goal: { atMost: 2 },
    },
  ]
}

/** As the reading thread goes about it: the index is tended in turns, and questions come between. */
async function whileFed(world: VectorWorld): Promise<{ busy: number[]; built: boolean }> {
  const { engine } = world
  const busy: number[] = []
  const before = (await engine.index()).segments
  const begun = performance.now()
  let building: number | null = null
  let tending = true
  const tend = (async () => {
    while (tending) if ((await engine.tend(5_000)) === 0) await breathe()
  })()
  for (let i = 0; ; i++) {
    busy.push(await asked(world, i))
    const now = performance.now()
    if (building === null && (await engine.index()).segments > before) building = now
    if (now - (building ?? Number.POSITIVE_INFINITY) > BUILDING_MS || now - begun > PATIENCE_MS) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  tending = false
  await tend
  return { busy, built: building !== null }
}

const asked = ({ engine, questions }: VectorWorld, i: number) =>
  timed(() => engine.nearest(questions[i % questions.length]!, SPACE, 10, {}))

async function stop(feeder: ChildProcess): Promise<void> {
  feeder.send('stop')
  await once(feeder, 'exit')
}

/** Gives each question of the set in its turn, whatever is asked. */
function encoderOf({ questions }: VectorWorld): Encoder {
  let at = 0
  return {
    space: { space: SPACE, model: 'bench', revision: '0'.repeat(64), dtype: 'f32', dims: DIMS },
    encode: async (texts) => texts.map(() => questions[at++ % questions.length]!),
    close: async () => {},
  }
}

const nothing = () => {}

async function timed(call: () => unknown): Promise<number> {
  const begun = performance.now()
  await call()
  return performance.now() - begun
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}
