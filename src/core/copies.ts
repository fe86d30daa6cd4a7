import Type, { type Static, type TProperties } from 'typebox'
import { oneOf } from './one-of.ts'

/** Where a secret stands: the copies file names the place and never holds it. */
export const Secret = Type.Object(
  {
    env: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' })),
    file: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
)
export type Secret = Static<typeof Secret>

const Text = Type.String({ minLength: 1, maxLength: 2000 })
const Url = Type.String({ pattern: '^https?://[^\\s/?#]+', maxLength: 2000 })
const Host = Type.String({ pattern: '^[A-Za-z0-9.:_-]{1,253}$' })

/** Of whatever speaks HTTP. */
const web = {
  ca_file: Type.Optional(Text),
  allow_private: Type.Optional(Type.Boolean({ description: 'Addresses of this machine and of private networks.' })),
  timeout_s: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, description: '10 where not said.' })),
}

/** Of a bucket, whatever it is for. */
export const BUCKET = {
  bucket: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' }),
  region: Type.Optional(Type.String({ pattern: '^[a-z0-9-]{1,40}$', description: 'us-east-1 where not said.' })),
  endpoint: Type.Optional(Url),
  prefix: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._/-]{0,200}$' })),
  access_key_id: Type.Optional(Secret),
  secret_access_key: Type.Optional(Secret),
  session_token: Type.Optional(Secret),
  ...web,
}

/** Of the lock that objects come under. */
export const LOCK = {
  lock: oneOf(['COMPLIANCE', 'GOVERNANCE'] as const),
  retain_days: Type.Integer({ minimum: 1, maximum: 36_500 }),
}

const target = <K extends string, P extends TProperties>(kind: K, properties: P) =>
  Type.Object(
    { name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }), kind: Type.Literal(kind), ...properties },
    { additionalProperties: false },
  )

/** What a target of each kind is told, by the list that it may stand in. */
export const TARGETS = {
  checkpoints: {
    file: target('file', { path: Text }),
    webhook: target('webhook', { url: Url, secret: Secret, ...web }),
    syslog: target('syslog', {
      host: Host,
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
      transport: oneOf(['udp', 'tcp', 'tls'] as const),
      facility: Type.Optional(Type.Integer({ minimum: 0, maximum: 23, description: '13 (log audit) where not said.' })),
      enterprise_number: Type.Optional(Type.Integer({ minimum: 1, description: '32473 where not said.' })),
      ca_file: Type.Optional(Text),
      client_cert_file: Type.Optional(Text),
      client_key_file: Type.Optional(Text),
      timeout_s: web.timeout_s,
    }),
    s3: target('s3', { ...BUCKET, ...LOCK }),
    timestamp: target('timestamp', { url: Url, ...web, tsa_ca_file: Type.Optional(Text) }),
  },
  segments: {
    folder: target('folder', { path: Text }),
    s3: target('s3', { ...BUCKET, ...LOCK }),
  },
} as const

export type CheckpointSettings = Static<(typeof TARGETS.checkpoints)[keyof typeof TARGETS.checkpoints]>
export type SegmentSettings = Static<(typeof TARGETS.segments)[keyof typeof TARGETS.segments]>
export type SettingsOf<K extends CheckpointSettings['kind'] | SegmentSettings['kind']> = Extract<
  CheckpointSettings | SegmentSettings,
  { kind: K }
>

/** The copies file but for its targets. */
export const CopiesOutline = Type.Object(
  {
    segment_every_s: Type.Optional(
      Type.Integer({
        minimum: 30,
        maximum: 86_400,
        description: 'An entry is out of reach after this; 60 where not said.',
      }),
    ),
    segment_bytes: Type.Optional(
      Type.Integer({
        minimum: 65_536,
        maximum: 2 ** 26,
        description: 'Largest segment before compression; 8 MiB where not said.',
      }),
    ),
    checkpoints: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 50 })),
    segments: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 50 })),
  },
  { additionalProperties: false },
)

/** The copies file: where checkpoints and segments of the ledger are put out of reach. */
export interface CopiesSettings {
  segment_every_s?: number
  segment_bytes?: number
  checkpoints?: CheckpointSettings[]
  segments?: SegmentSettings[]
}
