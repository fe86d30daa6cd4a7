import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesOfColumns, type Columns, lowerBound, type Segment, sealedSegment, sharedVectors } from './segments.ts'

/** Of a snapshot: the first bytes of the file; the digits are the version of the format. */
const MAGIC = Buffer.from('UCSEG001')
/** Magic, length of the JSON (u32), JSON, zeros; its last 32 bytes are the SHA-256 of those before. */
const HEADER_BYTES = 4096
const HASH_BYTES = 32
const STEP_BYTES = 1 << 20

/** What is known of a graph besides its links. */
export interface GraphFigures {
  /** Candidates kept while searching, as measured to be enough. */
  ef: number
  /** Recall at 10 against exact search, 0 to 1. */
  recall: number
}

export interface SavedGraph extends GraphFigures {
  links: Uint8Array
}

interface Header {
  /** The generation: vectors of another space are another world. */
  space: string
  dims: number
  first: number
  last: number
  rows: number
  slots: number
  content: { bytes: number; sha256: string }
  graph: (GraphFigures & { bytes: number; sha256: string }) | null
}

/** Name of a segment's file: space, first and last vid. */
export function snapshotName(space: string, segment: Pick<Segment, 'first' | 'last'>): string {
  return `${spaceHash(space)}-${segment.first}-${segment.last}.seg`
}

/** The vids that a snapshot's name claims; null where it is none of this space. */
export function snapshotRange(space: string, name: string): { first: number; last: number } | null {
  const range = rangeOf(name)
  return range === null || range.hash !== spaceHash(space) ? null : { first: range.first, last: range.last }
}

function rangeOf(name: string): { hash: string; first: number; last: number } | null {
  const match = /^([0-9a-f]{16})-(\d{1,16})-(\d{1,16})\.seg$/.exec(name)
  return match === null ? null : { hash: match[1]!, first: Number(match[2]), last: Number(match[3]) }
}

/**
 * Writes a sealed segment: a temporary file, synced, renamed over the old one, folder synced; so at any moment the
 * name holds the old snapshot or the new one, whole. Wiped vectors are written wiped. Rejects as the file system does
 * and leaves the old file then.
 */
export async function writeSnapshot(folder: string, space: string, segment: Segment, graph: SavedGraph | null) {
  const name = snapshotName(space, segment)
  const temporary = join(folder, `${name}.tmp`)
  try {
    const file = await open(temporary, 'w', 0o600)
    try {
      let end = HEADER_BYTES
      const content = await writeAll(file, end, columnsOf(segment))
      end += content.bytes
      const links = graph === null ? null : await writeAll(file, end, [graph.links])
      const header: Header = {
        space,
        dims: segment.dims,
        first: segment.first,
        last: segment.last,
        rows: segment.rows,
        slots: segment.slots,
        content,
        graph: graph === null || links === null ? null : { ef: graph.ef, recall: graph.recall, ...links },
      }
      await file.write(headerBytes(header), 0, HEADER_BYTES, 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(folder, name))
    await syncFolder(folder)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/**
 * Reads a snapshot back, with the graph if its part is whole too. Throws an Error that says what is wrong: cut short,
 * damaged, or of another generation or range than its place says.
 */
export function readSnapshot(
  path: string,
  expected: { space: string; dims: number; first: number; last: number },
): { segment: Segment; graph: SavedGraph | null } {
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    const header = readHeader(file)
    for (const key of ['space', 'dims', 'first', 'last'] as const)
      if (header[key] !== expected[key]) throw new Error(`it is of another ${key}`)
    const columns = emptyColumns(header)
    const parts = bytesOfColumns(columns)
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
    if (bytes !== header.content.bytes || size < HEADER_BYTES + bytes) throw new Error('it was cut short')
    if (readAll(file, HEADER_BYTES, parts) !== header.content.sha256) throw new Error('its content is damaged')
    if (columns.slotOf.some((slot) => slot >= header.slots)) throw new Error('a row has no vector')
    const segment = sealedSegment(header.dims, header.first, header.last, columns)
    return { segment, graph: readGraph(file, HEADER_BYTES + bytes, size, header) }
  } finally {
    closeSync(file)
  }
}

/**
 * Removes the snapshots, of any space, that cover a row that was destroyed: they are written anew from the store.
 * @param vids null for all of them
 */
export function discardSnapshots(folder: string, vids: readonly number[] | null): void {
  if (vids?.length === 0 || !existsSync(folder)) return
  const sorted = Float64Array.from(vids ?? []).sort()
  for (const name of readdirSync(folder)) {
    const range = rangeOf(name)
    if (range === null) continue
    const at = lowerBound(sorted, range.first, 0, sorted.length)
    if (vids === null || (at < sorted.length && sorted[at]! <= range.last)) rmSync(join(folder, name), { force: true })
  }
}

function readGraph(file: number, from: number, size: number, header: Header): SavedGraph | null {
  const { graph } = header
  if (graph === null || size !== from + graph.bytes) return null
  const links = new Uint8Array(graph.bytes)
  return readAll(file, from, [links]) === graph.sha256 ? { ef: graph.ef, recall: graph.recall, links } : null
}

function headerBytes(header: Header): Buffer {
  const json = Buffer.from(JSON.stringify(header))
  const bytes = Buffer.alloc(HEADER_BYTES)
  const end = HEADER_BYTES - HASH_BYTES
  if (MAGIC.length + 4 + json.length > end) throw new Error('the name of the space is too long for a snapshot')
  MAGIC.copy(bytes)
  bytes.writeUInt32LE(json.length, MAGIC.length)
  json.copy(bytes, MAGIC.length + 4)
  createHash('sha256').update(bytes.subarray(0, end)).digest().copy(bytes, end)
  return bytes
}

function readHeader(file: number): Header {
  const bytes = Buffer.alloc(HEADER_BYTES)
  const end = HEADER_BYTES - HASH_BYTES
  if (readSync(file, bytes, 0, HEADER_BYTES, 0) !== HEADER_BYTES) throw new Error('it was cut short')
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('it is no snapshot of this version')
  if (!createHash('sha256').update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end)))
    throw new Error('its header is damaged')
  const from = MAGIC.length + 4
  const header = JSON.parse(bytes.toString('utf8', from, from + bytes.readUInt32LE(MAGIC.length))) as Header
  // the hash shows that we wrote it; sizes are still tested before they become memory
  if (!(Number.isSafeInteger(header.rows * 32) && header.slots <= header.rows && header.dims > 0))
    throw new Error('its header makes no sense')
  return header
}

/** The columns of a segment without the room that it keeps for more, in the order in which they are written. */
function columnsOf(segment: Segment): Uint8Array[] {
  const { rows, slots, dims } = segment
  return bytesOfColumns({
    vids: segment.vids.subarray(0, rows),
    seqs: segment.seqs.subarray(0, rows),
    times: segment.times.subarray(0, rows),
    vectors: segment.vectors.subarray(0, slots * dims),
    slotOf: segment.slotOf.subarray(0, rows),
    parts: segment.parts.subarray(0, rows),
  })
}

function emptyColumns({ rows, slots, dims }: Header): Columns {
  return {
    vids: new Float64Array(rows),
    seqs: new Float64Array(rows),
    times: new Float64Array(rows),
    vectors: sharedVectors(slots * dims),
    slotOf: new Uint32Array(rows),
    parts: new Uint8Array(rows),
  }
}

/** Each step is copied before it is hashed and written, so that a vector wiped meanwhile cannot come between the two. */
async function writeAll(file: FileHandle, at: number, parts: readonly Uint8Array[]) {
  const hash = createHash('sha256')
  let bytes = 0
  for (const part of parts)
    for (let from = 0; from < part.length; from += STEP_BYTES) {
      const step = part.slice(from, from + STEP_BYTES)
      hash.update(step)
      for (let done = 0; done < step.length; )
        done += (await file.write(step, done, step.length - done, at + bytes + done)).bytesWritten
      bytes += step.length
    }
  return { bytes, sha256: hash.digest('hex') }
}

/** Fills the parts from the file and returns the SHA-256 of what was read. */
function readAll(file: number, at: number, parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    for (let from = 0; from < part.length; from += STEP_BYTES) {
      const step = part.subarray(from, from + STEP_BYTES)
      for (let done = 0; done < step.length; ) {
        const got = readSync(file, step, done, step.length - done, at + done)
        if (got === 0) throw new Error('it was cut short')
        done += got
      }
      hash.update(step)
      at += step.length
    }
  }
  return hash.digest('hex')
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function spaceHash(space: string): string {
  return createHash('sha256').update(space).digest('hex').slice(0, 16)
}
