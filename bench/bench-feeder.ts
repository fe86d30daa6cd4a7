import { setTimeout as pause } from 'node:timers/promises'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { systemClock } from '../src/roof/system-clock.ts'
import { storeKey } from './store-key.ts'
import { SETS } from './vector-sets.ts'
import { store } from './vector-world.ts'

/** What the feeder is told to do: events of the clustered set, so many a second, until it is told to stop. */
export interface Feeding {
  dataDir: string
  perSecond: number
}

/** Vectors that it takes in turn. */
const STOCK = 20_000
const TURNS = 10

let stopped = false

/** A process of its own that stores events with their vectors at a steady rate, as the service's writing half does. */
async function feed({ dataDir, perSecond }: Feeding): Promise<void> {
  const set = SETS.clustered(STOCK, 0)
  const engine = await openEmbedded({ key: storeKey, dataDir, clock: systemClock, half: 'write' })
  process.send?.('feeding')
  const each = perSecond / TURNS
  const begun = performance.now()
  for (let turn = 0; !stopped; turn++) {
    const from = (turn * each) % (STOCK - each)
    await store(engine, set, from, from + each, (place) => `fed-${turn}-${place}`)
    if (turn % TURNS === 0) await engine.tend(perSecond)
    await pause(Math.max(0, begun + ((turn + 1) * 1_000) / TURNS - performance.now()))
  }
  await engine.close()
}

process.on('message', (order: Feeding | 'stop') => {
  if (order === 'stop') {
    stopped = true
    return
  }
  feed(order).then(
    () => process.exit(0),
    () => process.exit(1),
  )
})
