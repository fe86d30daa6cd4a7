import type { Worker } from 'node:worker_threads'
import type { Log } from '../../core/ports.ts'
import type { GraphAnswer, GraphAsk, GraphRequest } from './graph-keeper.ts'

/** The graph thread as its user sees it. Every promise rejects where the thread ends before it answers. */
export interface Graphs {
  /** Links the slots of a segment; `vectors` must lie in shared memory. Takes about 0.4 ms a slot. */
  build(graph: number, vectors: Float32Array, dims: number): Promise<void>
  /** Takes up a graph from what `links` returned and the vectors it was built over. */
  load(graph: number, vectors: Float32Array, dims: number, links: Uint8Array): Promise<void>
  /** The graph without its vectors, for a snapshot. */
  links(graph: number): Promise<Uint8Array>
  /** Slots near to `q` in each graph asked; null where there is no such graph. */
  search(q: Float32Array, asks: readonly GraphAsk[]): Promise<(GraphAnswer | null)[]>
  /** Slots that must not be answered any more. */
  forget(graph: number, labels: readonly number[]): void
  drop(graph: number): void
  /** How often the thread died; after three times it is not started again. */
  readonly deaths: number
  readonly broken: boolean
  close(): Promise<void>
}

/** Resident bytes of a point besides its vector: links of both levels, label and label table. */
const LINK_BYTES = 220

/** Resident bytes of a graph. */
export const graphBytes = (points: number, dims: number): number =>
  points * (dims * Float32Array.BYTES_PER_ELEMENT + LINK_BYTES)

/** Deaths after which the machine is believed: every segment is then searched exactly. */
const MOST_DEATHS = 3

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/**
 * Starts the thread, which serves graphs (`serveGraphs`), at the first request and again after it died. It does not keep
 * the process alive while idle. `onLost` is called when all its graphs are gone.
 */
export function createGraphs(options: { start: () => Worker; onLost: () => void; log?: Log | undefined }): Graphs {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | null = null
  let deaths = 0
  let lastId = 0
  let closed = false

  function start(): Worker {
    const worker = options.start()
    worker.on('message', ({ id, answer, error }: { id: number; answer?: unknown; error?: string }) => {
      const call = waiting.get(id)
      waiting.delete(id)
      if (waiting.size === 0 && !closed) worker.unref()
      if (error === undefined) call?.resolve(answer)
      else call?.reject(new Error(error))
    })
    worker.on('error', (cause) => lost(worker, cause))
    worker.on('exit', () => lost(worker, new Error('the graph thread ended')))
    worker.unref()
    return worker
  }

  function lost(worker: Worker, cause: Error): void {
    if (worker !== thread) return
    thread = null
    deaths++
    for (const call of waiting.values()) call.reject(cause)
    waiting.clear()
    if (closed) return
    options.log?.error({ error: cause.message, deaths }, 'the graph thread ended; segments are searched exactly')
    options.onLost()
  }

  function post(request: GraphRequest): number {
    thread ??= start()
    const id = ++lastId
    thread.postMessage({ id, request })
    return id
  }

  function ask<T>(request: GraphRequest): Promise<T> {
    if (closed || deaths >= MOST_DEATHS) return Promise.reject(new Error('there is no graph thread'))
    return new Promise((resolve, reject) => {
      waiting.set(post(request), { resolve: resolve as (answer: unknown) => void, reject })
      thread?.ref()
    })
  }

  return {
    build: (graph, vectors, dims) => ask({ op: 'build', graph, vectors, dims }),
    load: (graph, vectors, dims, links) => ask({ op: 'load', graph, vectors, dims, links }),
    links: (graph) => ask({ op: 'links', graph }),
    search: (q, asks) => ask({ op: 'search', q, asks }),
    // nothing to do where no thread holds a graph
    forget: (graph, labels) => void (thread !== null && post({ op: 'forget', graph, labels })),
    drop: (graph) => void (thread !== null && post({ op: 'drop', graph })),
    get deaths() {
      return deaths
    },
    get broken() {
      return deaths >= MOST_DEATHS
    },
    async close() {
      closed = true
      const worker = thread
      if (worker === null) return
      // not ended from outside: hnswlib takes the process along where it is in the middle of a call then
      const ended = new Promise((resolve) => worker.once('exit', resolve))
      worker.ref()
      post({ op: 'end' })
      for (const call of waiting.values()) call.reject(new Error('the graph thread ended'))
      waiting.clear()
      await ended
    },
  }
}
