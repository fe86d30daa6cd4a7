import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Yaml from 'yaml'
import { Problem } from './core/problem.ts'

/** Every setting, under the one name that it has in the file, in the environment and as a flag. */
const SETTINGS = {
  data_dir: { kind: 'path', standard: 'data/var', about: 'folder of the database and the index' },
  key_file: { kind: 'path', standard: '', about: 'file of the master key; <data_dir>.key where not given' },
  key_kms: {
    kind: 'text',
    standard: '',
    about:
      'ARN of a key (or alias) of AWS KMS that holds the master key, with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and ' +
      'AWS_SESSION_TOKEN; before key_command',
  },
  key_kms_endpoint: {
    kind: 'text',
    standard: '',
    about: 'URL of the KMS, e.g. of a VPC endpoint; the public one of the region where not given',
  },
  key_command: {
    kind: 'text',
    standard: '',
    about: 'command that prints the master key (32 bytes, base64), e.g. of a KMS or a vault; before key_file',
  },
  key_variable: {
    kind: 'text',
    standard: '',
    about: 'name of the environment variable that holds the master key (base64); before key_file',
  },
  redaction_file: {
    kind: 'path',
    standard: '',
    about: 'file of what is redacted, excepted and kept; the built-in rules where not given',
  },
  pseudonym_key_file: {
    kind: 'path',
    standard: '',
    about: 'file of the key of pseudonyms, made where it is absent; derived from the master key where not given',
  },
  copies_file: {
    kind: 'path',
    standard: '',
    about: 'file of where checkpoints and segments of the ledger are put out of reach; nowhere where not given',
  },
  retention_file: {
    kind: 'path',
    standard: '',
    about: 'file of how long events are kept at least and at most; for ever where not given',
  },
  host: { kind: 'text', standard: '127.0.0.1', about: 'address that the service listens on' },
  port: { kind: 'number', standard: 8787, least: 0, most: 65535, about: 'port that the service listens on' },
  tls_cert_file: {
    kind: 'path',
    standard: '',
    about: 'certificate of the service with those that lead to its root, PEM; plain HTTP where not given',
  },
  tls_key_file: { kind: 'path', standard: '', about: 'private key of that certificate, PEM' },
  tls_min_version: {
    kind: 'text',
    standard: 'TLSv1.3',
    among: ['TLSv1.3', 'TLSv1.2'],
    about: 'oldest TLS that is spoken: TLSv1.3 or TLSv1.2',
  },
  tls_client_ca_file: {
    kind: 'path',
    standard: '',
    about: 'authorities of client certificates, PEM; no client certificate is asked for where not given',
  },
  tls_client_for: {
    kind: 'text',
    standard: 'ingest,siem',
    among: ['ingest,siem', 'ingest', 'siem', 'all'],
    about: 'whose keys need a client certificate besides: ingest,siem or ingest or siem or all',
  },
  allow_plain_http: { kind: 'switch', standard: false, about: 'lets plain HTTP be served beyond loopback' },
  models_dir: { kind: 'path', standard: '', about: 'folder of the models; the one of the package where not given' },
  model: {
    kind: 'text',
    standard: 'static-logs-en-256',
    about: 'embedding model: a folder under models_dir, a path, or a hub name',
  },
  model_dtype: { kind: 'text', standard: 'q8', about: 'number format of the model: q8, fp32, fp16, ...' },
  allow_remote_models: { kind: 'switch', standard: false, about: 'lets a hub name be fetched from the hub' },
  encoder_threads: { kind: 'number', standard: 1, least: 1, most: 64, about: 'threads that embed' },
  body_limit_bytes: {
    kind: 'number',
    standard: 10 * 2 ** 20,
    least: 1024,
    most: 2 ** 30,
    about: 'largest request body, before and after inflation',
  },
  queue_limit_bytes: {
    kind: 'number',
    standard: 64 * 2 ** 20,
    least: 1024,
    most: 2 ** 34,
    about: 'bodies held at once; beyond it senders are told to wait',
  },
  oidc_issuer: { kind: 'text', standard: '', about: 'issuer of access tokens (iss); keys alone open where not given' },
  oidc_audience: { kind: 'text', standard: '', about: 'audience that its tokens must name (aud)' },
  oidc_jwks_url: {
    kind: 'text',
    standard: '',
    about: 'https address of its keys (jwks_uri); the issuer is asked for it where not given',
  },
  oidc_roles_claim: { kind: 'text', standard: 'roles', about: 'claim of the roles; a dot leads into a claim' },
  oidc_tenant_claim: {
    kind: 'text',
    standard: '',
    about: 'claim of the tenant, * in it for all; tokens are of all tenants where not given',
  },
  oidc_mfa_for: {
    kind: 'text',
    standard: 'admin',
    among: ['admin', 'text'],
    about: 'who must show more than one factor: admin, or whoever sees texts (text)',
  },
  oidc_mfa_values: { kind: 'text', standard: 'mfa', about: 'values of acr or amr that tell of it, with commas' },
  rate_limit: {
    kind: 'number',
    standard: 60_000,
    least: 0,
    most: 10_000_000,
    about: 'requests a minute of one key, and of one address; 0 for no limit',
  },
  field_limit_bytes: {
    kind: 'number',
    standard: 2 ** 20,
    least: 1024,
    most: 2 ** 28,
    about: 'largest text field that is redacted; a larger one is withheld',
  },
  segment_size: { kind: 'number', standard: 65_536, least: 100, most: 2 ** 20, about: 'vectors of an index segment' },
  graph_memory: {
    kind: 'number',
    standard: 2 ** 31,
    least: 0,
    most: 2 ** 44,
    about: 'bytes that graphs of the index may take; beyond, the oldest segments are scanned',
  },
  ledger_origin: {
    kind: 'text',
    standard: '',
    about: 'name of the ledger in its checkpoints; made of its public key where not given',
  },
  alert_budget: { kind: 'number', standard: 5, least: 1, most: 1000, about: 'incidents that may be raised in a night' },
  compliance_preset: {
    kind: 'text',
    standard: 'none',
    among: ['none', 'soc-2', 'iso-27001', 'gdpr', 'hipaa', 'eu-ai-act', 'pci-dss', 'sec-sox'],
    about: 'law or standard whose controls the nightly job asks for: none, or a preset of docs/compliance.md',
  },
  key_rotation_days: {
    kind: 'number',
    standard: 0,
    least: 0,
    most: 3650,
    about: 'age in days at which a key of the API is past its rotation; 0 for none',
  },
  review_every_days: {
    kind: 'number',
    standard: 180,
    least: 0,
    most: 3650,
    about: 'days after which a review of access is due again, once one was made; 0 for none',
  },
  backup_every_days: {
    kind: 'number',
    standard: 8,
    least: 0,
    most: 3650,
    about: 'age in days at which the last backup is too old, once one was made; 0 for none',
  },
  copy_lag_hours: {
    kind: 'number',
    standard: 4,
    least: 0,
    most: 8760,
    about: 'hours for which a place out of reach may lack something; 0 for any time',
  },
  metrics_open: { kind: 'switch', standard: false, about: 'serves /metrics without a key' },
  jobs_enabled: { kind: 'switch', standard: true, about: 'runs the scheduled jobs' },
  log_level: {
    kind: 'text',
    standard: 'info',
    among: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
    about: 'fatal, error, warn, info, debug or silent',
  },
} as const satisfies Record<string, Setting>

type Setting =
  | { kind: 'path' | 'text'; standard: string; among?: readonly string[]; about: string }
  | { kind: 'number'; standard: number; least: number; most: number; about: string }
  | { kind: 'switch'; standard: boolean; about: string }

export type SettingName = keyof typeof SETTINGS
type ValueOf<S extends Setting> = S['kind'] extends 'number'
  ? number
  : S['kind'] extends 'switch'
    ? boolean
    : S extends { among: readonly (infer One)[] }
      ? One
      : string

/** The effective configuration: flags over environment over file over standard. Frozen. */
export type Config = Readonly<{ [N in SettingName]: ValueOf<(typeof SETTINGS)[N]> }> & {
  /** Where each value came from: `flag`, `environment`, the file's path, or `standard`. */
  readonly sources: Readonly<Record<SettingName, string>>
}

export const settingNames = Object.keys(SETTINGS) as SettingName[]

/** `data_dir` → `{ flag: '--data-dir', variable: 'UNDERCURRENT_DATA_DIR', ... }` */
export function settingOf(name: SettingName): { flag: string; variable: string; about: string; standard: string } {
  return {
    flag: `--${name.replaceAll('_', '-')}`,
    variable: `UNDERCURRENT_${name.toUpperCase()}`,
    about: SETTINGS[name].about,
    standard: String(SETTINGS[name].standard),
  }
}

/** A variable of the environment that a setting names. */
export const variable = (name: string): string | undefined => process.env[name]

/** File that is read where `--config` names none and it exists. */
export const CONFIG_FILE = 'undercurrent.yaml'

/** Largest YAML file that is read. */
const YAML_BYTES = 4 * 2 ** 20

/** Root of the installed package: the folder that holds `models/` and `package.json`. */
export const packageRoot = (() => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
})()

/** The configuration file, whether it exists or not; `named` where it was asked for rather than looked for. */
export function configPath(
  flags: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): { path: string; named: boolean } {
  const asked = flags.config ?? env.UNDERCURRENT_CONFIG
  const named = typeof asked === 'string'
  return { path: resolve(cwd, named ? asked : CONFIG_FILE), named }
}

/**
 * Reads the configuration. `flags` holds what the command line gave, by setting name.
 * Throws Problem CONFIG_INVALID that names the setting, its source and what it may be.
 */
export function readConfig(
  flags: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): Config {
  const { path, named } = configPath(flags, env, cwd)
  const file = existsSync(path) ? yamlMapping(path) : {}
  if (named && !existsSync(path)) throw new Problem('CONFIG_INVALID', `there is no configuration file ${path}`)
  for (const name of Object.keys(file))
    if (!Object.hasOwn(SETTINGS, name))
      throw new Problem(
        'CONFIG_INVALID',
        `${path}: there is no setting ${JSON.stringify(name)}; see \`undercurrent config\``,
      )

  const values: Record<string, unknown> = {}
  const sources: Record<string, string> = {}
  for (const name of settingNames) {
    const { variable } = settingOf(name)
    const [value, source] =
      flags[name] !== undefined
        ? [flags[name], 'flag']
        : env[variable] !== undefined && env[variable] !== ''
          ? [env[variable], 'environment']
          : file[name] !== undefined
            ? [file[name], path]
            : [SETTINGS[name].standard, 'standard']
    sources[name] = source
    const base = source === path ? dirname(path) : cwd
    values[name] = check(name, value, source, base)
  }
  values.key_file ||= `${values.data_dir}.key`
  values.models_dir ||= join(packageRoot, 'models')
  return Object.freeze({ ...values, sources: Object.freeze(sources) }) as Config
}

/**
 * The mapping of names to values that a YAML file holds; an empty one where it holds nothing. Throws CONFIG_INVALID, which
 * tells the place of a fault and never quotes the file: it may list what must not be written elsewhere.
 */
export function yamlMapping(path: string): Record<string, unknown> {
  // seventy modules, and most processes and threads have no such file
  const { LineCounter, parseDocument } = createRequire(import.meta.url)('yaml') as typeof Yaml
  const lineCounter = new LineCounter()
  const document = parseDocument(textOf(path), { prettyErrors: false, lineCounter })
  // a warning is of a tag that nobody knows: what it was to mean would be lost
  const fault = document.errors[0] ?? document.warnings[0]
  if (fault !== undefined) {
    const { line, col } = lineCounter.linePos(fault.pos[0])
    throw new Problem('CONFIG_INVALID', `${path} cannot be read as YAML: ${fault.code} at line ${line}, column ${col}`)
  }
  let value: unknown
  try {
    value = document.toJS() ?? {}
  } catch (cause) {
    throw new Problem('CONFIG_INVALID', `${path} cannot be read as YAML: its aliases repeat too much`, { cause })
  }
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Problem('CONFIG_INVALID', `${path} cannot be read as YAML: it is no mapping of names to values`)
  return value as Record<string, unknown>
}

function textOf(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > YAML_BYTES)
      throw new Problem('CONFIG_INVALID', `${path} has ${size} bytes; ${YAML_BYTES} are read at most`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Problem) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new Problem('CONFIG_INVALID', `${path} cannot be read (${code})`, { cause: error })
  }
}

function check(name: SettingName, value: unknown, source: string, base: string): unknown {
  const setting: Setting = SETTINGS[name]
  const refuse = (wanted: string): never => {
    throw new Problem('CONFIG_INVALID', `${name} (from ${source}) must be ${wanted}`)
  }
  if (setting.kind === 'number') {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number) || number < setting.least || number > setting.most)
      return refuse(`a whole number from ${setting.least} to ${setting.most}`)
    return number
  }
  if (setting.kind === 'switch') {
    if (typeof value === 'boolean') return value
    const known: Record<string, boolean> = {
      true: true,
      '1': true,
      yes: true,
      on: true,
      false: false,
      '0': false,
      no: false,
      off: false,
    }
    const read = known[String(value).toLowerCase()]
    return read ?? refuse('true or false')
  }
  if (typeof value !== 'string') return refuse('a text')
  // where nothing is the standard, nothing may be given
  if (value === '' && setting.standard !== '') return refuse('a text that is not empty')
  if (setting.among !== undefined && !setting.among.includes(value)) return refuse(`one of ${setting.among.join(', ')}`)
  if (setting.kind === 'path' && value !== '') return isAbsolute(value) ? value : resolve(base, value)
  return value
}
