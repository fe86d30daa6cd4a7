import { Agent, request } from 'node:http'
import { eventsOf } from './bench-texts.ts'

/** What the sender is told to do, by the process whose ingest is measured. */
export interface Sending {
  url: string
  key: string
  /** Ids of events are unique by seed. */
  seed: number
  posts: number
  perPost: number
  connections: number
}

export type Sent = { kind: 'ready' } | { kind: 'done'; bytes: number } | { kind: 'failed'; reason: string }

/**
 * A process of its own, so that what it costs to send is not counted. For every order it makes the bodies, says that it
 * is ready, waits for `go`, and posts them over some connections at once.
 */
async function send({ url, key, posts, connections }: Sending, bodies: readonly Buffer[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let next = 0
  const post = (body: Buffer) =>
    new Promise<void>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/x-ndjson',
        'content-length': body.length,
      }
      request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 202) resolve()
          else reject(new Error(`answered ${response.statusCode}`))
        })
      })
        .on('error', reject)
        .end(body)
    })
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < posts) await post(bodies[next++] as Buffer)
    }),
  )
  agent.destroy()
  return bodies.reduce((sum, body) => sum + body.length, 0)
}

const tell = (answer: Sent) => process.send?.(answer)
let ready: { order: Sending; bodies: Buffer[] } | null = null

process.on('message', (message: Sending | 'go') => {
  if (message !== 'go') {
    const events = eventsOf(message.posts * message.perPost, message.seed)
    const bodies = Array.from({ length: message.posts }, (_, at) =>
      Buffer.from(
        events
          .slice(at * message.perPost, (at + 1) * message.perPost)
          .map((event) => `${JSON.stringify(event)}\n`)
          .join(''),
      ),
    )
    ready = { order: message, bodies }
    tell({ kind: 'ready' })
  } else if (ready !== null) {
    send(ready.order, ready.bodies).then(
      (bytes) => tell({ kind: 'done', bytes }),
      (error: Error) => tell({ kind: 'failed', reason: error.message }),
    )
  }
})
