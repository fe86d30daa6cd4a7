import { createHash } from 'node:crypto'
import { Integer, OctetString } from 'asn1js'
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from 'pkijs'
import type { CheckpointTarget } from '../core/copy.ts'
import { Problem } from '../core/problem.ts'
import type { Micros } from '../core/window.ts'
import { httpRequest, type WebOptions } from './http-request.ts'
import { checkTimestamp, SHA256 } from './timestamp-reply.ts'

export interface TimestampOptions extends WebOptions {
  name: string
  url: string
  /** PEM certificates that the authority's certificate must lead to; none: whoever signs is believed to be itself. */
  authorities?: string
  random(bytes: number): Uint8Array
  now(): Micros
}

const NONCE_BYTES = 16
/** The nonce is fresh, so a difference beyond this is one of clocks. */
const SKEW: Micros = 300_000_000

/** Asks a time-stamping authority (RFC 3161 over HTTP) to stamp the note of a checkpoint, and checks what it answers. */
export function timestampAuthority(options: TimestampOptions): CheckpointTarget {
  const { name } = options
  const url = new URL(options.url)
  return {
    name,
    place: `timestamp ${options.url}`,
    async put({ size, note }, signal) {
      const stamped = Buffer.from(note)
      const nonce = nonceOf(options.random(NONCE_BYTES))
      const headers = { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' }
      const body = timestampQuery(createHash('sha256').update(stamped).digest(), nonce)
      const answer = await httpRequest(url, { method: 'POST', headers, body }, options, signal)
      if (answer.status !== 200) throw new Problem('COPY_FAILED', `${url.host} answers ${answer.status}`)
      if (!/^application\/timestamp-reply\b/i.test(String(answer.headers['content-type'])))
        throw new Problem('COPY_FAILED', `${url.host} answers no timestamp: is it a time-stamping authority?`)
      const reply = new Uint8Array(answer.body)
      try {
        const ask = { note: stamped, nonce, authorities: options.authorities ?? null }
        const { time } = await checkTimestamp(reply, ask)
        const apart = Math.abs(time - options.now())
        if (apart > SKEW)
          throw new Error(`its clock and that of this machine are ${Math.round(apart / 1e6)} s apart: set the time`)
        return { size, target: name, note, time, reply }
      } catch (cause) {
        throw new Problem('COPY_FAILED', `the timestamp of ${url.host} is not to be trusted: ${reason(cause)}`, {
          cause,
        })
      }
    },
  }
}

/** A request (TimeStampReq, DER) that wants the certificate along. */
export function timestampQuery(imprint: Uint8Array, nonce: Uint8Array): Uint8Array {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256 }),
      hashedMessage: new OctetString({ valueHex: buffer(imprint) }),
    }),
    nonce: new Integer({ valueHex: buffer(nonce) }),
    certReq: true,
  })
  return new Uint8Array(request.toSchema().toBER())
}

/** A positive integer has its first bit clear, and DER no leading zero: the first byte is 0x40 to 0x7f. */
const nonceOf = (random: Uint8Array) => Uint8Array.from(random, (byte, i) => (i === 0 ? (byte & 0x3f) | 0x40 : byte))

const buffer = (bytes: Uint8Array) => new Uint8Array(bytes).buffer as ArrayBuffer

const reason = (error: unknown) => (error instanceof Error ? error.message : 'it cannot be read')
