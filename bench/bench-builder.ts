import { buildPeer } from './vector-peer.ts'
import { SETS, type SetName } from './vector-sets.ts'
import { buildWorld } from './vector-world.ts'

/** What the builder is told to do: the product's store, or the peer's graph, over a set of so many vectors. */
export interface Building {
  part: 'world' | 'peer'
  set: SetName
  count: number
  path: string
  /** When it stops between two pieces of work: milliseconds since 1970, null for not at all. */
  until: number | null
}

/** A process of its own that builds one thing and answers whether it is whole. */
async function build({ part, set, count, path, until }: Building): Promise<boolean> {
  const say = (what: string) => process.stderr.write(`${part} of the ${set} set: ${what}\n`)
  const vectors = SETS[set](count, 0)
  return (part === 'peer' ? buildPeer : buildWorld)(vectors, path, say, until ?? Number.POSITIVE_INFINITY)
}

process.on('message', (order: Building) => {
  build(order).then(
    (whole) => process.send?.(whole, () => process.exit(0)),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`)
      process.exit(1)
    },
  )
})
