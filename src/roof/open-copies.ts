import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { CheckpointSettings, CopiesSettings, Secret, SegmentSettings, SettingsOf } from '../core/copies.ts'
import type { CheckpointTarget, Copies, SegmentTarget } from '../core/copy.ts'
import type { Clock } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { SECOND } from '../core/window.ts'
import { noteFile } from '../senders/note-file.ts'
import { type S3, s3 } from '../senders/s3.ts'
import { s3Checkpoints, s3Segments } from '../senders/s3-targets.ts'
import { syslog } from '../senders/syslog.ts'
import { timestampAuthority } from '../senders/timestamp.ts'
import { webhook } from '../senders/webhook.ts'
import { writeOnceFolder } from '../senders/write-once-folder.ts'

const EVERY_S = 60
const SEGMENT_BYTES = 8 * 2 ** 20
const TIMEOUT_S = 10
/** Where S3's own tools look, where the file names no other place. */
const CREDENTIALS = {
  access_key_id: 'AWS_ACCESS_KEY_ID',
  secret_access_key: 'AWS_SECRET_ACCESS_KEY',
  session_token: 'AWS_SESSION_TOKEN',
} as const

export interface CopiesRoof {
  segmentKey: Uint8Array
  clock: Clock
  env: NodeJS.ProcessEnv
}

/**
 * The copies that a file asks for. Nothing is opened: sockets and targets when they are used, secrets at each use. Throws
 * Problem CONFIG_INVALID where a certificate file cannot be read.
 */
export function openCopies(settings: CopiesSettings, roof: CopiesRoof): Copies {
  return {
    checkpoints: (settings.checkpoints ?? []).map((one) => checkpointTarget(one, roof)),
    segments: (settings.segments ?? []).map((one) => segmentTarget(one, roof)),
    segmentKey: roof.segmentKey,
    segmentEvery: (settings.segment_every_s ?? EVERY_S) * SECOND,
    segmentBytes: settings.segment_bytes ?? SEGMENT_BYTES,
    random: randomBytes,
  }
}

function checkpointTarget(one: CheckpointSettings, roof: CopiesRoof): CheckpointTarget {
  const now = () => roof.clock.now()
  switch (one.kind) {
    case 'file':
      return noteFile(one)
    case 'webhook':
      return webhook({ ...one, ...webOf(one), secret: () => secretOf(one.secret, roof.env), now })
    case 's3':
      return s3Checkpoints(one.name, s3Of(one, roof))
    case 'timestamp':
      return timestampAuthority({
        ...one,
        ...webOf(one),
        ...(one.tsa_ca_file === undefined ? {} : { authorities: pemIn(one.tsa_ca_file) }),
        random: randomBytes,
        now,
      })
    case 'syslog':
      return syslogOf(one)
  }
}

function syslogOf(one: SettingsOf<'syslog'>): CheckpointTarget {
  const { client_cert_file: cert, client_key_file: key } = one
  return syslog({
    ...one,
    facility: one.facility ?? 13,
    enterpriseNumber: one.enterprise_number ?? 32_473,
    hostname: hostname(),
    procid: String(process.pid),
    timeoutMs: (one.timeout_s ?? TIMEOUT_S) * 1000,
    ...(one.ca_file === undefined ? {} : { ca: pemIn(one.ca_file) }),
    ...(cert === undefined || key === undefined ? {} : { client: { cert: pemIn(cert), key: pemIn(key) } }),
  })
}

function segmentTarget(one: SegmentSettings, roof: CopiesRoof): SegmentTarget {
  return one.kind === 'folder' ? writeOnceFolder(one) : s3Segments(one.name, s3Of(one, roof))
}

/** What is told of a bucket, with or without a lock. */
type Bucket = Omit<SettingsOf<'s3'>, 'kind' | 'name' | 'lock' | 'retain_days'> &
  Partial<Pick<SettingsOf<'s3'>, 'lock' | 'retain_days'>>

/** The store of an S3 target, also to read a copy back. */
export function s3Of(one: Bucket, { clock, env }: Pick<CopiesRoof, 'clock' | 'env'>): S3 {
  const named = (setting: keyof typeof CREDENTIALS) => one[setting] ?? { env: CREDENTIALS[setting] }
  return s3({
    ...webOf(one),
    bucket: one.bucket,
    region: one.region ?? 'us-east-1',
    ...(one.endpoint === undefined ? {} : { endpoint: one.endpoint }),
    prefix: one.prefix === undefined || one.prefix === '' ? '' : `${one.prefix.replace(/\/+$/, '')}/`,
    lock: one.lock ?? null,
    retainDays: one.retain_days ?? 0,
    credentials() {
      const token = one.session_token ?? (env[CREDENTIALS.session_token] ? named('session_token') : undefined)
      return {
        accessKeyId: secretOf(named('access_key_id'), env),
        secretAccessKey: secretOf(named('secret_access_key'), env),
        ...(token === undefined ? {} : { sessionToken: secretOf(token, env) }),
      }
    },
    now: () => clock.now(),
  })
}

function webOf(one: { ca_file?: string; allow_private?: boolean; timeout_s?: number }) {
  return {
    ...(one.ca_file === undefined ? {} : { ca: pemIn(one.ca_file) }),
    allowPrivate: one.allow_private === true,
    timeoutMs: (one.timeout_s ?? TIMEOUT_S) * 1000,
  }
}

/** A secret from where the file says that it stands; read at each use, so that it may be replaced. */
function secretOf({ env: name, file }: Secret, env: NodeJS.ProcessEnv): string {
  const value = name === undefined ? textIn(file ?? '', 'COPY_FAILED') : env[name]
  if (value === undefined || value.trim() === '')
    throw new Problem('COPY_FAILED', `a secret is not there: ${name === undefined ? file : `set ${name}`}`)
  return value.trim()
}

const pemIn = (path: string) => textIn(path, 'CONFIG_INVALID')

function textIn(path: string, code: 'CONFIG_INVALID' | 'COPY_FAILED'): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Problem(code, `${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause })
  }
}
