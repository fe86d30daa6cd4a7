import type { Preset } from '../core/compliance.ts'
import type { RetentionRule } from '../core/retention.ts'
import type { Micros } from '../core/window.ts'
import type { PolicyChange } from './integrity.ts'

/** What a report says of the configuration and of files outside the store. Never a secret. */
export interface HouseFacts {
  /** How the service is, or would be, served. */
  listens: {
    host: string
    loopback: boolean
    /** Null where plain HTTP is served. */
    tls: {
      min_version: string
      /** Whose keys need a client certificate besides; null where none is asked for. */
      client_certificates: string | null
      expires_at: Micros
      /** Others than the owner can read the private key. */
      key_readable: boolean
    } | null
    /** Why it could not be served as it is configured. */
    fault: string | null
  }
  master_key: { source: 'kms' | 'command' | 'variable' | 'file'; fault: string | null }
  redaction: {
    /** Fingerprints as they are recorded in the ledger. */
    rules_sha256: string
    policy_sha256: string
    own_rules: number
    /** How much is taken away, by aspect: the higher the more. Where one falls, the policy is weaker. */
    strength: Readonly<Record<string, number>>
  }
  retention: readonly RetentionRule[]
  copies: { checkpoints: readonly string[]; segments: readonly string[] }
  oidc: { mfa_for: string; mfa_values: readonly string[] } | null
  /** What runs by another policy than the one that was recorded last. */
  policy_changes: readonly PolicyChange[]
  /** Files of model and concepts that are not those that were recorded. */
  altered: readonly string[]
  jobs_enabled: boolean
  limits: ComplianceLimits
}

/** When something is too old to hold. Days are whole; 0 asks for nothing. */
export interface ComplianceLimits {
  preset: Preset | null
  key_days: number
  backup_days: number
  review_days: number
  copy_hours: number
}
