import { lookup } from 'node:dns'
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { Problem } from '../core/problem.ts'
import { isPrivateAddress } from './private-address.ts'

/** How a place is reached. */
export interface WebOptions {
  /** PEM; the roots that Node knows where not given. */
  ca?: string
  /** Lets addresses of this machine, of private networks and of links be spoken to. */
  allowPrivate: boolean
  /** The setting that would let them, for whoever reads the refusal; `allow_private` where not given. */
  allowedBy?: string
  timeoutMs: number
}

export interface WebAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

export interface WebRequest {
  method: string
  headers: Record<string, string>
  body?: Uint8Array
  /** Larger answers are refused; 64 KiB where not said. */
  mostBytes?: number
}

const MOST_BYTES = 65_536

/**
 * One request over HTTP: no redirect is followed, no proxy asked, and the address that was looked at is the one that is
 * spoken to. Throws Problem COPY_FAILED where no whole answer came; messages name the host alone, since a path may hold a
 * secret.
 */
export function httpRequest(
  url: URL,
  { method, headers, body, mostBytes = MOST_BYTES }: WebRequest,
  { ca, allowPrivate, allowedBy = 'allow_private', timeoutMs }: WebOptions,
  signal: AbortSignal,
): Promise<WebAnswer> {
  const failed = (message: string, cause?: unknown) => new Problem('COPY_FAILED', `${url.host} ${message}`, { cause })
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  // an address needs no look-up, so that none would stop it
  if (!allowPrivate && isIP(literal) !== 0 && isPrivateAddress(literal))
    return Promise.reject(failed(`is a private address: ${allowedBy} lets it be spoken to`))
  return new Promise((resolve, reject) => {
    const call = (url.protocol === 'https:' ? secure : plain)(
      url,
      {
        method,
        headers: { ...headers, 'content-length': String(body?.length ?? 0) },
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        lookup: allowPrivate ? lookup : publicLookup(allowedBy),
        ...(ca === undefined ? {} : { ca }),
      },
      (answer) => {
        const parts: Buffer[] = []
        let size = 0
        answer.on('data', (part: Buffer) => {
          size += part.length
          if (size > mostBytes) answer.destroy(failed(`answers more than ${mostBytes} bytes`))
          else parts.push(part)
        })
        answer.on('error', (error) => reject(error instanceof Problem ? error : failed(reasonOf(error), error)))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
        )
      },
    )
    call.on('error', (error) => reject(error instanceof Problem ? error : failed(reasonOf(error), error)))
    call.end(body)
  })
}

/** Resolves a name and lets it pass only where every address is public: one of several may be the one that is taken. */
const publicLookup =
  (allowedBy: string): LookupFunction =>
  (host, options, done) =>
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, [])
      if (found.length === 0 || found.some(({ address }) => isPrivateAddress(address)))
        return done(
          new Problem('COPY_FAILED', `${host} resolves to a private address: ${allowedBy} lets it be spoken to`),
          [],
        )
      const [first] = found
      return options.all === true ? done(null, found) : done(null, first!.address, first!.family)
    })

/** Failures of the network by what they mean; everything else by its code. */
const REASONS: Record<string, string> = {
  ECONNREFUSED: 'refuses the connection: nothing listens there',
  ECONNRESET: 'broke the connection off',
  ENOTFOUND: 'cannot be resolved: there is no such name',
  EAI_AGAIN: 'cannot be resolved now',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ABORT_ERR: 'did not answer in time',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  CERT_NOT_YET_VALID: 'shows a certificate that is not valid yet: is the clock of this machine right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that nobody known has signed: ca_file names who may',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate that nobody known has signed: ca_file names who may',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate that nobody known has signed: ca_file names who may',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'shows a certificate that nobody known has signed: ca_file names who may',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows the certificate of another name',
}

/** What went wrong on the network, in words that follow the name of the host. */
export function reasonOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return REASONS[code] ?? `cannot be spoken to (${code === '' ? error.name : code})`
}
