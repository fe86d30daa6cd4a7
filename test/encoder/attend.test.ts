import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { attend } from '../../src/encoder/attend.ts'

const options = { modelsDir: 'models', model: 'static-logs-en-256', dtype: null, maxTokens: 2_048, remoteHost: null }

it('a thread reports ready, answers order after order, and ends when told to', async () => {
  const { port1: pool, port2: thread } = new MessageChannel()
  const answers: { kind: string; vectors?: Float32Array }[] = []
  pool.on('message', (answer) => answers.push(answer))
  const closed = once(pool, 'close')
  pool.postMessage(['a first text', 'a second'])
  pool.postMessage(['a third'])
  pool.postMessage(null)
  await attend(thread, options)
  await closed
  expect(answers.map(({ kind, vectors }) => [kind, vectors?.length])).toEqual([
    ['ready', undefined],
    ['done', 512],
    ['done', 256],
  ])
})

it('a thread that cannot load says why and ends', async () => {
  const { port1: pool, port2: thread } = new MessageChannel()
  const [answer, closed] = [once(pool, 'message'), once(pool, 'close')]
  await attend(thread, { ...options, model: 'none' })
  expect((await answer)[0]).toMatchObject({ kind: 'broken', reason: { code: 'MODEL_BROKEN' } })
  await closed
})

it('an order that fails is answered without its text', async () => {
  const { port1: pool, port2: thread } = new MessageChannel()
  await attend(thread, options)
  await once(pool, 'message')
  pool.postMessage([null])
  const [answer] = await once(pool, 'message')
  expect(answer).toEqual({ kind: 'failed', reason: { code: 'MODEL_BROKEN', message: 'the model failed at a text' } })
  const closed = once(pool, 'close')
  pool.postMessage(null)
  await closed
})
