import { Worker } from 'node:worker_threads'
import type { Encoder, Pieces, SpaceInfo } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { threadEntry } from '../core/threads.ts'
import type { Answer, Order, Reason } from './attend.ts'
import type { ModelOptions } from './model.ts'
import { type Call, createQueue, type Job } from './queue.ts'

export interface EncoderOptions {
  /** Folder of models with their manifest. */
  modelsDir: string
  /** A name in the manifest, a folder below `modelsDir`, or the path of a folder (absolute, or with `./`, `../`). */
  model: string
  /** Precision of the weights: `q8`, `fp32`, `fp16`, …; default the manifest's, else q8. */
  dtype?: string
  /** Threads, each with a copy of the model; default 1. */
  threads?: number
  /** Texts, and characters of them, that the pool holds at most; default 1,024 and 8 million. Further calls wait. */
  queueTexts?: number
  queueChars?: number
  /** Characters (UTF-16 units) of a text that are read; default 8,000. */
  maxChars?: number
  /** Tokens of a text that are read; default 2,048, or fewer where the model says so. */
  maxTokens?: number
  /** JavaScript heap of each thread; default 512. Beyond it the thread ends and is started again. */
  memoryLimitMb?: number
  /** Fetch a model that is not there by its hub name; default false: nothing is ever downloaded. */
  allowRemote?: boolean
  /** Where from; default the Hugging Face hub. */
  remoteHost?: string
}

export interface EncoderPool extends Encoder {
  /** What the pool holds of all calls now; never beyond the bounds of the options. */
  held(): { texts: number; chars: number }
}

/** What is known of the texts of a call, by their place. */
interface Read {
  vectors: Float32Array[]
  pieces: Pieces[]
}

/** How often one job is begun: the texts that end three threads are given up. */
const ATTEMPTS = 3
/** A thread that is asked to end finishes its job first; after this long it is ended. */
const GRACE_MS = 5_000
const HUB = 'https://huggingface.co/'

/**
 * Starts the threads and loads the model in each. Equal texts give equal vectors, whatever they are encoded with.
 * @throws Problem MODEL_BROKEN naming the file that is missing or altered; CONFIG_INVALID
 */
export async function createEncoder(options: EncoderOptions): Promise<EncoderPool> {
  const { threads = 1, maxChars = 8_000, memoryLimitMb = 512 } = options
  const { queueTexts: maxTexts = 1_024, queueChars = 8_000_000 } = options
  for (const [name, value] of Object.entries({ threads, maxTexts, queueChars, maxChars, memoryLimitMb }))
    if (!(Number.isInteger(value) && value > 0))
      throw new Problem('CONFIG_INVALID', `encoder: ${name} must be 1 or more`)
  if (queueChars < maxChars) throw new Problem('CONFIG_INVALID', 'encoder: queueChars must be at least maxChars')
  const model: ModelOptions = {
    modelsDir: options.modelsDir,
    model: options.model,
    dtype: options.dtype ?? null,
    maxTokens: options.maxTokens ?? 2_048,
    remoteHost: options.allowRemote === true ? (options.remoteHost ?? HUB) : null,
  }
  const queue = createQueue({ maxTexts, maxChars: queueChars, maxCharsPerText: maxChars })
  const waiting = new Map<Call, Read & { left: number; end(error: unknown): void }>()
  const members = new Set<Member>()
  let space: SpaceInfo | undefined
  let ended: Problem | undefined

  /** One thread: `job` is what it has in hand. */
  interface Member {
    worker: Worker
    job: Job | null
    state: 'loading' | 'ready' | 'leaving'
    /** Starts that are left to it and its successors, should it end without having done anything. */
    lives: number
    gone: Promise<void>
  }

  /** Starts a thread; resolves when it is ready for work, itself or a successor. */
  function start(lives: number): Promise<SpaceInfo> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(threadEntry('src/encoder/thread.js'), {
        workerData: model,
        resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
      })
      const gone = new Promise<void>((left) => worker.once('exit', () => left()))
      const member: Member = { worker, job: null, state: 'loading', lives, gone }
      members.add(member)
      worker.on('error', () => {}) // 'exit' follows and says all there is to do
      worker.on('message', (answer: Answer) => {
        if (answer.kind === 'ready') {
          space ??= answer.space
          if (answer.space.space !== space.space) return end(changed(answer.space))
          member.state = 'ready'
          resolve(space)
          feed()
        } else if (answer.kind === 'broken') {
          member.state = 'leaving'
          end(problemOf(answer.reason))
          reject(ended)
        } else take(member, answer)
      })
      worker.once('exit', () => {
        members.delete(member)
        const job = member.job
        if (job !== null) again(job, { code: 'MODEL_BROKEN', message: LOST })
        if (member.state === 'leaving' || ended !== undefined) return reject(ended)
        feed()
        const left = job === null ? member.lives - 1 : ATTEMPTS
        if (left > 0) {
          start(left).then(resolve, reject)
          return
        }
        end(new Problem('MODEL_BROKEN', STILLBORN))
        reject(ended)
      })
    })
  }

  function feed(): void {
    if (ended !== undefined) return
    for (const member of members) {
      if (member.state !== 'ready' || member.job !== null) continue
      const job = queue.take()
      if (job === undefined) return
      job.attempts++
      member.job = job
      send(member, job.texts)
    }
  }

  function take(member: Member, answer: Extract<Answer, { kind: 'done' | 'failed' }>): void {
    const job = member.job
    member.job = null
    if (job === null) return
    if (answer.kind === 'failed') again(job, answer.reason)
    else {
      member.lives = ATTEMPTS
      const call = waiting.get(job.call)
      const dims = answer.vectors.length / job.places.length
      job.places.forEach((place, at) => {
        // a copy of its own: a view would keep the vectors of the whole job alive
        if (call === undefined) return
        call.vectors[place] = answer.vectors.slice(at * dims, (at + 1) * dims)
        call.pieces[place] = { pieces: answer.pieces[2 * at]!, unknown: answer.pieces[2 * at + 1]! }
      })
      queue.finish(job)
      if (call !== undefined) {
        call.left -= job.places.length
        if (call.left === 0) call.end(null)
      }
    }
    feed()
  }

  /** Does a job once more, or gives up its call. */
  function again(job: Job, reason: Reason): void {
    const call = waiting.get(job.call)
    if (call !== undefined && job.attempts < ATTEMPTS) queue.putBack(job)
    else {
      queue.finish(job)
      call?.end(problemOf(reason))
    }
  }

  /** No more work: every call that waits is answered with the reason. */
  function end(reason: Problem): void {
    ended ??= reason
    for (const call of [...waiting.values()]) call.end(ended)
    for (const member of members) leave(member)
  }

  function send(member: Member, order: Order): void {
    member.worker.postMessage(order)
  }

  function leave(member: Member): void {
    if (member.state === 'leaving') return
    member.state = 'leaving'
    send(member, null)
    setTimeout(() => member.worker.terminate(), GRACE_MS).unref()
  }

  function read(texts: readonly string[], signal?: AbortSignal): Promise<Read> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      if (ended !== undefined) return reject(ended)
      const found: Read = { vectors: new Array(texts.length), pieces: new Array(texts.length) }
      if (texts.length === 0) return resolve(found)
      const sizes = texts.map((text) => text.length)
      const order = sizes.map((_, place) => place).sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0))
      const call: Call = { texts, order, next: 0 }
      const abort = () => finish(signal?.reason)
      const finish = (error: unknown) => {
        signal?.removeEventListener('abort', abort)
        waiting.delete(call)
        if (error === null) return resolve(found)
        queue.drop(call)
        reject(error)
        feed()
      }
      signal?.addEventListener('abort', abort)
      waiting.set(call, { ...found, left: texts.length, end: finish })
      queue.enter(call)
      feed()
    })
  }

  async function close(): Promise<void> {
    end(new Problem('ENGINE_BUSY', 'the encoder is shutting down', { retryAfterS: 5 }))
    await Promise.all([...members].map((member) => member.gone))
  }

  try {
    const first = await start(ATTEMPTS) // proves the model before the others load it
    await Promise.all(Array.from({ length: threads - 1 }, () => start(ATTEMPTS)))
    return {
      space: first,
      encode: async (texts, signal) => (await read(texts, signal)).vectors,
      pieces: async (texts) => (await read(texts)).pieces,
      close,
      held: queue.held,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const LOST = 'the encoder ended three times on the same texts; raise its memory limit or lower the bound of a text'
const STILLBORN = 'the encoder cannot start its thread: it ended three times while loading; raise its memory limit'

const problemOf = ({ code, message }: Reason): Problem => new Problem(code, message)

const changed = ({ model }: SpaceInfo): Problem =>
  new Problem('MODEL_BROKEN', `the files of model ${model} changed while it was in use; restart to use the new ones`)
