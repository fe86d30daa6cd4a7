import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createEncoder, type EncoderOptions, type EncoderPool } from '../../src/encoder/pool.ts'

const NAME = 'static-logs-en-256'
const many = (n: number, words = 40) => Array.from({ length: n }, (_, at) => `request ${at} `.repeat(words))

/** Every thread that was started since the test began, as Node itself reports them. */
let started: Worker[]
let pools: EncoderPool[]
const note = (worker: Worker) => started.push(worker)

beforeEach(() => {
  started = []
  pools = []
  process.on('worker', note)
})
afterEach(async () => {
  process.off('worker', note)
  await Promise.all(pools.map((pool) => pool.close()))
})

async function open(options: Partial<EncoderOptions> = {}): Promise<EncoderPool> {
  const pool = await createEncoder({ modelsDir: 'models', model: NAME, ...options })
  pools.push(pool)
  return pool
}

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )

it('names its space by model, revision and precision', async () => {
  const { space } = await open()
  expect(space).toMatchObject({
    model: NAME,
    dtype: 'q8',
    dims: 256,
    revision: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(space.space).toBe(`${NAME}@${space.revision.slice(0, 8)}/q8`)
})

it('gives each text its vector, in order, from whatever thread and however many there are', async () => {
  const [one, two] = await Promise.all([open(), open({ threads: 2 })])
  const texts = many(150).map((text, at) => text.slice(0, (at * 37) % 400))
  const vectors = await two.encode(texts)
  expect(vectors).toHaveLength(150)
  expect(vectors).toEqual(await one.encode(texts))
  expect(vectors[149]).toEqual((await one.encode([texts[149] ?? '']))[0])
  expect(vectors[0]?.buffer.byteLength).toBe(256 * 4)
  expect(await one.encode([])).toEqual([])
})

it('holds no more than its bounds while calls wait, and answers all of them', async () => {
  const pool = await open({ queueTexts: 20, queueChars: 10_000 })
  const calls = Array.from({ length: 12 }, () => pool.encode(many(30)))
  let most = { texts: 0, chars: 0 }
  const watch = (texts: number, chars: number) => {
    most = { texts: Math.max(most.texts, texts), chars: Math.max(most.chars, chars) }
  }
  for (const call of calls) {
    watch(pool.held().texts, pool.held().chars)
    expect(await call).toHaveLength(30)
  }
  expect(most.texts).toBeGreaterThan(0)
  expect(most.texts).toBeLessThanOrEqual(20)
  expect(most.chars).toBeLessThanOrEqual(10_000)
  expect(pool.held()).toEqual({ texts: 0, chars: 0 })
})

it('reads a text up to its bound in characters', async () => {
  const pool = await open({ maxChars: 100 })
  const [cut, whole] = await pool.encode([`${'word '.repeat(20)}and much more`, 'word '.repeat(20)])
  expect(cut).toEqual(whole)
})

it('a call that is aborted rejects with the reason and gives its room back', async () => {
  const pool = await open({ queueTexts: 32 })
  const control = new AbortController()
  const [aborted, other] = [rejection(pool.encode(many(500), control.signal)), pool.encode(many(10))]
  const reason = new Error('enough')
  control.abort(reason)
  expect(await aborted).toBe(reason)
  expect(await other).toHaveLength(10)
  expect(await rejection(pool.encode(['x'], control.signal))).toBe(reason)
  await pool.encode(['the thread has put down what it held'])
  expect(pool.held()).toEqual({ texts: 0, chars: 0 })
})

it('a question does not wait for all that was asked before', async () => {
  const pool = await open()
  const order: string[] = []
  const bulk = pool.encode(many(2_000)).then(() => order.push('bulk'))
  await pool.encode(['a question']).then(() => order.push('question'))
  await bulk
  expect(order).toEqual(['question', 'bulk'])
})

it('a thread that dies is started again, and the texts in its hand are encoded once more', async () => {
  const pool = await open()
  const expected = await pool.encode(many(200))
  const call = pool.encode(many(200))
  await started[0]?.terminate()
  expect(await call).toEqual(expected)
  expect(started).toHaveLength(2)
})

it('texts that end three threads are given up, and the encoder goes on', async () => {
  const pool = await open()
  const call = rejection(pool.encode(['one', 'two']))
  for (let death = 0; death < 3; death++) {
    while (started[death] === undefined) await new Promise((resolve) => process.once('worker', resolve))
    const worker = started[death] as Worker
    // a restarted thread takes its order when it reports ready; the first has it already
    if (death > 0) await new Promise((resolve) => worker.once('message', resolve))
    await worker.terminate()
  }
  expect(await call).toMatchObject({ code: 'MODEL_BROKEN', message: expect.stringContaining('three times') })
  expect(await pool.encode(['three'])).toHaveLength(1)
})

it('a thread that cannot load for want of memory is told as such', async () => {
  const message = expect.stringContaining('raise its memory limit')
  await expect(open({ memoryLimitMb: 4 })).rejects.toMatchObject({ code: 'MODEL_BROKEN', message })
})

it('closing ends every thread, and whoever waits is told', async () => {
  const pool = await open({ threads: 2 })
  const exits = started.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
  const waiting = rejection(pool.encode(many(500)))
  await pool.close()
  expect(await waiting).toMatchObject({ code: 'ENGINE_BUSY' })
  expect(await Promise.all(exits)).toEqual([0, 0])
  expect(await rejection(pool.encode(['x']))).toMatchObject({ code: 'ENGINE_BUSY' })
  await pool.close()
})

it('an altered file stops the start, named and without a stack', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'models-'))
  await cp('models', dir, { recursive: true })
  const path = join(dir, NAME, 'tokenizer.json')
  const bytes = await readFile(path)
  bytes[5_000] = (bytes[5_000] ?? 0) ^ 1
  await writeFile(path, bytes)
  const message = expect.stringMatching(/^model static-logs-en-256: the file tokenizer\.json in \S+ was altered/)
  await expect(open({ modelsDir: dir })).rejects.toMatchObject({ code: 'MODEL_BROKEN', message })
  await rm(dir, { recursive: true })
})

it('files that change under a running encoder do not slip into its space', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'models-'))
  await cp(join('models', NAME), join(dir, 'mine'), { recursive: true })
  const pool = await open({ modelsDir: dir, model: 'mine' })
  await writeFile(join(dir, 'mine/tokenizer_config.json'), '{"tokenizer_class":"PreTrainedTokenizerFast"}')
  await started[0]?.terminate()
  const error = await rejection(pool.encode(['x']))
  expect(error).toMatchObject({ code: 'MODEL_BROKEN', message: expect.stringContaining('changed while it was in use') })
  await rm(dir, { recursive: true })
})

it.each([{ threads: 0 }, { queueTexts: 1.5 }, { queueChars: 10 }, { memoryLimitMb: -1 }])(
  '%j is refused',
  async (options) => {
    await expect(open(options)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  },
)
