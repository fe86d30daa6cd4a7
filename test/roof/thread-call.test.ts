import { MessageChannel } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { Problem } from '../../src/core/problem.ts'
import { startThread, type Thread } from '../../src/roof/thread-call.ts'
import { type Built, built } from '../built.ts'

const ended: Error[] = []
const threads: Thread[] = []
let parts: Built
beforeAll(async () => {
  parts = await built('src/core/problem.ts', 'src/roof/thread-call.ts')
})
afterAll(() => parts.remove())
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.stop()
  ended.length = 0
})

/** A real thread that answers as those of the house do; what it does is given as source. */
async function aThread(handlers: string) {
  const [problem, threadCall] = parts.urls
  const source = `
    import { parentPort } from 'node:worker_threads'
    import { Problem } from '${problem}'
    import { answerCalls } from '${threadCall}'
    answerCalls(parentPort, { open: async () => {}, close: async () => {}, ${handlers} })`
  const thread = await startThread(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {}, (error) =>
    ended.push(error),
  )
  threads.push(thread)
  return thread
}

it('answers come to whoever asked, in whatever order they are ready', async () => {
  const thread = await aThread('wait: async (ms) => { await new Promise((r) => setTimeout(r, ms)); return ms }')
  const answers: number[] = []
  await Promise.all([30, 1, 15].map(async (ms) => answers.push(await thread.call<number>('wait', [ms]))))
  expect(answers).toEqual([1, 15, 30])
})

it('what a store gives crosses whole: maps, bytes, vectors, nothing', async () => {
  const thread = await aThread('echo: async (value) => value')
  const value = {
    map: new Map([['a', new Float32Array([1, 2])]]),
    bytes: new Uint8Array([3]),
    none: undefined,
    no: null,
  }
  expect(await thread.call('echo', [value])).toEqual(value)
})

it('a buffer that is handed over is moved, not copied', async () => {
  const thread = await aThread('size: async (bytes) => bytes.byteLength')
  const bytes = new Uint8Array(1_000)
  expect(await thread.call('size', [bytes], [bytes.buffer])).toBe(1_000)
  expect(bytes.byteLength).toBe(0)
})

it('a problem crosses as a problem, with its code, its faults and when to come back', async () => {
  const thread = await aThread(`no: async () => {
    throw new Problem('ENGINE_BUSY', 'later', { errors: [{ path: '/a', message: 'b' }], retryAfterS: 7 })
  }`)
  const error = await thread.call('no', []).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(Problem)
  expect(error).toMatchObject({
    code: 'ENGINE_BUSY',
    status: 503,
    message: 'later',
    errors: [{ path: '/a', message: 'b' }],
    retryAfterS: 7,
  })
})

it('a bug crosses as an error with the stack of where it was', async () => {
  const thread = await aThread(
    'bug: async () => { throw new TypeError("of undefined") }, worse: async () => { throw 7 }',
  )
  const error = await thread.call('bug', []).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(Error)
  expect(error).not.toBeInstanceOf(Problem)
  expect(error).toMatchObject({ message: 'of undefined', stack: expect.stringContaining('bug') })
  await expect(thread.call('worse', [])).rejects.toThrow('7')
})

it('a call that nobody answers to, a handler that throws at once and an answer that cannot be sent are failures', async () => {
  const thread = await aThread('early() { throw new Problem("NOT_FOUND", "gone") }, odd: async () => () => 1')
  await expect(thread.call('nonesuch', [])).rejects.toThrow('no call nonesuch')
  await expect(thread.call('early', [])).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(thread.call('odd', [])).rejects.toThrow(/could not be cloned/)
  expect(ended).toEqual([])
})

it('an argument that cannot be sent rejects its own call alone', async () => {
  const thread = await aThread('echo: async (value) => value')
  await expect(thread.call('echo', [() => 1])).rejects.toThrow(/could not be cloned/)
  expect(await thread.call('echo', [2])).toBe(2)
})

it('a thread that ends rejects every open call and every later one, and says so once', async () => {
  const thread = await aThread('hang: () => new Promise(() => {}), die: async () => { process.exit(3) }')
  const open = thread.call('hang', [])
  const last = thread.call('die', [])
  await expect(open).rejects.toThrow('ended with code 3')
  await expect(last).rejects.toThrow('ended with code 3')
  await expect(thread.call('hang', [])).rejects.toThrow('ended with code 3')
  expect(ended).toHaveLength(1)
})

it('a start that fails rejects with the reason, and leaves nothing running', async () => {
  const source = `
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ id }) => parentPort.postMessage({ id, problem: { code: 'STORE_BROKEN', message: 'no', errors: [] } }))`
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`)
  await expect(startThread(url, {}, (error) => ended.push(error))).rejects.toMatchObject({ code: 'STORE_BROKEN' })
  expect(ended).toEqual([])
  const broken = new URL('data:text/javascript,throw new Error("at the top")')
  await expect(startThread(broken, {}, () => {})).rejects.toThrow('at the top')
})

it('a thread that is stopped ends quietly, once its open calls were let go', async () => {
  const thread = await aThread('hang: () => new Promise(() => {})')
  const open = thread.call('hang', []).catch((error: Error) => error.message)
  await thread.stop()
  await thread.stop()
  expect(await open).toMatch(/ended/)
  expect(ended).toEqual([])
  await expect(thread.call('hang', [])).rejects.toThrow()
})

it('two ports in one thread answer by themselves', async () => {
  const { answerCalls } = await import('../../src/roof/thread-call.ts')
  const { port1, port2 } = new MessageChannel()
  answerCalls(port1, { twice: async (n: number) => 2 * n })
  const answer = new Promise((resolve) => port2.once('message', resolve))
  port2.postMessage({ id: 5, name: 'twice', args: [21] })
  expect(await answer).toEqual({ id: 5, value: 42 })
  port1.close()
})
