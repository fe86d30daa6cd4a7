import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadModel } from '../../src/encoder/model.ts'

let dir: string
let hub: Server
let asked: string[]
const options = { model: 'someone/some-model', dtype: null, maxTokens: 2_048 }

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'models-'))
  asked = []
  hub = createServer((request, response) => {
    asked.push(request.url ?? '')
    const path = /^\/someone\/some-model\/resolve\/main\/([\w./]+)$/.exec(request.url ?? '')?.[1] ?? 'nothing'
    createReadStream(join('models/static-logs-en-256', path))
      .on('error', () => response.writeHead(404).end())
      .pipe(response)
  })
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  hub.closeAllConnections()
  await new Promise((resolve) => hub.close(resolve))
  await rm(dir, { recursive: true })
})

const host = () => `http://127.0.0.1:${(hub.address() as AddressInfo).port}/`

it('a model that is named by its hub name is fetched once, then loaded from its folder', async () => {
  const model = await loadModel({ ...options, modelsDir: dir, remoteHost: host() })
  expect(model.space).toMatchObject({ model: 'someone/some-model', dims: 256, dtype: 'q8' })
  expect((await model.encode(['hello'])).vectors).toHaveLength(256)
  await model.dispose()
  const requests = asked.length
  const again = await loadModel({ ...options, modelsDir: dir, remoteHost: null })
  expect(again.space).toEqual(model.space)
  await again.dispose()
  expect(asked).toHaveLength(requests)
})

it('nothing is asked for where downloads are not allowed', async () => {
  const refused = loadModel({ ...options, modelsDir: dir, remoteHost: null })
  await expect(refused).rejects.toMatchObject({
    code: 'MODEL_BROKEN',
    message: expect.stringContaining('no model someone'),
  })
  expect(asked).toEqual([])
})

it('a hub that does not have it is told in one sentence, with what to do', async () => {
  const refused = loadModel({ ...options, model: 'someone/other', modelsDir: dir, remoteHost: host() })
  const message = expect.stringMatching(/^model someone\/other could not be fetched from http:.*copy its folder to/)
  await expect(refused).rejects.toMatchObject({ code: 'MODEL_BROKEN', message })
})
