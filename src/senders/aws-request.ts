import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import { formatTime, type Micros } from '../core/window.ts'
import { httpRequest, type WebAnswer, type WebOptions, type WebRequest } from './http-request.ts'

/** Whose name a request is signed in, and where it goes. */
export interface AwsOptions extends WebOptions {
  region: string
  /** Asked for at each request, so that what changed is read anew. */
  credentials(): { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  now(): Micros
}

/**
 * One request to a service of AWS, or to one that speaks as it does, signed with Signature Version 4.
 * Throws Problem COPY_FAILED as `httpRequest` does, and what `credentials` throws.
 */
export async function awsRequest(
  service: 's3' | 'kms',
  url: URL,
  { method, headers, body = new Uint8Array(), ...rest }: WebRequest,
  options: AwsOptions,
  signal: AbortSignal,
): Promise<WebAnswer> {
  const signed = await new AwsV4Signer({
    method,
    url: url.href,
    headers: { ...headers, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    service,
    region: options.region,
    datetime: formatTime(options.now()).replace(/[-:]|\.\d+/g, ''),
    ...options.credentials(),
  }).sign()
  const sent = { ...rest, method, headers: Object.fromEntries(signed.headers), body }
  return await httpRequest(signed.url, sent, options, signal)
}
