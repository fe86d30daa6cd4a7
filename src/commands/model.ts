import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { parseDocument } from 'yaml'
import { configPath } from '../config.ts'
import { Problem } from '../core/problem.ts'
import { listModels } from '../encoder/catalogue.ts'
import { inspectModel, type ModelFacts, placeOf } from '../encoder/manifest.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** undercurrent model list | info [NAME] | use NAME */
export function model(program: Command) {
  const group = program.command('model').description('embedding models: which there are, whether whole, which is used')
  group
    .command('list')
    .description('the models of this installation; the one in use is marked')
    .option('--json', 'machine-readable')
    .action(async (options: { json?: boolean }, command: Command) => {
      const config = configOf(command)
      const models = await listModels(config.models_dir)
      const items = models.map(({ name, entry, present }) => ({ name, in_use: name === config.model, present, entry }))
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ items: items.map(({ entry, ...item }) => ({ ...item, ...factsOf(entry) })) })}\n`,
        )
        return
      }
      const rows = items.map(({ name, in_use, present, entry }) => [
        in_use ? '*' : '',
        name,
        entry === null ? '?' : String(entry.dims),
        entry?.dtype ?? '?',
        entry?.origin ?? 'a folder added here, not in the manifest',
        present ? '' : 'missing',
      ])
      process.stdout.write(`${table(['', 'name', 'dims', 'dtype', 'origin', ''], rows)}\n`)
      if (!items.some((item) => item.in_use)) process.stdout.write(`in use: ${config.model}, which is none of these\n`)
    })
  group
    .command('info [name]')
    .description('checks the files of a model, or of the one in use, and says what is known of it')
    .option('--json', 'machine-readable')
    .action(async (name: string | undefined, options: { json?: boolean }, command: Command) => {
      const config = configOf(command)
      const facts = await inspectModel(config.models_dir, name ?? config.model, config.model_dtype)
      if (options.json) process.stdout.write(`${JSON.stringify(described(facts))}\n`)
      else
        for (const [key, value] of Object.entries(described(facts)))
          process.stdout.write(`${key.padEnd(11)} ${value}\n`)
    })
  group
    .command('use <name>')
    .description(
      'checks a model and writes it into the configuration file; its index is then filled beside the present one',
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const given: Record<string, unknown> = command.optsWithGlobals()
      const { path } = configPath(given)
      const config = configOf(command)
      const dtype = typeof given.modelDtype === 'string' ? given.modelDtype : config.model_dtype
      const { folder, name: plain } = placeOf(config.models_dir, name)
      // a path is written whole, so that it means the same from any folder
      const chosen = plain === name ? name : folder
      if (existsSync(folder) || !config.allow_remote_models) await inspectModel(config.models_dir, name, dtype)
      writeSettings(path, { model: chosen, model_dtype: dtype })
      process.stderr.write(
        `${path} now says model: ${chosen}\n` +
          'Restart the service; the next `embed` runs fill an index for it, and search goes on with the present one until it is full.\n',
      )
    })
}

const factsOf = (entry: ModelFacts['entry']) =>
  entry === null
    ? {}
    : {
        dims: entry.dims,
        dtype: entry.dtype,
        pooling: entry.pooling,
        max_tokens: entry.max_tokens,
        licence: entry.licence,
        origin: entry.origin,
      }

const described = (facts: ModelFacts) => ({
  name: facts.name,
  folder: facts.folder,
  revision: facts.revision,
  dtype: facts.dtype,
  size_bytes: facts.sizeBytes,
  files: facts.entry === null ? 'taken as they lie: no manifest names this model' : 'as the manifest says',
  ...factsOf(facts.entry),
})

/** Sets settings in a YAML file, in one step and with its comments kept; makes the file where there is none. */
export function writeSettings(path: string, settings: Readonly<Record<string, string>>) {
  const document = parseDocument(existsSync(path) ? readFileSync(path, 'utf8') : '')
  if (document.errors.length > 0)
    throw new Problem('CONFIG_INVALID', `${path} cannot be read as YAML; nothing was changed`)
  for (const [name, value] of Object.entries(settings)) document.set(name, value)
  const temporary = `${path}.new`
  try {
    writeFileSync(temporary, document.toString())
    renameSync(temporary, path)
  } catch (cause) {
    throw new Problem('CONFIG_INVALID', `${path} cannot be written: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
    })
  }
}
