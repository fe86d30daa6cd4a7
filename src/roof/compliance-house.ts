import { existsSync, statSync } from 'node:fs'
import type { Config } from '../config.ts'
import type { Preset } from '../core/compliance.ts'
import type { Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { RedactionPolicy } from '../core/redaction-policy.ts'
import type { HouseFacts } from '../flow/compliance-house.ts'
import { policyChanges, recordedPolicy } from '../flow/integrity.ts'
import type { Redactor } from '../redactors/index.ts'
import { readCopiesFile } from './copies-file.ts'
import { mfaValues } from './mfa-values.ts'
import { redactionPolicy } from './redaction-file.ts'
import { retentionOf } from './retention-file.ts'
import { alteredPolicy, runningPolicy } from './running-policy.ts'
import { systemClock } from './system-clock.ts'
import { isLoopback, openTls } from './tls.ts'
import { readTlsFiles } from './tls-files.ts'

interface HouseParts {
  config: Config
  engine: Pick<Engine, 'records'>
  redactor: Pick<Redactor, 'version' | 'rules' | 'identifier'>
}

/**
 * What the configuration, and the files that it names, say to a report. Reads the files of model and concepts. Throws
 * Problem CONFIG_INVALID where redaction, retention or copies file cannot be read.
 */
export async function houseFacts({ config, engine, redactor }: HouseParts): Promise<HouseFacts> {
  const recorded = await recordedPolicy(engine)
  const running = await runningPolicy(config, redactor)
  const policy = redactionPolicy(config)
  const copies = config.copies_file === '' ? {} : readCopiesFile(config.copies_file)
  return {
    listens: listensOf(config),
    master_key: masterKeyOf(config),
    redaction: {
      rules_sha256: running['redaction/rules']?.hash ?? '',
      policy_sha256: running['redaction/policy']?.hash ?? '',
      own_rules: policy.rules?.length ?? 0,
      strength: strengthOf(policy),
    },
    retention: retentionOf(config, redactor),
    copies: {
      checkpoints: (copies.checkpoints ?? []).map(({ name }) => name),
      segments: (copies.segments ?? []).map(({ name }) => name),
    },
    oidc: config.oidc_issuer === '' ? null : { mfa_for: config.oidc_mfa_for, mfa_values: mfaValues(config) },
    policy_changes: recorded === null ? [] : policyChanges(recorded, running),
    altered: (await alteredPolicy(config, recorded)).map(({ target }) => target),
    jobs_enabled: config.jobs_enabled,
    limits: {
      preset: config.compliance_preset === 'none' ? null : (config.compliance_preset satisfies Preset),
      key_days: config.key_rotation_days,
      backup_days: config.backup_every_days,
      review_days: config.review_every_days,
      copy_hours: config.copy_lag_hours,
    },
  }
}

function listensOf(config: Config): HouseFacts['listens'] {
  const { host } = config
  const plain = { host, loopback: isLoopback(host), tls: null }
  try {
    const quiet = { info() {}, warn() {}, error() {} }
    if (openTls(config, { clock: systemClock, log: quiet }) === undefined) return { ...plain, fault: null }
    const { expiresAt, keyMode } = readTlsFiles(config)
    const tls = {
      min_version: config.tls_min_version,
      client_certificates: config.tls_client_ca_file === '' ? null : config.tls_client_for,
      expires_at: expiresAt,
      key_readable: (keyMode & 0o077) !== 0,
    }
    return { ...plain, tls, fault: null }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    // its message names files: a report does not
    return { ...plain, fault: 'TLS cannot be served as it is configured: undercurrent doctor says why' }
  }
}

function masterKeyOf({ key_kms, key_command, key_variable, key_file }: Config): HouseFacts['master_key'] {
  if (key_kms !== '') return { source: 'kms', fault: null }
  if (key_command !== '') return { source: 'command', fault: null }
  if (key_variable !== '') return { source: 'variable', fault: null }
  if (!existsSync(key_file))
    return { source: 'file', fault: 'the file of the master key is gone: put it back before the next start needs it' }
  const mode = statSync(key_file).mode & 0o777
  const open = (mode & 0o077) !== 0
  return {
    source: 'file',
    fault: open ? `the file of the master key can be read by others (mode ${mode.toString(8)}): chmod 600 it` : null,
  }
}

const NAMES = { off: 0, low: 1, high: 2 }
const ADDRESSES = { keep: 0, truncate: 1, mask: 2 }
const IDS = { keep: 0, truncate: 1, pseudonymise: 2, drop: 3 }
/** All tenants, or more than anybody lists. */
const EVERY = 1_000_000

/** How much a redaction file takes away, by aspect: the higher the more, so that one that falls tells of a weaker policy. */
export function strengthOf(policy: RedactionPolicy): Record<string, number> {
  const { names = 'low', network_addresses = 'mask', user_id = 'keep', ip_address = 'keep', hash_only = [] } = policy
  return {
    names: NAMES[names],
    network_addresses: ADDRESSES[network_addresses],
    user_id: IDS[user_id],
    ip_address: IDS[ip_address],
    own_rules: policy.rules?.length ?? 0,
    // the more of them, the weaker
    exceptions: -(policy.allow?.length ?? 0),
    texts_not_kept: (policy.keep ?? []).filter(({ keep }) => keep !== 'redacted').length,
    withheld_by_concept: policy.withhold?.length ?? 0,
    tenants_hashed: hash_only.includes('*') ? EVERY : hash_only.length,
  }
}
