import { createCipheriv, createDecipheriv } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { KeptEntry } from '../core/ports.ts'

/** Entries as a file of a copy holds them. */
export interface SealedFile {
  /**
   * The first line, in the clear and without its end: `FORMAT ORIGIN` and what else names the file, single spaces between.
   * Origins hold no white space (they are key names), so it has one reading.
   */
  head: string
  /** What the file says beside its entries. */
  about: { readonly [name: string]: string }
  entries: readonly KeptEntry[]
}

/** What is wrong with a segment, in a word: of another ledger, or not as it was sealed (or sealed under another key). */
export type SegmentFault = 'foreign' | 'damaged'

/** Why a segment is not to be used. The message quotes nothing of it. */
export class SegmentError extends Error {
  readonly fault: SegmentFault

  constructor(fault: SegmentFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SegmentError'
    this.fault = fault
  }
}

/** Length of a nonce in bytes. */
export const SEGMENT_NONCE_BYTES = 12
const TAG_BYTES = 16
/** A head beyond this is none of ours. */
const HEAD_BYTES = 400
/** Beyond any segment that is ever sealed. */
const MOST_BYTES = 2 ** 30
const KINDS: readonly string[] = ['event', 'amendment', 'audit', 'receipt']

const zip = promisify(gzip)
const unzip = promisify(gunzip)

/**
 * The bytes of a file of entries: the head line in the clear, a nonce of 12 bytes, then gzip of NDJSON under AES-256-GCM,
 * bound to the head. NDJSON: what the file is about first, then a line an entry.
 * @param nonce 12 random bytes, never used twice under a key
 */
export async function sealEntries(file: SealedFile, key: Uint8Array, nonce: Uint8Array): Promise<Buffer> {
  const lines = [JSON.stringify({ format: formatOf(file.head), ...file.about }), ...file.entries.map(lineOf)]
  // bodies are sealed and do not shrink: what base64 added is taken back at any level
  const plain = await zip(`${lines.join('\n')}\n`, { level: 1 })
  const head = Buffer.from(`${file.head}\n`)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(head)
  return Buffer.concat([head, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The way back. Throws SegmentError where a byte differs from what was sealed, or the head is another. */
export async function openEntries(
  bytes: Uint8Array,
  key: Uint8Array,
  expected: SealedFile['head'],
): Promise<Pick<SealedFile, 'about' | 'entries'>> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = all.subarray(0, HEAD_BYTES).indexOf(10) + 1
  const [format = '', origin = ''] = all
    .subarray(0, Math.max(end - 1, 0))
    .toString('utf8')
    .split(' ')
  if (format !== formatOf(expected))
    throw new SegmentError('damaged', `it does not begin as a segment does (${formatOf(expected)})`)
  if (origin !== expected.split(' ')[1]) throw new SegmentError('foreign', 'it is of another ledger')
  const head = Buffer.from(`${expected}\n`)
  if (!head.equals(all.subarray(0, end))) throw new SegmentError('damaged', 'it is not the segment that its name says')
  const nonce = all.subarray(end, end + SEGMENT_NONCE_BYTES)
  const sealed = all.subarray(end + SEGMENT_NONCE_BYTES, -TAG_BYTES)
  const text = await opened(key, nonce, head, sealed, all.subarray(-TAG_BYTES))
  const [first = '', ...lines] = text.slice(0, -1).split('\n')
  return { about: JSON.parse(first) as SealedFile['about'], entries: lines.map(entryOf) }
}

const formatOf = (head: string) => head.slice(0, head.indexOf(' '))

async function opened(key: Uint8Array, nonce: Buffer, head: Buffer, sealed: Buffer, tag: Buffer): Promise<string> {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(head).setAuthTag(tag)
    const plain = Buffer.concat([decipher.update(sealed), decipher.final()])
    return (await unzip(plain, { maxOutputLength: MOST_BYTES })).toString('utf8')
  } catch (cause) {
    throw new SegmentError('damaged', 'it was changed, cut off, or sealed under another key', { cause })
  }
}

const encoded = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('base64'))

function lineOf(entry: KeptEntry): string {
  const { commitment, subject, body, row } = entry
  return JSON.stringify({
    ...entry,
    commitment: encoded(commitment),
    subject: encoded(subject),
    body: encoded(body),
    ...(row !== undefined && { row: encoded(row) }),
  })
}

/** Whoever holds the key may still err; what has another shape is not passed on. */
function entryOf(line: string): KeptEntry {
  const value = JSON.parse(line) as { [N in keyof KeptEntry]: unknown }
  const { seq, kind, event_id, reason, ts, received } = value
  const numbers = [seq, ts, received].every((one) => Number.isSafeInteger(one))
  const texts = typeof event_id === 'string' && (reason === null || typeof reason === 'string')
  const commitment = decoded(value.commitment)
  const row = decoded(value.row)
  if (!numbers || !texts || !KINDS.includes(String(kind)) || commitment === null)
    throw new SegmentError('damaged', 'one of its entries has not the form of one')
  return {
    seq: seq as number,
    kind: kind as KeptEntry['kind'],
    event_id,
    commitment,
    reason: reason as string | null,
    ts: ts as number,
    received: received as number,
    subject: decoded(value.subject),
    body: decoded(value.body),
    ...(typeof value.archive === 'string' && { archive: value.archive }),
    ...(row !== null && { row }),
  }
}

const decoded = (text: unknown): Uint8Array | null =>
  typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : null
