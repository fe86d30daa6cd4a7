import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { SpaceInfo } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { batchesOf, pad } from './batches.ts'
import { graphOf, inspectModel, isFolder, type ModelFacts, type Pooling, placeOf } from './manifest.ts'
import { openTokenizer, readJson } from './tokenizer.ts'

export interface ModelOptions {
  modelsDir: string
  /** A name in the manifest, a folder below `modelsDir`, or the path of a folder. */
  model: string
  dtype: string | null
  /** Tokens of a text that are read, unless the manifest or the tokenizer say fewer. */
  maxTokens: number
  /** Whether a model that is not there may be fetched into `modelsDir` by its hub name, and from which host. */
  remoteHost: string | null
}

export interface Model {
  readonly space: SpaceInfo
  encode(texts: readonly string[]): Promise<Encoded>
  dispose(): Promise<void>
}

/** What became of some texts, in their order. */
export interface Encoded {
  /** Unit vectors, `dims` numbers each, one after the other; zeros for a text without a known word. */
  vectors: Float32Array<ArrayBuffer>
  /** Of each text how many pieces it was cut into, and how many of them the model does not know. */
  pieces: Uint32Array<ArrayBuffer>
}

/**
 * Checks a model's files, then loads it; from the folder alone, unless `remoteHost` is given and the folder is absent.
 * @throws Problem MODEL_BROKEN where a file is missing or altered, or is no model that gives sentence vectors
 */
export async function loadModel(options: ModelOptions): Promise<Model> {
  if (options.remoteHost !== null) await fetchModel(options, options.remoteHost)
  const facts = await inspectModel(options.modelsDir, options.model, options.dtype)
  const tokenizer = await reading(facts, 'tokenizer', () => openTokenizer(facts.folder))
  const { session, positions } = await reading(facts, 'graph', () => openSession(facts))
  const pooling = facts.entry?.pooling ?? (session.outputNames.includes('sentence_embedding') ? 'graph' : 'mean')
  const limit = Math.min(options.maxTokens, facts.entry?.max_tokens ?? tokenizer.longest, positions)
  const sentences = sentencesOf(facts, session, pooling, tokenizer.padId)

  const first = tokenizer.read('a', limit)
  const [probe] = await reading(facts, 'graph', () => sentences([first], first.length))
  const dims = probe?.length ?? 0
  if (dims === 0 || (facts.entry !== null && facts.entry.dims !== dims))
    throw broken(
      facts,
      `gives vectors of ${dims} dimensions, not the ${facts.entry?.dims ?? 'positive number'} expected`,
    )
  const { name: model, revision, dtype } = facts
  const space = { space: `${model}@${revision.slice(0, 8)}/${dtype}`, model, revision, dtype, dims }
  const { meaningless, unknownId } = tokenizer

  return {
    space,
    async encode(texts) {
      const vectors = new Float32Array(texts.length * dims)
      const rows = texts.map((text) => tokenizer.read(text, limit))
      const pieces = new Uint32Array(2 * texts.length)
      for (const [index, row] of rows.entries())
        for (const id of row) {
          if (id === unknownId) pieces[2 * index + 1]!++
          if (id === unknownId || !meaningless.has(id)) pieces[2 * index]!++
        }
      const worded = rows.flatMap((row, index) => (row.some((id) => !meaningless.has(id)) ? [index] : []))
      const lengths = worded.map((index) => rows[index]?.length ?? 0)
      for (const batch of batchesOf(lengths, limit)) {
        const places = batch.places.map((at) => worded[at] as number)
        const among = places.map((index) => rows[index] as number[])
        const found = await sentences(among, batch.width)
        found.forEach((vector, at) => {
          vectors.set(unit(facts, vector), (places[at] as number) * dims)
        })
      }
      return { vectors, pieces }
    },
    dispose: () => session.release(),
  }
}

/** What is used of the runtime's session. */
interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Record<string, Tensor>, wanted: readonly string[]): Promise<Record<string, unknown>>
  release(): Promise<void>
}

interface Output {
  readonly data: Float32Array
  readonly dims: readonly number[]
  dispose(): void
}

/** `positions`: tokens that the model has places for; infinite where it does not say. */
async function openSession(facts: ModelFacts): Promise<{ session: Session; positions: number }> {
  const session = await InferenceSession.create(join(facts.folder, graphOf(facts.dtype)), {
    executionProviders: ['cpu'],
    // a second thread doubles the processor time of a batch and saves a tenth of its wait; the pool has threads instead
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // errors alone
    logSeverityLevel: 3,
  })
  const { max_position_embeddings: places } = (await readJson(join(facts.folder, 'config.json'))) as {
    max_position_embeddings?: unknown
  }
  return { session, positions: typeof places === 'number' ? places : Number.POSITIVE_INFINITY }
}

/** The runtime sums one row in another order than several: never less than two, so that a text alone is no exception. */
const LEAST_ROWS = 2

/** One vector per token list, not yet of unit length. Every tensor is released before it returns. */
function sentencesOf(facts: ModelFacts, session: Session, pooling: Pooling, padId: number) {
  const wanted = pooling === 'graph' ? 'sentence_embedding' : 'last_hidden_state'
  if (!session.outputNames.includes(wanted)) throw broken(facts, `has no output ${wanted}`)

  return async (rows: readonly (readonly number[])[], width: number): Promise<Float32Array[]> => {
    const { ids, mask, count } = pad(rows, width, padId, LEAST_ROWS)
    const feeds: Record<string, Tensor> = {}
    const made = (data: BigInt64Array) => new Tensor('int64', data, [count, width])
    for (const name of session.inputNames) {
      if (name === 'input_ids') feeds[name] = made(ids)
      else if (name === 'attention_mask') feeds[name] = made(mask)
      else if (name === 'token_type_ids') feeds[name] = made(new BigInt64Array(ids.length))
      else throw broken(facts, `asks for an input ${name} that a text does not give`)
    }
    const output = (await session.run(feeds, [wanted]))[wanted] as Output
    const size = output.dims.at(-1) ?? 0
    const vectors = rows.map((row, index) => {
      if (pooling === 'graph') return output.data.slice(index * size, (index + 1) * size)
      const start = index * width * size
      return sum(output.data, start, pooling === 'cls' ? 1 : row.length, size)
    })
    output.dispose()
    for (const tensor of Object.values(feeds)) tensor.dispose()
    return vectors
  }
}

/** Adds up `rows` vectors of `size` numbers; the mean has the same direction. */
function sum(data: Float32Array, start: number, rows: number, size: number): Float32Array {
  const total = new Float32Array(size)
  for (let row = 0; row < rows; row++)
    for (let at = 0; at < size; at++) total[at] = (total[at] ?? 0) + (data[start + row * size + at] ?? 0)
  return total
}

/** To length 1 (error below 1e-6), in place. */
function unit(facts: ModelFacts, vector: Float32Array): Float32Array {
  let square = 0
  for (const x of vector) square += x * x
  if (!Number.isFinite(square)) throw broken(facts, 'gave a vector that is no number')
  if (square === 0) return vector
  const scale = 1 / Math.sqrt(square)
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) * scale
  return vector
}

/** Puts a model of a hub below `modelsDir`, where it is then an ordinary folder; nothing if that exists. */
async function fetchModel(options: ModelOptions, remoteHost: string): Promise<void> {
  const { folder, name } = placeOf(options.modelsDir, options.model)
  if (name !== options.model || (await isFolder(folder))) return
  // the hub's library is large, and of no use to a model that is there
  const { AutoModel, AutoTokenizer, env, LogLevel } = await import('@huggingface/transformers')
  env.logLevel = LogLevel.NONE
  env.useBrowserCache = false
  env.allowRemoteModels = true
  env.remoteHost = remoteHost
  env.cacheDir = options.modelsDir
  try {
    await AutoTokenizer.from_pretrained(name)
    const model = await AutoModel.from_pretrained(name, { dtype: (options.dtype ?? 'q8') as 'q8', device: 'cpu' })
    await model.dispose()
  } catch (cause) {
    const what = `model ${name} could not be fetched from ${remoteHost}: ${messageOf(cause)}`
    throw new Problem('MODEL_BROKEN', `${what}; copy its folder to ${folder} instead`, { cause })
  } finally {
    env.allowRemoteModels = false
  }
}

/** Runs a step of loading, where a failure of the library means that the files are no such model. */
async function reading<T>(facts: ModelFacts, what: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw broken(facts, `has a ${what} that cannot be loaded: ${messageOf(cause)}`, cause)
  }
}

const broken = (facts: ModelFacts, what: string, cause?: unknown): Problem =>
  new Problem('MODEL_BROKEN', `model ${facts.name} in ${facts.folder} ${what}; choose another with the setting model`, {
    cause,
  })

/** The first line of a library's message: the rest is often a stack. */
const messageOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0]?.slice(0, 300) ?? ''
