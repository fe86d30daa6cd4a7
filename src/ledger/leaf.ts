import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Entry, Json } from '../core/ports.ts'

/** Length of a salt in bytes. */
export const SALT_BYTES = 32

/** The one serialisation of an entry that is stored and sealed: RFC 8785 JSON of its body. Its UTF-8 bytes are what counts. */
export function serialise(body: Entry['body']): string {
  return textOf(membersOf(body))
}

/** Name of a member of an object, and the RFC 8785 JSON of its value. */
export type Member = readonly [name: string, json: string]

/** The members of a body in the order of RFC 8785, for whoever needs the whole and some of them. */
export function membersOf(body: Entry['body']): Member[] {
  const members: Member[] = []
  const values = body as { readonly [name: string]: Json | undefined }
  for (const name of Object.keys(values).sort()) {
    const value = values[name]
    if (value !== undefined) members.push([name, jsonOf(value)])
  }
  return members
}

/** The object of some members. */
export function textOf(members: readonly Member[]): string {
  let text = ''
  for (const [name, json] of members) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${json}`
  return `{${text}}`
}

/** Of a string the two agree (RFC 8785, section 3.2.2.2), and most of an event are strings. */
function jsonOf(value: Json): string {
  return typeof value === 'string' ? JSON.stringify(value) : (canonicalize(value) as string)
}

/** SHA-256(salt ‖ body): binds the leaf to the stored bytes, and tells nothing of them once salt and body are gone. */
export function commit(salt: Uint8Array, body: string): Uint8Array {
  return createHash('sha256').update(salt).update(body, 'utf8').digest()
}

/** RFC 8785 JSON of `{"v":1,"kind","event_id","commitment"}`: the data of a ledger leaf, kept for ever. */
export function leafData(kind: Entry['kind'], eventId: string, commitment: Uint8Array): Buffer {
  // keys in RFC 8785 order, so that no general canonicaliser is needed on this path
  return Buffer.from(
    `{"commitment":"${Buffer.from(commitment).toString('base64')}","event_id":${JSON.stringify(eventId)},"kind":"${kind}","v":1}`,
  )
}
