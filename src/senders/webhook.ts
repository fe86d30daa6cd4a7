import { createHmac } from 'node:crypto'
import type { CheckpointTarget } from '../core/copy.ts'
import { Problem } from '../core/problem.ts'
import type { Micros } from '../core/window.ts'
import { httpRequest, type WebOptions } from './http-request.ts'

/** Bounds of a secret in bytes (Standard Webhooks 1.0). */
const SECRET_BYTES = [24, 64] as const

export interface WebhookOptions extends WebOptions {
  name: string
  url: string
  /** `whsec_` and base64 of 24 to 64 bytes. Asked for at each use. */
  secret(): string
  now(): Micros
}

/** Posts checkpoints, signed by Standard Webhooks 1.0. A 2xx answer acknowledges; the id of a checkpoint is always the same. */
export function webhook(options: WebhookOptions): CheckpointTarget {
  const url = new URL(options.url)
  return {
    name: options.name,
    place: `webhook ${options.url}`,
    async put({ size, root, at, note }, signal) {
      const body = JSON.stringify({ type: 'checkpoint.created', timestamp: at, data: { size, root, note } })
      const headers = signed(options.secret(), `checkpoint_${size}`, Math.floor(options.now() / 1e6), body)
      const sent = { method: 'POST', headers, body: Buffer.from(body) }
      const { status } = await httpRequest(url, sent, options, signal)
      if (status < 200 || status > 299) throw new Problem('COPY_FAILED', `${url.host} answers ${told(status)}`)
      return null
    },
  }
}

/** Headers of a message by Standard Webhooks. Throws COPY_FAILED where the secret is none. */
export function signed(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  if (!secret.startsWith('whsec_') || key.length < SECRET_BYTES[0] || key.length > SECRET_BYTES[1])
    throw new Problem('COPY_FAILED', 'the secret of the webhook must be whsec_ and 24 to 64 bytes in base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  }
}

function told(status: number): string {
  if (status >= 300 && status < 400) return `${status}: a redirect is not followed, give the address itself`
  if (status === 401 || status === 403) return `${status}: it does not accept the signature`
  if (status === 410) return '410: it wants no more, take the target out of the copies file'
  return String(status)
}
