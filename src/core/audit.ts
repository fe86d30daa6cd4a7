import Type, { type Static } from 'typebox'
import type { Role } from './key.ts'
import type { Json } from './ports.ts'

/** What the access audit tells of. Reads are written down before the text leaves, changes before they are made. */
export const AUDIT_ACTIONS = [
  'event.read',
  'search',
  'search.export',
  'search.uncertain',
  'case.export',
  'ledger.export',
  'backup',
  'backup.done',
  'restore',
  'finding.change',
  'concept.read',
  'concept.fit',
  'concept.put',
  'concept.refit',
  'concept.restore',
  'concept.delete',
  'feedback',
  'feedback.withdraw',
  'monitor.put',
  'monitor.backtest',
  'monitor.delete',
  'canary.put',
  'canary.delete',
  'topic.relearn',
  'job.run',
  'key.create',
  'key.rotate',
  'key.revoke',
  'key.rewrap',
  'key.rekey',
  'redaction.apply',
  'retain',
  'archive',
  'archive.restore',
  'archive.export',
  'pseudonym',
  'subject.export',
  'erase',
  'erase.refused',
  'hold.add',
  'hold.release',
  'access.review',
  'compliance.check',
  'compliance.accept',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

/** Who does something, and from where. */
export interface Actor {
  /** Id of a key, `sub:` and the subject of a token, or `os:` and the account that ran a command. */
  by: string
  role: Role | null
  /** The only tenant that he sees; null for all. */
  tenant_id: string | null
  /** Address of a caller; `command line` where there is none. */
  from: string
}

/** What was done: how much, of what. Texts in it are redacted and ids of persons pseudonyms, so that the audit tells nothing of them. */
export interface Deed {
  action: AuditAction
  /** Events that were shown or exported. */
  event_ids?: string[]
  /** How many of them, or entries. */
  rows?: number
  /** What was asked for. */
  asked?: { [name: string]: Json | undefined }
}

const Nullable = Type.Union([Type.String(), Type.Null()])

/** An entry of the access audit. */
export const AuditEntry = Type.Object(
  {
    entry_id: Type.String(),
    seq: Type.Integer({ minimum: 0, description: 'Place in the ledger.' }),
    at: Type.String({ description: 'ISO 8601' }),
    action: Type.String({ description: AUDIT_ACTIONS.join(', ') }),
    by: Type.Union([Type.String(), Type.Null()], {
      description: 'Id of a key, sub: and the subject of a token, or os: and the account that ran a command.',
    }),
    role: Nullable,
    tenant_id: Nullable,
    from: Type.Union([Type.String(), Type.Null()], { description: 'Address, or "command line".' }),
    event_ids: Type.Optional(Type.Array(Type.String(), { description: 'Events that were shown or exported.' })),
    rows: Type.Optional(Type.Integer({ minimum: 0 })),
    asked: Type.Optional(Type.Object({}, { additionalProperties: true, description: 'Texts in it are redacted.' })),
  },
  { additionalProperties: true },
)
export type AuditEntry = Static<typeof AuditEntry>
