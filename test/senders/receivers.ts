import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Received {
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** A server on this machine that keeps what it is sent; closed when the test ends. */
export async function httpServer(
  answer: (request: Received, response: ServerResponse) => void | Promise<void>,
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers, body: Buffer.concat(parts) }
    received.push(one)
    await answer(one, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

interface Locked {
  body: Buffer
  version?: string
  mode: string | undefined
  until: string | undefined
}

/** What a request lacks, or has wrong, that a store with Object Lock insists on. */
function fault({ headers, body }: Received, lock: boolean): [number, string] | null {
  const hash = (name: string) => createHash(name).update(body).digest('base64')
  if (headers['content-md5'] !== hash('md5')) return [400, 'BadDigest']
  if (headers['x-amz-checksum-sha256'] !== hash('sha256')) return [400, 'BadDigest']
  const told = createHash('sha256').update(body).digest('hex')
  if (headers['x-amz-content-sha256'] !== told) return [400, 'XAmzContentSHA256Mismatch']
  if (!lock && headers['x-amz-object-lock-mode'] !== undefined) return [400, 'InvalidRequest']
  return null
}

/**
 * A store with one versioned bucket that holds to Object Lock and If-None-Match, as far as copies need it: PUT, HEAD, GET,
 * DELETE (of a version; without one, only from sight), the retention of an object, listing in pages of two.
 * @param options.lock whether the bucket was made with Object Lock
 * @param options.forgets takes the headers of a lock and does not lock
 * @param options.nowMs the time by which a lock may have ended
 */
export async function objectStore({
  lock = true,
  forgets = false,
  keyId = 'AKIDEXAMPLE',
  nowMs = (): number => 0,
} = {}) {
  const objects = new Map<string, Locked>()
  let versions = 0
  const refuse = (response: ServerResponse, status: number, code: string) => {
    response.writeHead(status, { 'content-type': 'application/xml' })
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`)
  }
  const { url, received } = await httpServer((request, response) => {
    const { method, headers, body } = request
    const at = new URL(request.path, 'http://store')
    const key = decodeURIComponent(at.pathname.replace(/^\/bucket\//, ''))
    const [, id = ''] = /Credential=([^/]+)\//.exec(String(headers.authorization)) ?? []
    if (id !== keyId) return refuse(response, 403, 'InvalidAccessKeyId')
    const there = objects.get(key)
    if (method === 'PUT' && at.searchParams.has('retention')) {
      const until = /<RetainUntilDate>([^<]+)</.exec(body.toString())?.[1] ?? ''
      if (there?.mode === 'COMPLIANCE' && until < (there.until ?? '')) return refuse(response, 403, 'AccessDenied')
      objects.set(key, { ...there!, until })
      return response.writeHead(200).end() as unknown as undefined
    }
    if (method === 'PUT') {
      if (there !== undefined && headers['if-none-match'] === '*') return refuse(response, 412, 'PreconditionFailed')
      const wrong = fault(request, lock)
      if (wrong !== null) return refuse(response, ...wrong)
      const text = (name: string) => (forgets ? undefined : (headers[name] as string | undefined))
      const mode = text('x-amz-object-lock-mode')
      objects.set(key, { body, version: `v${++versions}`, mode, until: text('x-amz-object-lock-retain-until-date') })
      return response.writeHead(200).end() as unknown as undefined
    }
    if (at.searchParams.get('list-type') === '2') {
      const prefix = at.searchParams.get('prefix') ?? ''
      const from = Number(at.searchParams.get('continuation-token') ?? 0)
      const keys = [...objects.keys()].filter((one) => one.startsWith(prefix)).sort()
      const page = keys
        .slice(from, from + 2)
        .map((one) => `<Contents><Key>${one.replaceAll('&', '&amp;')}</Key></Contents>`)
      const more = from + 2 < keys.length ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : ''
      return response.end(`<ListBucketResult>${page.join('')}${more}</ListBucketResult>`) as unknown as undefined
    }
    if (there === undefined) return refuse(response, 404, 'NoSuchKey')
    if (method === 'DELETE') {
      if (there.mode !== undefined && Date.parse(there.until ?? '') > nowMs())
        return refuse(response, 403, 'AccessDenied')
      if (there.version === undefined || at.searchParams.get('versionId') === there.version) objects.delete(key)
      return response.writeHead(204).end() as unknown as undefined
    }
    const told = {
      'x-amz-version-id': there.version,
      'x-amz-object-lock-mode': there.mode,
      'x-amz-object-lock-retain-until-date': there.until,
    }
    response.writeHead(200, Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)))
    response.end(method === 'HEAD' ? undefined : there.body)
  })
  return { url, received, objects }
}
