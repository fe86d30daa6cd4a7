import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadEntry } from '../src/core/threads.ts'
import { connect } from '../src/engines/embedded/connection.ts'
import { compare, medianOf, ratioOf } from './bench-compare.ts'
import type { Bench } from './bench-row.ts'
import type { Sending, Sent } from './bench-sender.ts'
import { echoServer, houseServer, type Target } from './bench-servers.ts'
import { storeKey } from './store-key.ts'

const POSTS = 50
const PER_POST = 100
const EVENTS = POSTS * PER_POST
const CONNECTIONS = 8

/** Events over HTTP until they are durable, against a bare server that reads the same bodies and forgets them. */
export const ingest: Bench = async ({ rounds }, say) => {
  const dir = await mkdtemp(join(tmpdir(), 'bench-ingest-'))
  const sender = fork(fileURLToPath(threadEntry('bench/bench-sender.js')))
  const plain = join(dir, 'plain')
  const targets = {
    echo: await echoServer(),
    ceiling: await houseServer(plain, false),
    full: await houseServer(join(dir, 'full'), true),
  }
  let seed = 0
  let rawBytes = 0
  const sending = (target: Target) => ({
    before: () => tell(sender, { url: target.url, key: target.key, seed: ++seed, ...ORDER }, 'ready'),
    run: async () => {
      const { bytes } = await tell(sender, 'go', 'done')
      rawBytes = bytes / EVENTS
      return EVENTS
    },
  })
  try {
    say(`${EVENTS} events of 1.6 kB to each of three servers, ${rounds} times`)
    const rates = await compare(rounds, {
      echo: sending(targets.echo),
      ceiling: sending(targets.ceiling),
      full: sending(targets.full),
    })
    const common = { peer: medianOf(rates.echo), unit: 'events/CPU-s' }
    const storedBytes = rowBytes(plain)
    return [
      {
        ...common,
        name: 'ingest.ceiling',
        what: 'NDJSON over HTTP, validated, sealed, durable / bare echo of the same bodies',
        ours: medianOf(rates.ceiling),
        ratio: ratioOf(rates.ceiling, rates.echo),
        goal: { atLeast: 0.15 },
      },
      {
        ...common,
        name: 'ingest.full',
        what: 'the same, redacted / bare echo',
        ours: medianOf(rates.full),
        ratio: ratioOf(rates.full, rates.echo),
        goal: { atLeast: 0.1 },
      },
      {
        name: 'storage.hot',
        what: 'row of an event with its indexes and its leaf / the event as raw JSON',
        ours: storedBytes,
        peer: rawBytes,
        unit: 'bytes/event',
        ratio: storedBytes / rawBytes,
        goal: { atMost: 1.1 },
      },
    ]
  } finally {
    sender.kill()
    await Promise.all(Object.values(targets).map((target) => target.close()))
    await rm(dir, { recursive: true, force: true })
  }
}

const ORDER = { posts: POSTS, perPost: PER_POST, connections: CONNECTIONS }

/** Gives the sender an order and waits for the answer that ends it. */
async function tell<Kind extends Sent['kind']>(
  sender: ChildProcess,
  order: Sending | 'go',
  ends: Kind,
): Promise<Extract<Sent, { kind: Kind }>> {
  const answered = once(sender, 'message') as Promise<[Sent]>
  sender.send(order)
  const [answer] = await answered
  if (answer.kind !== ends) throw new Error(`the sender failed: ${'reason' in answer ? answer.reason : answer.kind}`)
  return answer as Extract<Sent, { kind: Kind }>
}

/** Bytes on disk of an event: its row, that row's indexes, its leaf and its share of the tree. */
function rowBytes(dataDir: string): number {
  const db = connect(dataDir, false, storeKey)
  try {
    const tables =
      "name = 'events' or name glob 'events_*' or name = 'leaves' or name glob 'leaves_*' or name = 'nodes'"
    const bytes = db.prepare<[], number>(`select sum(pgsize) from dbstat where ${tables}`).pluck().get() ?? Number.NaN
    return bytes / (db.prepare<[], number>('select count(*) from events').pluck().get() ?? Number.NaN)
  } finally {
    db.close()
  }
}
