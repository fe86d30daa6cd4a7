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
 * from the file's beginning and its own place, so that an import that was killed is simply started again.
 * Throws NOT_FOUND, BAD_REQUEST where the file cannot be read, and whatever ingest throws.
 */
export async function importFile(options: ImportOptions): Promise<ImportResult> {
  const source = await sourceOf(options)
  const result: ImportResult = { format: source.format, records: 0, accepted: 0, duplicates: 0, rejected: 0 }
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
  try {
    for await (const { record, size } of records) {
      batch.push(prepare(record, options, source.fingerprint, result.records))
      result.records++
      bytes += size
      if (batch.length >= BATCH || bytes >= BATCH_BYTES) await flush()
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    await flush()
    throw new Problem(
      'BAD_REQUEST',
      `${options.file} cannot be read past record ${result.records}: ${(error as Error).message}`,
      { cause: error },
    )
  }
  await flush()
  return result
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

function prepare(record: ReadRecord, { mapping, idKey }: ImportOptions, fingerprint: string, n: number): ReadRecord {
  if ('unreadable' in record) return record
  const value = mapRecord(record.value, mapping, n)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'event_id' in value) return { value }
  const id = createHmac('sha256', idKey).update(`${fingerprint}/${n}`).digest('hex').slice(0, 32)
  return { value: { ...value, event_id: `imp_${id}` } }
}

/** Bytes by which a file is told from another. */
const BEGINNING = 64 * 1024

async function sourceOf({ file, format, idKey }: ImportOptions) {
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
    fingerprint: createHmac('sha256', idKey).update(beginning.subarray(0, BEGINNING)).digest('hex'),
  }
}

function sizeOf(file: string): number {
  try {
    const stat = statSync(file)
    if (!stat.isDirectory()) return stat.size
  } catch (error) {
    throw new Problem('NOT_FOUND', `${file} cannot be opened: ${(error as Error).message}`, { cause: error })
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
