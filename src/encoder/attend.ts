import type { SpaceInfo } from '../core/ports.ts'
import { Problem, type ProblemCode } from '../core/problem.ts'
import { type Encoded, loadModel, type ModelOptions } from './model.ts'

/** What the pool sends to a thread: texts to encode, one order at a time; `null` asks it to end. */
export type Order = readonly string[] | null

/** What a thread answers: once that it is ready or cannot be, then one answer to each order. */
export type Answer =
  | { kind: 'ready'; space: SpaceInfo }
  | { kind: 'broken'; reason: Reason }
  | ({ kind: 'done' } & Encoded)
  | { kind: 'failed'; reason: Reason }

/** A Problem as it crosses between threads. */
export interface Reason {
  code: ProblemCode
  message: string
}

/** The side of a message port that a thread holds. */
export interface OrderPort {
  on(event: 'message', heard: (order: Order) => void): unknown
  postMessage(answer: Answer, transfer?: readonly ArrayBuffer[]): void
  close(): void
}

/**
 * Serves one message port: loads the model, then answers orders one after the other until told to end.
 * Never rejects: whatever goes wrong is an answer, and holds nothing of the texts.
 */
export async function attend(port: OrderPort, options: ModelOptions): Promise<void> {
  try {
    const model = await loadModel(options)
    let last = Promise.resolve()
    port.on('message', (order) => {
      last = last.then(async () => {
        if (order !== null) return answer(order)
        port.close()
        await model.dispose()
      })
    })
    port.postMessage({ kind: 'ready', space: model.space })

    async function answer(texts: readonly string[]): Promise<void> {
      try {
        const encoded = await model.encode(texts)
        port.postMessage({ kind: 'done', ...encoded }, [encoded.vectors.buffer, encoded.pieces.buffer])
      } catch (cause) {
        port.postMessage({ kind: 'failed', reason: reasonOf(cause, 'the model failed at a text') })
      }
    }
  } catch (cause) {
    port.postMessage({ kind: 'broken', reason: reasonOf(cause, 'the model cannot be loaded') })
    port.close()
  }
}

/** Of anything but a Problem nothing is told: a library's message may quote its input. */
const reasonOf = (cause: unknown, otherwise: string): Reason =>
  cause instanceof Problem ? { code: cause.code, message: cause.message } : { code: 'MODEL_BROKEN', message: otherwise }
