import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

/** What a key may do; `admin` may do everything. */
export const ROLES = ['ingest', 'analyst', 'siem', 'auditor', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Roles whose routes show the texts of events. */
export const TEXT_ROLES: readonly Role[] = ['analyst', 'admin']

/** How far into an event a key sees: its texts as they are stored, or ids, numbers, labels and concepts alone. */
export const READS = ['text', 'metadata'] as const
export type Read = (typeof READS)[number]

const Time = Type.Union([Type.String(), Type.Null()])

/** What is kept of an API key, less its hash. Times are ISO 8601. */
export const Key = Type.Object({
  id: Type.String({ description: 'Names the key; no secret.' }),
  role: oneOf(ROLES),
  tenant_id: Type.Union([Type.String(), Type.Null()], {
    description: 'The only tenant that the key sees; null for all.',
  }),
  read: oneOf(READS, { description: 'Whether the key sees texts of events, or their metadata alone.' }),
  created_at: Type.String(),
  expires_at: Time,
  revoked_at: Time,
  replaces: Type.Union([Type.String(), Type.Null()], { description: 'Id of the key that this one was rotated from.' }),
  last_used_at: Type.Union([Type.String(), Type.Null()], { description: 'To the minute.' }),
})
export type Key = Static<typeof Key>
