import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

/** What is kept of a text: the redacted text; its length and keyed hash; nothing. */
export const KEEPS = ['redacted', 'hash', 'drop'] as const
export type Keep = (typeof KEEPS)[number]

/** Checks by which a rule of the house may hold its matches to account. */
export const CHECKSUMS = ['luhn', 'mod97', 'mod11', 'verhoeff', 'mod11-10'] as const

const Name = Type.String({ pattern: '^[a-z][a-z0-9-]{1,62}$' })
/** Raw tenant ids; absent: every tenant. */
const Tenants = Type.Optional(Type.Array(Type.String(), { minItems: 1 }))
const Strict = { additionalProperties: false }

/** A rule of the house. The pattern is RE2's dialect, so that its time is linear whatever the text. */
export const OwnRule = Type.Object(
  {
    name: Name,
    type: Type.String({ pattern: '^[A-Z][A-Z_]{1,30}$', description: 'Word of the placeholder.' }),
    pattern: Type.String({ minLength: 1, maxLength: 2000 }),
    context: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: 'One of these words must stand near a match.' }),
    ),
    checksum: Type.Optional(oneOf(CHECKSUMS)),
    tenants: Tenants,
  },
  Strict,
)
export type OwnRule = Static<typeof OwnRule>

/** What is never replaced, although a rule finds it: a text that is equal but for case, or a pattern that matches all of it. */
export const Allowed = Type.Object(
  {
    text: Type.Optional(Type.String({ minLength: 1 })),
    pattern: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
    types: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'Types that it is an exception from.' }),
    ),
    tenants: Tenants,
  },
  Strict,
)
export type Allowed = Static<typeof Allowed>

/** What is kept of the texts of some events; the first that fits decides. */
export const KeepRule = Type.Object(
  {
    tenants: Tenants,
    event_types: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    fields: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'Top-level fields of the event that hold text.' }),
    ),
    keep: oneOf(KEEPS),
  },
  Strict,
)
export type KeepRule = Static<typeof KeepRule>

/** Withholds the text that a concept reads where the concept is probable, decided before anything is written. */
export const WithholdRule = Type.Object(
  {
    concept: Type.String(),
    above: Type.Number({ minimum: 0, maximum: 1 }),
    keep: oneOf(['hash', 'drop'] as const),
    tenants: Tenants,
  },
  Strict,
)
export type WithholdRule = Static<typeof WithholdRule>

/** The redaction file: everything that a house decides about what it keeps. Each part may be absent. */
export const RedactionPolicy = Type.Object(
  {
    names: Type.Optional(
      oneOf(['off', 'low', 'high'] as const, {
        description: 'Names of persons and postal addresses; low where not said.',
      }),
    ),
    placeholders: Type.Optional(
      oneOf(['keyed', 'numbered'] as const, {
        description: 'keyed: joinable across events; numbered: within one event alone.',
      }),
    ),
    network_addresses: Type.Optional(
      oneOf(['keep', 'truncate', 'mask'] as const, {
        description: 'IP and MAC addresses in text; mask where not said.',
      }),
    ),
    user_id: Type.Optional(oneOf(['keep', 'pseudonymise', 'drop'] as const)),
    ip_address: Type.Optional(oneOf(['keep', 'truncate', 'pseudonymise', 'drop'] as const)),
    rules: Type.Optional(Type.Array(OwnRule)),
    allow: Type.Optional(Type.Array(Allowed)),
    keep: Type.Optional(Type.Array(KeepRule)),
    withhold: Type.Optional(Type.Array(WithholdRule)),
    hash_only: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'Tenants whose text is never stored; `*` for all.' }),
    ),
  },
  Strict,
)
export type RedactionPolicy = Static<typeof RedactionPolicy>
