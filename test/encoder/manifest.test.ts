import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { inspectModel, readManifest } from '../../src/encoder/manifest.ts'

const NAME = 'static-logs-en-256'
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'models-'))
  await cp('models', dir, { recursive: true })
})
afterEach(() => rm(dir, { recursive: true }))

it('finds the shipped model whole, with its revision over all its files', async () => {
  const facts = await inspectModel('models', NAME, null)
  expect(facts).toMatchObject({ name: NAME, dtype: 'q8', entry: { dims: 256, pooling: 'graph' } })
  expect(facts.revision).toMatch(/^[0-9a-f]{64}$/)
})

it('names the file of which one byte was altered', async () => {
  const path = join(dir, NAME, 'onnx/model_quantized.onnx')
  const bytes = await readFile(path)
  bytes[1_000_000] = (bytes[1_000_000] ?? 0) ^ 1
  await writeFile(path, bytes)
  await expect(inspectModel(dir, NAME, null)).rejects.toMatchObject({
    code: 'MODEL_BROKEN',
    message: expect.stringMatching(/onnx\/model_quantized\.onnx .* was altered .* install Undercurrent again/),
  })
})

it.each(['tokenizer.json', 'config.json'])('names a missing %s', async (file) => {
  await rm(join(dir, NAME, file))
  const message = expect.stringContaining(`the file ${file} is missing in ${join(dir, NAME)}`)
  await expect(inspectModel(dir, NAME, null)).rejects.toMatchObject({ code: 'MODEL_BROKEN', message })
})

it('says which models there are when asked for one that is not there', async () => {
  const message = expect.stringMatching(/no model someone\/other.*static-logs-en-256/)
  await expect(inspectModel(dir, 'someone/other', null)).rejects.toMatchObject({ code: 'MODEL_BROKEN', message })
})

it('takes a folder without a manifest as it lies; equal files are an equal revision', async () => {
  const mine = join(dir, 'elsewhere/mine')
  await mkdir(join(dir, 'elsewhere'))
  await cp(join('models', NAME), mine, { recursive: true })
  const [shipped, copied] = [await inspectModel(dir, NAME, null), await inspectModel(dir, mine, null)]
  expect(copied).toMatchObject({ name: 'mine', entry: null, revision: shipped.revision })
  await appendFile(join(mine, 'tokenizer_config.json'), '\n')
  expect((await inspectModel(dir, mine, null)).revision).not.toBe(shipped.revision)
})

it('says which precisions a folder has where the one asked for is missing', async () => {
  const mine = join(dir, NAME)
  const message = expect.stringMatching(/onnx\/model\.onnx is missing .* has graphs for q8: .*setting model_dtype/)
  await expect(inspectModel(dir, mine, 'fp32')).rejects.toMatchObject({ code: 'MODEL_BROKEN', message })
  await rm(join(mine, 'onnx'), { recursive: true })
  await expect(inspectModel(dir, mine, 'fp32')).rejects.toMatchObject({
    message: expect.stringContaining('the folder needs config.json, tokenizer.json'),
  })
})

it.each(['../outside', '..', 'a/b/c', '', 'a/../../b'])(
  'does not leave the models folder for %j by name',
  async (name) => {
    await expect(inspectModel(join(dir, 'x'), name, null)).rejects.toMatchObject({
      code: expect.stringMatching(/CONFIG_INVALID|MODEL_BROKEN/),
    })
  },
)

it('refuses a precision that does not exist', async () => {
  await expect(inspectModel(dir, NAME, 'q7')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

it.each([
  ['no JSON', '{'],
  ['no list', '{"models":{}}'],
  [
    'a file outside the folder',
    '{"models":[{"name":"x","dims":1,"pooling":"mean","dtype":"q8","max_tokens":9,"licence":"","origin":"","files":{"../y":"00"}}]}',
  ],
])('calls a manifest with %s damaged', async (_, text) => {
  await writeFile(join(dir, 'manifest.json'), text)
  const message = expect.stringContaining('manifest.json is damaged')
  await expect(readManifest(dir)).rejects.toMatchObject({ code: 'MODEL_BROKEN', message })
})

it('knows no models where there is no manifest', async () => {
  await rm(join(dir, 'manifest.json'))
  expect(await readManifest(dir)).toEqual([])
})
