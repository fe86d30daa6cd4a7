import type { LogEvent, RedactedEvent } from '../core/event.ts'
import type { Entry, Primary } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { admit } from '../formats/in/native.ts'
import type { Withheld } from './withhold.ts'

export interface IngestParts {
  /** Makes the batch durable; positions of entries already held come back. */
  append(batch: readonly Entry[], primary?: Primary): Promise<{ duplicates: readonly number[] }>
  /** Takes the texts that are not kept from a batch that is redacted. Absent: all are kept. */
  withhold?: (batch: readonly Entry[]) => Promise<Withheld>
  /** What marks events that hold canaries, as they stand now; null where there are none. Absent: none are looked for. */
  canaries?: () => Promise<((event: LogEvent) => LogEvent) | null>
  redactor: { event(event: LogEvent, pseudonymous?: boolean): RedactedEvent }
  /** Id for an event that came without one. */
  newId(): string
}

/** Who sends: a key bound to a tenant stamps its events and may not name another. */
export interface Sender {
  tenant_id: string | null
}

export interface IngestAnswer {
  accepted: number
  duplicates: number
  rejected: { index: number; path: string; message: string }[]
  /** Values that the redactor replaced, by type. */
  redacted: Record<string, number>
  /** Fields that could not be redacted and were closed. */
  failed: number
}

export type BodyKind = 'json' | 'ndjson'

/** Rejections told in one answer; more are counted in the last line. */
const MOST_REJECTED = 1_000

/**
 * Takes a body of events in: reads, validates one by one, redacts, withholds, and makes the good ones durable, in that
 * order, so that nothing that may not be kept leaves memory. Throws Problem BAD_REQUEST where the body as a whole cannot
 * be read, and whatever `withhold` and `append` throw.
 */
export async function ingest(
  parts: IngestParts,
  body: Uint8Array,
  kind: BodyKind,
  sender: Sender,
): Promise<IngestAnswer> {
  return ingestRecords(parts, kind === 'json' ? readJson(body) : readLines(body), sender)
}

/** One record of a body, or why it could not be read. */
export type ReadRecord = { value: unknown } | { unreadable: string }

/** The same for records that were read elsewhere (files of other formats); `index` is the position among them. */
export async function ingestRecords(
  parts: IngestParts,
  records: Iterable<ReadRecord>,
  sender: Sender,
): Promise<IngestAnswer> {
  const batch: Entry[] = []
  const rejected: IngestAnswer['rejected'] = []
  let unsaid = 0
  const reject = (index: number, path: string, message: string) => {
    if (rejected.length <= MOST_REJECTED) rejected.push({ index, path, message })
    else unsaid++
  }
  const redacted: Record<string, number> = {}
  let failed = 0
  let index = -1
  const marked = (await parts.canaries?.()) ?? ((event: LogEvent) => event)
  for (const record of records) {
    index++
    if ('unreadable' in record) {
      reject(index, '', record.unreadable)
      continue
    }
    const admitted = admit(record.value, parts.newId)
    if ('errors' in admitted) {
      reject(index, admitted.errors[0]!.path, admitted.errors[0]!.message)
      continue
    }
    const { event, ts, pseudonymous } = admitted
    if (sender.tenant_id !== null) {
      if (event.tenant_id !== undefined && event.tenant_id !== sender.tenant_id) {
        reject(index, '/tenant_id', 'is not the tenant that this key belongs to')
        continue
      }
      event.tenant_id = sender.tenant_id
    }
    // in the raw text, where what the redactor takes for a secret may be one of them
    const body = parts.redactor.event(marked(event), pseudonymous)
    for (const [type, n] of Object.entries(body.redaction.counts)) redacted[type] = (redacted[type] ?? 0) + n
    failed += body.redaction.failed?.length ?? 0
    batch.push({ kind: 'event', event_id: body.event_id, ts, body })
  }
  const duplicates = batch.length === 0 ? 0 : (await store(parts, batch)).duplicates.length
  if (unsaid > 0) Object.assign(rejected[MOST_REJECTED]!, { path: '', message: `and ${unsaid} more after this one` })
  return { accepted: batch.length - duplicates, duplicates, rejected, redacted, failed }
}

async function store({ append, withhold }: IngestParts, batch: readonly Entry[]) {
  const kept: Withheld = withhold === undefined ? { batch } : await withhold(batch)
  return append(kept.batch, kept.primary)
}

function* readJson(body: Uint8Array): Generator<ReadRecord> {
  let value: unknown
  try {
    value = JSON.parse(decode(body))
  } catch {
    throw new Problem(
      'BAD_REQUEST',
      'the body is not valid JSON in UTF-8; send one event, an array, or NDJSON as application/x-ndjson',
    )
  }
  for (const one of Array.isArray(value) ? value : [value]) yield { value: one }
}

function* readLines(body: Uint8Array): Generator<ReadRecord> {
  const NEWLINE = 10
  let from = 0
  while (from < body.length) {
    const at = body.indexOf(NEWLINE, from)
    const line = body.subarray(from, at === -1 ? body.length : at)
    from = at === -1 ? body.length : at + 1
    const read = readLine(line)
    if (read !== null) yield read
  }
}

/** One line of NDJSON; null for a blank one. */
export function readLine(line: Uint8Array | string): ReadRecord | null {
  let text: string
  try {
    text = typeof line === 'string' ? line : decode(line)
  } catch {
    return { unreadable: 'the line is not valid UTF-8' }
  }
  if (text.trim() === '') return null
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { unreadable: 'the line is not valid JSON' }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const decode = (bytes: Uint8Array) => utf8.decode(bytes)
