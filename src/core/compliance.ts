import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'
import { RETENTION_PRESETS, type RetentionPreset } from './retention-presets.ts'

/** Laws and standards that a report can be made for: those that retention has presets for. */
export type Preset = RetentionPreset
export const PRESETS = Object.keys(RETENTION_PRESETS) as Preset[]

/** What is said of a control whatever its state: a title, what it does, and how it is turned on. */
export interface ControlTerms {
  title: string
  does: string
  turn_on: string
}

/** Every control that a report tells of, in its order. */
export const CONTROLS = {
  redaction: {
    title: 'Redaction before storage',
    does: 'secrets and personal data are replaced in memory before anything is written',
    turn_on: 'it is always on; `redaction_file` says how strict it is',
  },
  encryption: {
    title: 'Encryption at rest',
    does: 'database, journal, index and texts are encrypted under secrets that a master key wraps',
    turn_on: 'it is always on; give the master key by `key_kms` or `key_command` rather than a file',
  },
  tls: {
    title: 'Encryption in transit',
    does: 'the service itself speaks TLS, and plain HTTP on loopback alone',
    turn_on: 'give `tls_cert_file` and `tls_key_file`',
  },
  keys: {
    title: 'Keys of the API',
    does: 'nothing answers without a key; each has one role, may have one tenant, an end, and is kept as a hash',
    turn_on: '`undercurrent keys create`',
  },
  mfa: {
    title: 'Single sign-on with a second factor',
    does: 'access tokens of an issuer open besides keys, and the role admin asks for more than one factor',
    turn_on: 'give `oidc_issuer`, `oidc_audience` and `oidc_jwks_url`',
  },
  'access-audit': {
    title: 'Audit of access',
    does: 'each read of text, search, export and change is an entry of the ledger before it is done',
    turn_on: 'it is always on',
  },
  'access-review': {
    title: 'Review of access',
    does: 'somebody looks through the list of keys from time to time, and the ledger tells who and when',
    turn_on: '`undercurrent compliance review --by NAME`',
  },
  retention: {
    title: 'Retention',
    does: 'events are kept at least, and ended at most, as rules say, each step with a receipt',
    turn_on: 'give `retention_file`',
  },
  archive: {
    title: 'Archive',
    does: 'older events are put into sealed files that are read again and compared before anything is dropped',
    turn_on: 'say `archive_after` in a rule of `retention_file`',
  },
  'legal-hold': {
    title: 'Legal hold',
    does: 'what a hold selects is neither erased nor ended until it is released',
    turn_on: 'it is always at hand: `undercurrent hold add`',
  },
  erasure: {
    title: 'Erasure and access of a person',
    does: 'what is held of a person is given or destroyed, with a signed receipt',
    turn_on: 'it is always at hand: `undercurrent erase`',
  },
  ledger: {
    title: 'Verification of the ledger',
    does: 'all entries are read again every week, new ones every night; what was edited, deleted or moved is named',
    turn_on: 'let the service run its jobs (`jobs_enabled`)',
  },
  checkpoints: {
    title: 'Signed checkpoints',
    does: 'size and root of the ledger are signed every hour',
    turn_on: 'let the service run its jobs (`jobs_enabled`)',
  },
  copies: {
    title: 'Copies out of reach',
    does: 'checkpoints and sealed segments of the ledger are put where this machine cannot change them',
    turn_on: 'give `copies_file`',
  },
  backup: {
    title: 'Backup',
    does: 'the store is copied as one moment holds it, and the copy is verified',
    turn_on: '`undercurrent backup FOLDER`, by a timer of the machine',
  },
  'restore-drill': {
    title: 'Restore',
    does: 'a backup is brought back, all of it verified, and the ledger tells that it was',
    turn_on: '`undercurrent restore`; a drill on another machine is to be recorded by whoever does it',
  },
  'log-gaps': {
    title: 'Completeness of logs',
    does: 'numbers that producers give their events are followed, and what never arrived is told',
    turn_on: 'let producers send `producer_id` and `sequence`',
  },
  detection: {
    title: 'Detection',
    does: 'every entity is scored day by day, and findings are raised',
    turn_on: 'let the service run its jobs (`jobs_enabled`)',
  },
  integrity: {
    title: 'Integrity of model, concepts and policy',
    does: 'what decides what is kept and found has fingerprints; a change is an event of the ledger',
    turn_on: 'it is always on',
  },
} as const satisfies Record<string, ControlTerms>
export type ControlName = keyof typeof CONTROLS
export const CONTROL_NAMES = Object.keys(CONTROLS) as ControlName[]

/** `off`: by choice, and no preset asks for it. `lost`: it was on, or is asked for, and does not work. */
export const CONTROL_STATES = ['on', 'off', 'lost'] as const
export type ControlState = (typeof CONTROL_STATES)[number]

/** What every report says first. */
export const STATEMENT =
  'This report is evidence, gathered by the product from its own store and configuration. It is no certificate, no audit and no legal advice: whether a law or standard is met depends on the whole organisation, and is for its auditors to say.'

const Time = (description: string) =>
  Type.Union([Type.String(), Type.Null()], { description: `ISO 8601; ${description}` })
const Count = Type.Integer({ minimum: 0 })

/** One control as it stands. */
export const ControlReport = Type.Object({
  control: oneOf(CONTROL_NAMES),
  title: Type.String(),
  state: oneOf(CONTROL_STATES),
  demanded: Type.Boolean({ description: 'Whether the preset asks for it.' }),
  since: Time('since when it stands so, where an entry of the ledger or a record says so; null where it is not known'),
  since_from: Type.Union([Type.String(), Type.Null()], { description: 'What says so.' }),
  not_known_before: Time('the first time at which it was seen to stand so, where `since` is not known'),
  does: Type.String(),
  about: Type.String({ description: 'How it stands, in a sentence.' }),
  faults: Type.Array(Type.String(), { description: 'Why it is lost, and what to do.' }),
  notes: Type.Array(Type.String(), { description: 'What to look at although it holds.' }),
  evidence: Type.Object({}, { additionalProperties: true, description: 'By stable names; never a secret or a text.' }),
})
export type ControlReport = Static<typeof ControlReport>

/** A clause with the controls that serve it. */
export const ClauseReport = Type.Object({
  clause: Type.String(),
  asks: Type.String({ description: 'What it asks for, in our words.' }),
  needs: Type.Array(oneOf(CONTROL_NAMES), { description: 'Controls without which it is not served.' }),
  helps: Type.Array(oneOf(CONTROL_NAMES)),
  state: oneOf(CONTROL_STATES, { description: 'lost where a control that it needs is lost, off where one is off.' }),
  remains: Type.String({ description: 'What the organisation has to do itself.' }),
})
export type ClauseReport = Static<typeof ClauseReport>

/** GET /v1/compliance and `undercurrent compliance report --json`. */
export const ComplianceReport = Type.Object({
  statement: Type.String(),
  made_at: Type.String(),
  preset: Type.Union([oneOf(PRESETS), Type.Null()]),
  since: Time('evidence of the period is counted from there; null for all'),
  ledger: Type.Object({ entries: Count, root: Type.String({ description: 'RFC 6962 root hash, base64.' }) }),
  ok: Type.Boolean({ description: 'Whether no control is lost.' }),
  controls: Type.Array(ControlReport),
  clauses: Type.Array(ClauseReport),
  checks: Type.Object(
    {
      runs: Count,
      first: Time('of the runs of the period'),
      last: Time('of the runs of the period'),
      lost: Type.Record(Type.String(), Count, { description: 'In how many of them a control was lost.' }),
    },
    { description: 'Runs of the job `compliance`, by their entries in the ledger.' },
  ),
})
export type ComplianceReport = Static<typeof ComplianceReport>
