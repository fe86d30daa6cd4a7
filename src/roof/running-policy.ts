import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, yamlMapping } from '../config.ts'
import type { AlteredPolicy } from '../core/altered.ts'
import type { Json } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { hashFile, isFolder, modelFiles, placeOf, readManifest } from '../encoder/manifest.ts'
import type { Policy, PolicyKind } from '../flow/integrity.ts'
import { serialise } from '../ledger/leaf.ts'
import type { Redactor } from '../redactors/index.ts'
import { redactionPolicy } from './redaction-file.ts'

type PolicyConfig = Pick<
  Config,
  | 'models_dir'
  | 'model'
  | 'model_dtype'
  | 'allow_remote_models'
  | 'redaction_file'
  | 'copies_file'
  | 'retention_file'
  | 'alert_budget'
  | 'field_limit_bytes'
>

const MODELS = 'models/'
const MANIFEST = `${MODELS}manifest.json`
const CONCEPTS = 'concepts'

/**
 * What policy runs: the files of the model as the manifest has them (who opens the model compares it with them), the
 * concepts, the rules of redaction and what the redaction file says besides, and the settings that decide what is kept,
 * found or raised. Never where things lie or listen. Throws Problem MODEL_BROKEN, CONFIG_INVALID.
 */
export async function runningPolicy(
  config: PolicyConfig,
  { version, rules }: Pick<Redactor, 'version' | 'rules'>,
): Promise<Policy> {
  const { folder, name } = placeOf(config.models_dir, config.model)
  // one that is still to be fetched has no files yet
  const fetched = !config.allow_remote_models || (await isFolder(folder))
  const model = fetched ? await modelFiles(config.models_dir, config.model, config.model_dtype) : {}
  const concepts: Record<string, string> = {}
  for (const file of conceptFiles(config.models_dir)) {
    const hash = await hashOf(join(config.models_dir, CONCEPTS), file)
    if (hash !== null) concepts[file] = hash
  }
  const settings: Record<string, Json> = {
    model: name,
    model_dtype: config.model_dtype,
    allow_remote_models: config.allow_remote_models,
    alert_budget: config.alert_budget,
    field_limit_bytes: config.field_limit_bytes,
    copies: config.copies_file === '' ? null : (yamlMapping(config.copies_file) as Json),
    retention: config.retention_file === '' ? null : (yamlMapping(config.retention_file) as Json),
  }
  const redaction = { rules: [version, rules], policy: redactionPolicy(config) as Json }
  return {
    ...of('model', `${MODELS}${name}/`, model),
    ...of('concept', `${MODELS}${CONCEPTS}/`, concepts),
    ...of('redaction', 'redaction/', hashed(redaction)),
    ...of('setting', 'settings/', hashed(settings)),
  }
}

/**
 * The files of models and concepts on the disk that are not what was recorded of them, or not what the manifest says. Reads
 * each of them.
 * @param recorded null where nothing was recorded yet
 */
export async function alteredPolicy(
  config: Pick<Config, 'models_dir' | 'model' | 'model_dtype'>,
  recorded: Policy | null,
): Promise<AlteredPolicy[]> {
  const expected = new Map<string, string>()
  const altered = new Map<string, AlteredPolicy>()
  for (const [target, { kind, hash }] of Object.entries(recorded ?? {}))
    if (kind === 'model' || kind === 'concept') expected.set(target, hash)
  const found = new Map<string, string | null>()
  const look = async (target: string) => {
    const known = found.get(target)
    if (known !== undefined) return known
    const hash = await onDisk(config, target)
    found.set(target, hash)
    return hash
  }
  const compare = async (target: string, hash: string | null) => {
    const is = await look(target)
    if (is !== hash && !altered.has(target)) altered.set(target, { target, recorded: hash, found: is })
  }
  for (const [target, hash] of expected) await compare(target, hash)
  for (const [target, hash] of await listedFiles(config)) {
    if (hash === null) altered.set(target, { target, recorded: null, found: await look(target) })
    else await compare(target, hash)
  }
  if (recorded !== null)
    for (const file of conceptFiles(config.models_dir)) {
      const target = `${MODELS}${CONCEPTS}/${file}`
      // whoever puts a concept beside the others has it read at the next start
      if (!expected.has(target)) await compare(target, null)
    }
  return [...altered.values()].sort((a, b) => (a.target < b.target ? -1 : 1))
}

/** What the manifest says of the files that the configured model is read from; of itself null where it cannot be read. */
async function listedFiles(
  config: Pick<Config, 'models_dir' | 'model' | 'model_dtype'>,
): Promise<(readonly [string, string | null])[]> {
  const { folder, name } = placeOf(config.models_dir, config.model)
  if (folder !== join(config.models_dir, name)) return []
  try {
    const entry = (await readManifest(config.models_dir)).find((one) => one.name === name)
    if (entry?.dtype !== config.model_dtype) return []
    return Object.entries(entry.files).map(([path, hash]) => [`${MODELS}${name}/${path}`, hash])
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return [[MANIFEST, null]]
  }
}

/** SHA-256 of the file that a target names; null where there is none, or where it would lie elsewhere. */
async function onDisk(
  { models_dir, model }: Pick<Config, 'models_dir' | 'model'>,
  target: string,
): Promise<string | null> {
  const path = target.slice(MODELS.length)
  if (!target.startsWith(MODELS) || path.split(/[/\\]/).includes('..')) return null
  // a model that was given as a path lies where it lies
  const { folder, name } = placeOf(models_dir, model)
  return path.startsWith(`${name}/`) ? hashOf(folder, path.slice(name.length + 1)) : hashOf(models_dir, path)
}

async function hashOf(folder: string, path: string): Promise<string | null> {
  const file = await hashFile(folder, path)
  return 'failure' in file ? null : file.sha256
}

function conceptFiles(modelsDir: string): string[] {
  try {
    return readdirSync(join(modelsDir, CONCEPTS))
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch {
    // a folder that is gone is told by the files that were recorded of it
    return []
  }
}

const hashed = (values: Readonly<Record<string, Json>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      createHash('sha256').update(serialise({ value })).digest('hex'),
    ]),
  )

const of = (kind: PolicyKind, prefix: string, hashes: Readonly<Record<string, string>>): Policy =>
  Object.fromEntries(Object.entries(hashes).map(([name, hash]) => [`${prefix}${name}`, { kind, hash }]))
