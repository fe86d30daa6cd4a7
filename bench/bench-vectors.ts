import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadEntry } from '../src/core/threads.ts'
import type { Building } from './bench-builder.ts'
import type { Bench, Row } from './bench-row.ts'
import { openPeer, type VectorPeer } from './vector-peer.ts'
import { SETS, type SetName, type VectorSet } from './vector-sets.ts'
import { openWorld, type VectorWorld } from './vector-world.ts'

const QUESTIONS = 100

export interface VectorOptions {
  /** Vectors of a set. */
  count: number
  /** Which sets are measured, in this order. */
  sets: readonly SetName[]
  /** Where stores and peers are kept for the next run; null to begin anew and leave nothing. */
  keep: string | null
}

/** Benches over sets, their stores and their peers, each of which is built once, by the first that asks for it. */
export function sharedVectors({ count, sets, keep }: VectorOptions) {
  const made = new Map<SetName, VectorSet>()
  const worlds = new Map<SetName, Promise<VectorWorld>>()
  const peers = new Map<SetName, Promise<VectorPeer>>()
  let folder: string | null = null

  const pathOf = (part: Building['part'], set: SetName): string => {
    if (keep !== null) mkdirSync(keep, { recursive: true })
    folder ??= keep ?? mkdtempSync(join(tmpdir(), 'bench-vectors-'))
    return join(folder, `${part}-${set}-${count}`)
  }
  const order = (part: Building['part'], set: SetName, until: number | null = null): Building => ({
    ...{ part, set, count, until },
    path: pathOf(part, set),
  })
  const setOf = (name: SetName) => heldOrMade(made, name, () => SETS[name](count, QUESTIONS))
  const world = (name: SetName) =>
    heldOrMade(worlds, name, async () => {
      const building = order('world', name)
      await built(building)
      return openWorld(setOf(name), building.path)
    })
  const peer = (name: SetName) =>
    heldOrMade(peers, name, async () => {
      const building = order('peer', name)
      await built(building)
      return openPeer(building.path)
    })

  return {
    /** A bench of every set. */
    each(rowsOf: (given: Given) => Promise<Row[]>): Bench {
      return async ({ rounds }, say) => {
        const rows: Row[] = []
        for (const set of sets) {
          say(`the ${set} set, ${rounds} times`)
          rows.push(...(await rowsOf({ set, world: () => world(set), peer: () => peer(set), rounds, say })))
        }
        return rows
      }
    },
    /** A bench of the clustered set alone, which is what logs are like. */
    clustered(rowsOf: (given: Given) => Promise<Row[]>): Bench {
      return async ({ rounds }, say) =>
        rowsOf({ set: 'clustered', world: () => world('clustered'), peer: () => peer('clustered'), rounds, say })
    },
    /**
     * Builds the stores and the peers of all sets side by side, each in a process, for at most so many minutes.
     * Returns whether all are whole: if not, the next call goes on.
     */
    async prepare(minutes: number): Promise<boolean> {
      const until = Date.now() + minutes * 60_000
      const orders = sets.flatMap((set) => [order('world', set, until), order('peer', set, until)])
      return (await Promise.all(orders.map(built))).every(Boolean)
    },
    async close() {
      for (const one of worlds.values()) await (await one).engine.close()
      if (keep === null && folder !== null) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What a bench over a set can ask for. */
export interface Given {
  set: SetName
  world(): Promise<VectorWorld>
  peer(): Promise<VectorPeer>
  rounds: number
  say(what: string): void
}

/** In a process of its own; what was built whole by an earlier call is left as it is. */
async function built(order: Building): Promise<boolean> {
  const sign = `${order.path}.whole`
  if (existsSync(sign)) return true
  const builder = fork(fileURLToPath(threadEntry('bench/bench-builder.js')))
  builder.send(order)
  let whole: boolean | null = null
  builder.once('message', (answer) => {
    whole = answer as boolean
  })
  await once(builder, 'exit')
  if (whole === null) throw new Error(`the ${order.part} of the ${order.set} set could not be built`)
  if (whole) writeFileSync(sign, '')
  return whole
}

/** What a map holds for a key, made where it holds nothing. */
function heldOrMade<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
