import { createHmac } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Problem } from '../core/problem.ts'
import { type IngestAnswer, type ReadRecord, readLine, type Sender } from '../flow/ingest.ts'
import { csvRecords } from '../formats/in/csv.ts'
import { linesOf } from '../formats/in/lines.ts'
import { type Mapping, mapRecord } from '../formats/in/mapping.ts'

export interface ImportOptions {
  /** Path, or `-` for standard input. */
  file: string
  format: 'auto' | 'jsonl' | 'csv'
  mapping: Mapping
  sender: Sender
  /** Key of the ids that records without an `event_id` get. */
  idKey: Uint8Array
  ingest(records: readonly ReadRecord[], sender: Sender): Promise<IngestAnswer>
  /** Bytes read of the file, of how many. */
  progress(bytes: number, total: number): void
  /** Rejected records, in order; `line` counts records from 1. */
  rejected(line: number, path: string, message: string): void
}

export interface ImportResult {
  format: 'jsonl' | 'csv'
  records: number
  accepted: number
  duplicates: number
  rejected: number
}

/** Records to a commit: one disk flush serves all of them. */
const BATCH = 1_000
const BATCH_BYTES = 4 * 2 ** 20

/**
 * Streams a file through ingest in batches; memory does not grow with the file. A record without an `event_id` gets one
 * from the first record of the file, its own place and its content, so that an import that was killed, or whose file has
 * grown since, is simply started again.
 * Throws NOT_FOUND, BAD_REQUEST (a folder), UNPROCESSABLE where the file cannot be read to its end (what was read
 * before that is stored), and whatever ingest throws.
 */
export async function importFile(options: ImportOptions): Promise<ImportResult> {
  const source = await sourceOf(options).catch((error: unknown) => {
    throw error instanceof Problem ? error : unreadable(options.file, 0, error)
  })
  const result: ImportResult = { format: source.format, records: 0, accepted: 0, duplicates: 0, rejected: 0 }
  const toEvent = mapper(options)
  let batch: ReadRecord[] = []
  let bytes = 0
  let first = 1

  async function flush() {
    if (batch.length === 0) return
    const answer = await options.ingest(batch, options.sender)
    for (const { index, path, message } of answer.rejected) options.rejected(first + index, path, message)
    result.accepted += answer.accepted
    result.duplicates += answer.duplicates
    result.rejected += batch.length - answer.accepted - answer.duplicates
    first += batch.length
    batch = []
    bytes = 0
    options.progress(source.position(), source.total)
  }

  const records = source.format === 'csv' ? parsedRows(source.stream) : parsedLines(source.stream)
  for (;;) {
    const next = await records.next().catch(async (error: unknown) => {
      await flush()
      throw unreadable(options.file, result.records, error)
    })
    if (next.done === true) break
    batch.push(toEvent(next.value.record, result.records))
    result.records++
    bytes += next.value.size
    if (batch.length >= BATCH || bytes >= BATCH_BYTES) await flush()
  }
  await flush()
  return result
}

/** Says what is wrong with a file and never quotes it: the parsers' own messages do. */
function unreadable(file: string, records: number, error: unknown): Problem {
  const { code = 'unknown reason', lines } = error as { code?: string; lines?: number }
  const where = lines === undefined ? `past record ${records}` : `past line ${lines}`
  const why = code.startsWith('Z_') ? `its gzip stream is damaged or ends early (${code})` : code
  return new Problem('UNPROCESSABLE', `${file} cannot be read ${where}: ${why}`, { cause: error })
}

interface Parsed {
  record: ReadRecord
  size: number
}

async function* parsedLines(stream: Readable): AsyncGenerator<Parsed> {
  for await (const line of linesOf(stream)) {
    const record = readLine(line)
    if (record !== null) yield { record, size: line.length }
  }
}

async function* parsedRows(stream: Readable): AsyncGenerator<Parsed> {
  for await (const value of csvRecords(stream)) yield { record: { value }, size: 1_000 }
}

/** Makes the nth record of a file an event, and gives it an id where it has none. */
function mapper({ mapping, idKey, sender }: ImportOptions) {
  let beginning: string | null = null
  return (record: ReadRecord, n: number): ReadRecord => {
    const content = JSON.stringify(record)
    beginning ??= createHmac('sha256', idKey).update(content).digest('hex')
    if ('unreadable' in record) return record
    const value = mapRecord(record.value, mapping, n)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value }
    // a null says no more than an absent field
    if (((value as { event_id?: unknown }).event_id ?? null) !== null) return { value }
    const id = createHmac('sha256', idKey).update(JSON.stringify([beginning, sender.tenant_id, n, content]))
    return { value: { ...value, event_id: `imp_${id.digest('hex').slice(0, 32)}` } }
  }
}

/** Bytes by which a format is told. */
const BEGINNING = 4 * 1024

async function sourceOf({ file, format }: ImportOptions) {
  const total = file === '-' ? 0 : sizeOf(file)
  const input: Readable = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 })
  let read = 0
  async function* counted() {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      read += chunk.length
      yield chunk
    }
  }
  const raw = await begin(counted(), 2)
  const zipped = raw.beginning[0] === 0x1f && raw.beginning[1] === 0x8b
  // the beginning is looked at and put back, so that a pipe can be told as well as a file
  const { beginning, all } = await begin(zipped ? inflated(raw.all) : raw.all, BEGINNING)
  const looksJson = /^\s*[{[]/.test(beginning.toString('utf8', 0, 200).replace(/^\ufeff/, ''))
  const found = format === 'auto' ? (/\.csv(\.gz)?$/i.test(file) || !looksJson ? 'csv' : 'jsonl') : format
  return {
    stream: Readable.from(all, { objectMode: false }),
    total,
    position: () => read,
    format: found as 'jsonl' | 'csv',
  }
}

function sizeOf(file: string): number {
  try {
    const stat = statSync(file)
    if (!stat.isDirectory()) return stat.size
  } catch (error) {
    throw new Problem('NOT_FOUND', `${file} cannot be opened (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    })
  }
  throw new Problem('BAD_REQUEST', `${file} is a folder; name the files in it`)
}

function inflated(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const source = Readable.from(bytes, { objectMode: false })
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  return source.pipe(gunzip)
}

/** The first `least` bytes of a stream (fewer where it ends), and the whole stream, these included. */
async function begin(
  bytes: AsyncIterable<Buffer>,
  least: number,
): Promise<{ beginning: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = bytes[Symbol.asyncIterator]()
  let beginning: Buffer = Buffer.alloc(0)
  while (beginning.length < least) {
    const next = await iterator.next()
    if (next.done === true) break
    beginning = Buffer.concat([beginning, next.value])
  }
  async function* all() {
    if (beginning.length > 0) yield beginning
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
  }
  return { beginning, all: all() }
}
