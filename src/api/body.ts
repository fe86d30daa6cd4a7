import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Problem } from '../core/problem.ts'

/** Bytes of bodies that may be in memory together. */
export interface Budget {
  readonly used: number
  /** False where it would go beyond the limit; then nothing is taken. */
  take(bytes: number): boolean
  give(bytes: number): void
}

export function createBudget(limitBytes: number): Budget {
  let used = 0
  return {
    get used() {
      return used
    },
    take(bytes) {
      if (used + bytes > limitBytes) return false
      used += bytes
      return true
    },
    give(bytes) {
      used -= bytes
    },
  }
}

export interface Body {
  /** Inflated; the only view on its buffer, so that it can be transferred. */
  bytes: Uint8Array
  /** Gives the bytes back to the budget. */
  release(): void
}

/**
 * Reads a request's body, inflating gzip as it comes. Neither what is sent nor what it inflates to may pass the limit.
 * Leaves the connection whole on a refusal, so that the sender reads why.
 * Throws BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE (another encoding), TOO_MANY_REQUESTS (budget), BAD_REQUEST (bad gzip,
 * or the sender stopped).
 */
export async function readBody(request: IncomingMessage, limitBytes: number, budget: Budget): Promise<Body> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'a body may be gzip or not encoded at all')
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes)
  const sent = received(request, limitBytes)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of encoding === 'gzip' ? inflated(sent) : sent) {
      if (size + chunk.length > limitBytes) throw tooLarge(limitBytes)
      if (!budget.take(chunk.length))
        throw new Problem('TOO_MANY_REQUESTS', 'too many events are on their way in; send this body again later', {
          retryAfterS: 1,
        })
      size += chunk.length
      chunks.push(chunk)
    }
  } catch (error) {
    budget.give(size)
    throw error
  }
  return { bytes: joined(chunks, size), release: () => budget.give(size) }
}

/** The body as sent. The request is not destroyed where the reading stops: its answer goes over the same connection. */
async function* received(request: IncomingMessage, limitBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > limitBytes) throw tooLarge(limitBytes)
    yield chunk
  }
}

async function* inflated(sent: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(sent, { objectMode: false })
  const gunzip = createGunzip()
  // the refusal of the source has to come out of the far end
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('Z_'))
      throw new Problem('BAD_REQUEST', 'the body is not valid gzip')
    throw error
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

function tooLarge(limitBytes: number): Problem {
  return new Problem(
    'BODY_TOO_LARGE',
    `a body may have ${limitBytes} bytes at most, sent and inflated; split the batch`,
  )
}
