import { createHash } from 'node:crypto'
import { Problem } from '../core/problem.ts'
import { DAY, formatTime, type Micros } from '../core/window.ts'
import { type AwsOptions, awsRequest } from './aws-request.ts'
import type { WebAnswer } from './http-request.ts'

export interface S3Options extends AwsOptions {
  bucket: string
  /** Of a store that is not Amazon's, e.g. `https://minio.example.net:9000`. */
  endpoint?: string
  /** Before every key; ends with `/` where it is not empty. */
  prefix: string
  /** Null: objects are not locked. */
  lock: 'COMPLIANCE' | 'GOVERNANCE' | null
  /** Of a lock. */
  retainDays: number
}

export interface S3 {
  /** Kind and place, for cursors. */
  place: string
  /** Puts an object that stays, and proves that it is locked where it is to be; `there` where the key is taken. Throws COPY_FAILED. */
  put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<'stored' | 'there'>
  get(key: string, signal: AbortSignal): Promise<Uint8Array>
  /** Keys below the prefix, without it. */
  list(signal: AbortSignal): Promise<string[]>
  /** Deletes an object for good, and not only from sight. `locked` as long as a lock holds it; `absent`: there is none. Throws COPY_FAILED. */
  remove(key: string, signal: AbortSignal): Promise<'removed' | 'locked' | 'absent'>
}

/** Largest object that is read back. */
const MOST_BYTES = 2 ** 28
/** A lock is told in whole seconds. */
const SECOND: Micros = 1_000_000

/** Objects of one bucket under Object Lock, through the API of S3. */
export function s3(options: S3Options): S3 {
  const { bucket, prefix, lock, retainDays } = options
  const base = baseOf(options)

  const call = (
    method: string,
    target: string,
    signal: AbortSignal,
    headers: Record<string, string> = {},
    body?: Uint8Array,
  ): Promise<WebAnswer> => {
    const sent = { method, headers, mostBytes: MOST_BYTES, ...(body === undefined ? {} : { body }) }
    return awsRequest('s3', new URL(base + target), sent, options, signal)
  }

  async function locked(key: string, until: Micros, signal: AbortSignal) {
    const head = await call('HEAD', keyPath(prefix + key), signal)
    if (head.status !== 200) throw refused(bucket, head, 'does not show what it stored')
    const mode = head.headers['x-amz-object-lock-mode']
    const told = Date.parse(String(head.headers['x-amz-object-lock-retain-until-date'])) * 1000
    // a lock that nobody may lift is as good as one that few may
    if ((mode !== lock && mode !== 'COMPLIANCE') || !(told >= until - SECOND))
      throw new Problem('COPY_FAILED', `the bucket ${bucket} stored an object without the lock: is Object Lock on?`)
  }

  return {
    place: `s3 ${base}${prefix}`,

    async put(key, bytes, signal) {
      // whole seconds: stores drop the rest, and the lock that is read back would seem shorter
      const until = Math.floor((options.now() + retainDays * DAY) / SECOND) * SECOND
      const hash = (name: string) => createHash(name).update(bytes).digest('base64')
      const headers = {
        'content-type': 'application/octet-stream',
        'content-md5': hash('md5'),
        'x-amz-checksum-sha256': hash('sha256'),
        ...(lock === null
          ? {}
          : {
              'x-amz-object-lock-mode': lock,
              'x-amz-object-lock-retain-until-date': formatTime(until).replace(/\.\d+/, ''),
            }),
        'if-none-match': '*',
      }
      const answer = await call('PUT', keyPath(prefix + key), signal, headers, bytes)
      if (answer.status === 412) return 'there'
      if (answer.status !== 200) throw refused(bucket, answer, 'does not take an object')
      if (lock !== null) await locked(key, until, signal)
      return 'stored'
    },
    async get(key, signal) {
      const answer = await call('GET', keyPath(prefix + key), signal)
      if (answer.status !== 200) throw refused(bucket, answer, 'does not give an object')
      return answer.body
    },
    async list(signal) {
      const keys: string[] = []
      let more: string | null = null
      do {
        const query = { 'list-type': '2', prefix, ...(more === null ? {} : { 'continuation-token': more }) }
        const answer = await call('GET', `?${new URLSearchParams(query)}`.replaceAll('+', '%20'), signal)
        if (answer.status !== 200) throw refused(bucket, answer, 'does not list its objects')
        const text = answer.body.toString('utf8')
        for (const [, key] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(unescaped(key!).slice(prefix.length))
        more = /<NextContinuationToken>([^<]*)</.exec(text)?.[1] ?? null
        if (more !== null) more = unescaped(more)
      } while (more !== null)
      return keys
    },
    async remove(key, signal) {
      const path = keyPath(prefix + key)
      const head = await call('HEAD', path, signal)
      if (head.status === 404) return 'absent'
      if (head.status !== 200) throw refused(bucket, head, 'does not show what it stored')
      if (Date.parse(String(head.headers['x-amz-object-lock-retain-until-date'])) * 1000 > options.now())
        return 'locked'
      // in a bucket with versions, only a deletion that names one deletes
      const version = head.headers['x-amz-version-id']
      const named = version === undefined ? '' : `?versionId=${encodeURIComponent(String(version))}`
      const answer = await call('DELETE', path + named, signal)
      if (answer.status !== 204 && answer.status !== 200) throw refused(bucket, answer, 'does not delete an object')
      return 'removed'
    },
  }
}

/** Where keys of the bucket begin. The bucket is part of the host at Amazon, and of the path elsewhere and where its dots break the certificate. */
function baseOf({ bucket, region, endpoint }: S3Options): string {
  if (endpoint !== undefined) return `${new URL(endpoint).origin}/${bucket}/`
  const host = `s3.${region}.amazonaws.com`
  return bucket.includes('.') ? `https://${host}/${bucket}/` : `https://${bucket}.${host}/`
}

const keyPath = (key: string) => key.split('/').map(encodeURIComponent).join('/')

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const unescaped = (text: string) => text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name]!)

/** What the store means, by its own code. */
const CODES: Record<string, string> = {
  AccessDenied: 'these credentials may not do that',
  InvalidAccessKeyId: 'it does not know the access key id',
  SignatureDoesNotMatch: 'the secret access key is wrong',
  ExpiredToken: 'the session token has expired',
  RequestTimeTooSkewed: 'its clock and that of this machine are too far apart: set the time',
  NoSuchBucket: 'there is no such bucket',
  NoSuchKey: 'there is no such object',
  PermanentRedirect: 'the bucket is in another region',
  AuthorizationHeaderMalformed: 'the bucket is in another region',
  InvalidRequest: 'it refuses the request: was the bucket made with Object Lock?',
  ConditionalRequestConflict: 'another writer is at the same key',
  SlowDown: 'it wants fewer requests',
}

/** Codes are a closed list of words; the text of an answer is not quoted, for it may repeat what was sent. */
function refused(bucket: string, { status, body }: WebAnswer, what: string): Problem {
  const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(body.toString('utf8'))?.[1] ?? ''
  const reason = CODES[code] ?? (code === '' ? '' : code)
  return new Problem('COPY_FAILED', `the bucket ${bucket} ${what} (${status})${reason === '' ? '' : `: ${reason}`}`)
}
