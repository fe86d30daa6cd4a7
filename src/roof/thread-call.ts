import { once } from 'node:events'
import { type MessagePort, Worker } from 'node:worker_threads'
import { type FieldError, Problem, type ProblemCode } from '../core/problem.ts'

/** Calls between threads: one message asks, one answers. A Problem crosses as a Problem. */

interface Ask {
  id: number
  name: string
  args: unknown[]
}

interface Answer {
  id: number
  value?: unknown
  problem?: { code: ProblemCode; message: string; errors: readonly FieldError[]; retryAfterS: number | undefined }
  failed?: { message: string; stack: string | undefined }
}

/** What a thread does, by name. */
export type Handlers = Record<string, (...args: never[]) => Promise<unknown>>

/** Thread side: answers every call on `port` by its handler. */
export function answerCalls(port: MessagePort, handlers: Handlers) {
  port.on('message', async (ask: Ask) => {
    try {
      const handler = handlers[ask.name] as ((...args: unknown[]) => Promise<unknown>) | undefined
      if (handler === undefined) throw new Error(`no call ${ask.name}`)
      port.postMessage({ id: ask.id, value: await handler(...ask.args) } satisfies Answer)
    } catch (error) {
      // also an answer that cannot be sent: whoever asked must not wait for ever
      port.postMessage(failure(ask.id, error))
    }
  })
}

function failure(id: number, error: unknown): Answer {
  if (error instanceof Problem)
    return {
      id,
      problem: { code: error.code, message: error.message, errors: error.errors, retryAfterS: error.retryAfterS },
    }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { id, failed: { message, stack } }
}

export interface Thread {
  /** Asks the thread; `transfer` moves buffers instead of copying them. */
  call<T>(name: string, args: readonly unknown[], transfer?: readonly ArrayBuffer[]): Promise<T>
  /** Resolves once the thread is gone; rejects calls still open. */
  stop(): Promise<void>
}

/**
 * Starts a thread and waits until it says that it is ready (its first message), so that what is wrong with the store
 * is known at the start. `onExit` hears of a thread that ended by itself.
 */
export async function startThread(entry: URL, data: unknown, onExit: (error: Error) => void): Promise<Thread> {
  const worker = new Worker(entry, { workerData: data })
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let next = 0
  let gone: Error | null = null
  let stopping = false

  worker.on('message', (answer: Answer) => {
    const caller = open.get(answer.id)
    if (caller === undefined) return
    open.delete(answer.id)
    if (answer.problem !== undefined) caller.reject(problemFrom(answer.problem))
    else if (answer.failed !== undefined) caller.reject(Object.assign(new Error(answer.failed.message), answer.failed))
    else caller.resolve(answer.value)
  })
  const end = (error: Error) => {
    if (gone !== null) return
    gone = error
    for (const caller of open.values()) caller.reject(error)
    open.clear()
    if (!stopping) onExit(error)
  }
  worker.on('error', end)
  worker.on('exit', (code) => end(new Error(`a thread ended with code ${code}`)))

  const thread: Thread = {
    call: (name, args, transfer = []) =>
      new Promise((resolve, reject) => {
        if (gone !== null) {
          reject(gone)
          return
        }
        const id = next++
        open.set(id, { resolve: resolve as (value: unknown) => void, reject })
        worker.postMessage({ id, name, args: [...args] } satisfies Ask, [...transfer])
      }),
    async stop() {
      if (gone !== null) return
      stopping = true
      await thread.call('close', []).catch(() => {})
      if (gone === null) {
        const exit = once(worker, 'exit')
        await worker.terminate()
        await exit.catch(() => {})
      }
    },
  }
  try {
    // the first call is the start: it fails with what kept the thread from opening
    await thread.call('open', [])
    return thread
  } catch (error) {
    // or it would keep the process from ending
    await thread.stop()
    throw error
  }
}

function problemFrom({ code, message, errors, retryAfterS }: NonNullable<Answer['problem']>): Problem {
  return new Problem(code, message, { errors, ...(retryAfterS === undefined ? {} : { retryAfterS }) })
}
