import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { Problem } from '../core/problem.ts'

/** What is known of a model before it is loaded. Of a folder that no manifest names, the files alone are known. */
export interface ModelFacts {
  name: string
  folder: string
  dtype: Dtype
  /** SHA-256 (hex) over the lines `path sha256` of the files, sorted by path: the same wherever the folder lies. */
  revision: string
  /** Size of all files together. */
  sizeBytes: number
  /** Null where no manifest names the model: its files are then taken as they are. */
  entry: ManifestEntry | null
}

export interface ManifestEntry {
  name: string
  dims: number
  /** How token vectors become one: the graph does it (output `sentence_embedding`), or their mean, or the first one. */
  pooling: Pooling
  dtype: Dtype
  /** Tokens that one text may have; what follows is not read. */
  max_tokens: number
  licence: string
  origin: string
  /** Path inside the folder → SHA-256, hex. */
  files: Readonly<Record<string, string>>
}

export type Pooling = 'graph' | 'mean' | 'cls'

/** Precision of the weights → ending of the graph's file name, as the model hubs name them. */
const DTYPES = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const

export type Dtype = keyof typeof DTYPES

/** Files beside the graph that decide what a text becomes. */
const TOKENIZER = ['config.json', 'tokenizer.json', 'tokenizer_config.json'] as const

/** `name` or `owner/name`, as folders and model hubs write it; never a way out of the models folder. */
const NAME = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)?$/

/**
 * Finds a model and checks its files: against the manifest where it names them, else they are hashed as they lie.
 * @param model a name in the manifest, a folder below `modelsDir`, or the path of a folder (absolute, or with `./`, `../`)
 * @param dtype null for the manifest's, or q8
 * @throws Problem MODEL_BROKEN naming the file that is missing or altered, CONFIG_INVALID for a dtype that does not exist
 */
export async function inspectModel(modelsDir: string, model: string, dtype: string | null): Promise<ModelFacts> {
  const { folder, name, entry, dtype: wanted, listed, paths } = await lookUp(modelsDir, model, dtype)
  const lines: string[] = []
  let sizeBytes = 0
  for (const path of paths) {
    const file = await hashFile(folder, path)
    if ('failure' in file)
      throw missing(name, folder, path, file.failure, listed === null ? await remedyOf(folder) : REPAIR)
    const expected = listed?.files[path]
    if (expected !== undefined && expected !== file.sha256) throw altered(name, folder, path, expected, file.sha256)
    lines.push(`${path} ${file.sha256}\n`)
    sizeBytes += file.sizeBytes
  }
  const revision = createHash('sha256').update(lines.join('')).digest('hex')
  return { name, folder, dtype: wanted, revision, sizeBytes, entry }
}

/**
 * The files of a model with their SHA-256 (hex) as the manifest names them; read from the disk where it names none, and
 * without those that are not there. Loads nothing else.
 * @throws Problem MODEL_BROKEN, CONFIG_INVALID as `inspectModel`
 */
export async function modelFiles(
  modelsDir: string,
  model: string,
  dtype: string | null,
): Promise<Readonly<Record<string, string>>> {
  const { folder, listed, paths } = await lookUp(modelsDir, model, dtype)
  if (listed !== null) return listed.files
  const hashes: Record<string, string> = {}
  for (const path of paths) {
    const file = await hashFile(folder, path)
    if (!('failure' in file)) hashes[path] = file.sha256
  }
  return hashes
}

/** The model and the files of it that are read; `listed` where the manifest has their hashes. */
async function lookUp(modelsDir: string, model: string, dtype: string | null) {
  const { folder, name } = placeOf(modelsDir, model)
  const entry = isPath(model) ? null : ((await readManifest(modelsDir)).find((one) => one.name === name) ?? null)
  const wanted = dtypeOf(dtype ?? entry?.dtype ?? 'q8')
  if (entry === null && !(await isFolder(folder))) throw await unknownModel(modelsDir, model, folder)
  const listed = entry?.dtype === wanted ? entry : null
  const paths = listed === null ? await filesOf(folder, wanted) : Object.keys(listed.files).sort()
  return { folder, name, entry, dtype: wanted, listed, paths }
}

/**
 * The models that `<modelsDir>/manifest.json` names; none where the file is absent.
 * @throws Problem MODEL_BROKEN where it cannot be read as a manifest
 */
export async function readManifest(modelsDir: string): Promise<readonly ManifestEntry[]> {
  const path = join(modelsDir, 'manifest.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new Problem('MODEL_BROKEN', `the model manifest ${path} cannot be read: ${reasonOf(cause)}`, { cause })
  }
  try {
    const { models } = JSON.parse(text) as { models: unknown }
    if (Array.isArray(models) && models.every(isEntry)) return models
  } catch {
    // no JSON: answered below, like JSON of another shape
  }
  throw new Problem('MODEL_BROKEN', `the model manifest ${path} is damaged; ${REPAIR}`)
}

/** Where a model lies: the path as given, or below the models folder. */
export function placeOf(modelsDir: string, model: string): { folder: string; name: string } {
  if (isPath(model)) return { folder: resolve(model), name: basename(resolve(model)) }
  if (!NAME.test(model))
    throw new Problem('CONFIG_INVALID', 'the setting model must be a name, owner/name, or the path of a folder')
  return { folder: resolve(modelsDir, model), name: model }
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

export function dtypeOf(text: string): Dtype {
  if (Object.hasOwn(DTYPES, text)) return text as Dtype
  throw new Problem('CONFIG_INVALID', `the model dtype must be one of ${Object.keys(DTYPES).join(', ')}`)
}

const REPAIR = 'install Undercurrent again, or copy the models folder from an installation that works'

const isPath = (model: string): boolean => isAbsolute(model) || /^\.\.?(?:[/\\]|$)/.test(model)

/** The files that loading reads: tokenizer, configuration, the graph and any weights stored beside it. */
async function filesOf(folder: string, dtype: Dtype): Promise<string[]> {
  const graph = basename(graphOf(dtype))
  const beside = await readdir(join(folder, 'onnx')).catch(() => [])
  const weights = beside.filter((file) => file.startsWith(`${graph}_data`)).map((file) => `onnx/${file}`)
  return [...TOKENIZER, graphOf(dtype), ...weights].sort()
}

/** Path of the graph inside a model's folder. */
export const graphOf = (dtype: Dtype): string => `onnx/model${DTYPES[dtype]}.onnx`

/** SHA-256 (hex) and size of a file, read in pieces. */
export async function hashFile(
  folder: string,
  path: string,
): Promise<{ sha256: string; sizeBytes: number } | { failure: NodeJS.ErrnoException }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  try {
    for await (const piece of createReadStream(join(folder, path), { highWaterMark: 1 << 20 })) {
      hash.update(piece as Buffer)
      sizeBytes += (piece as Buffer).length
    }
    return { sha256: hash.digest('hex'), sizeBytes }
  } catch (cause) {
    return { failure: cause as NodeJS.ErrnoException }
  }
}

function missing(name: string, folder: string, path: string, cause: NodeJS.ErrnoException, remedy: string): Problem {
  const what = cause.code === 'ENOENT' ? 'is missing' : `cannot be read (${reasonOf(cause)})`
  return new Problem('MODEL_BROKEN', `model ${name}: the file ${path} ${what} in ${folder}; ${remedy}`, { cause })
}

/** What to do about a folder that somebody added: the precisions that it does have, or what belongs into it. */
async function remedyOf(folder: string): Promise<string> {
  const graphs = await readdir(join(folder, 'onnx')).catch((): string[] => [])
  const dtypes = (Object.keys(DTYPES) as Dtype[]).filter((dtype) => graphs.includes(`model${DTYPES[dtype]}.onnx`))
  if (dtypes.length === 0) return `the folder needs ${TOKENIZER.join(', ')} and a graph such as onnx/model.onnx`
  return `the folder has graphs for ${dtypes.join(', ')}: choose one with the setting model_dtype, and complete the rest`
}

function altered(name: string, folder: string, path: string, expected: string, found: string): Problem {
  const hashes = `its SHA-256 begins with ${found.slice(0, 8)}, the manifest says ${expected.slice(0, 8)}`
  return new Problem('MODEL_BROKEN', `model ${name}: the file ${path} in ${folder} was altered (${hashes}); ${REPAIR}`)
}

async function unknownModel(modelsDir: string, model: string, folder: string): Promise<Problem> {
  const known = (await readManifest(modelsDir)).map((entry) => entry.name).join(', ') || 'none'
  return new Problem(
    'MODEL_BROKEN',
    `there is no model ${model}: the folder ${folder} does not exist. Models of this installation: ${known}. ` +
      'A hub name is fetched only where the setting allow_remote_models says so',
  )
}

/** The system's word for a failure of a file (`EACCES`), never a stack. */
const reasonOf = (cause: unknown): string => (cause as NodeJS.ErrnoException).code ?? 'unknown reason'

function isEntry(value: unknown): value is ManifestEntry {
  if (typeof value !== 'object' || value === null) return false
  const one = value as Partial<Record<keyof ManifestEntry, unknown>>
  const texts = [one.name, one.licence, one.origin].every((text) => typeof text === 'string')
  const sizes = [one.dims, one.max_tokens].every((size) => Number.isInteger(size) && (size as number) > 0)
  const known = ['graph', 'mean', 'cls'].includes(one.pooling as string) && Object.hasOwn(DTYPES, one.dtype as string)
  return texts && sizes && known && NAME.test(one.name as string) && areFiles(one.files)
}

function areFiles(files: unknown): boolean {
  if (typeof files !== 'object' || files === null) return false
  const inside = (path: string) => path.split('/').every((part) => /^[\w-][\w.-]*$/.test(part))
  return Object.entries(files).every(([path, hash]) => inside(path) && /^[0-9a-f]{64}$/.test(String(hash)))
}
