import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'
import type { Micros } from './window.ts'

/** Canary strings: planted where only the house can have put them, so that whoever says one has read there. */

/** Kind of the records. */
export const CANARY = 'canary'
export const CANARY_NAME = '^[a-z][a-z0-9_-]{0,63}$'
/** Of one tenant, or of the house. */
export const MOST_CANARIES = 1_000
/** Of all together: each is held in memory where events come in. */
export const MOST_CANARIES_IN_ALL = 20_000
/** Characters of a canary as it is compared: without blanks and what shows nothing. A shorter one is found by chance. */
export const LEAST_CHARACTERS = 8
export const MOST_CHARACTERS = 256
/** An id with its tenant's name is a label of events, which ends here. */
export const MOST_KEY_CHARACTERS = 200

/** What is kept of a string. Without the key nothing in it can be guessed or compared; with it, guesses can be tried. */
export interface CanaryHash {
  /** Names the key, so that one that was hashed under another is told instead of never being found. */
  key: string
  /** Characters as they are compared. */
  length: number
  /** Keyed hash of its first characters, 20 bits. */
  anchor: number
  /** Keyed hash of it all, 32 bits. */
  sum: number
  /** HMAC-SHA-256 of it, hex: what decides. */
  hmac: string
}

export interface CanaryRow {
  standing: 'kept'
  name: string
  /** Whose events are looked at; null: all. */
  tenant_id: string | null
  description: string
  hash: CanaryHash
  made_by: string
  made_at: string
  changed_at: string
}

/** What is left of one that was removed. */
export type RemovedCanary = Pick<CanaryRow, 'name' | 'tenant_id' | 'changed_at'> & { standing: 'removed' }

/** How a canary comes up: the model gave it out, or was sent it. */
export const CANARY_SIDES = ['output', 'input'] as const
export type CanarySide = (typeof CANARY_SIDES)[number]

/** Kind of the records of what came up of a canary. */
export const CANARY_HIT = 'canary-hit'

/** What came up of one canary on one side in the events of one user of one tenant, since the canary was made. */
export interface CanaryHit {
  canary: string
  made_at: string
  side: CanarySide
  /** Null of events that name nobody. */
  user_id: string | null
  /** In the order in which they began to be known. */
  spells: CanarySpell[]
}

/** Events without a long pause between them. */
export interface CanarySpell {
  /** Times of the first and the last of them. */
  first: Micros
  last: Micros
  n: number
  /** Those that came in last, newest first. */
  event_ids: string[]
}

export const CanaryAsk = Type.Object(
  {
    string: Type.String({
      minLength: LEAST_CHARACTERS,
      maxLength: MOST_CHARACTERS,
      description: 'The string. Nothing but keyed hashes of it is kept, and no answer says it again.',
    }),
    description: Type.Optional(Type.String({ maxLength: 2_000, description: 'Where it was planted.' })),
  },
  { additionalProperties: false },
)
export type CanaryAsk = Static<typeof CanaryAsk>

export const CanaryItem = Type.Object({
  name: Type.String(),
  tenant_id: Type.Union([Type.String(), Type.Null()], { description: 'Whose it is; null: of the house.' }),
  description: Type.String(),
  length: Type.Integer({ description: 'Characters that are compared, blanks not among them.' }),
  state: oneOf(['watching', 'lost'], {
    description: 'lost: it was hashed under another root secret and cannot be found any more; put it again.',
  }),
  made_by: Type.String(),
  made_at: Type.String(),
  changed_at: Type.String(),
})
export type CanaryItem = Static<typeof CanaryItem>

/** Id of the record, and what events that hold it are labelled with. */
export const canaryKey = (name: string, tenant_id: string | null): string =>
  tenant_id === null ? name : `${name}@${tenant_id}`
