import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SEAL_BYTES, seal, unseal } from '../../encryption/seal.ts'
import { atOnce } from './at-once.ts'
import { isWhole } from './chains.ts'
import { type CodeRoom, createCodeRoom, emptyCodes, recordsOf, takeRoom } from './codes.ts'
import { readParts, sealedLength, sealedSize, writeParts } from './sealed-parts.ts'
import { type Columns, lowerBound, type Segment, sealedSegment } from './segments.ts'

/** Of a snapshot: the first bytes of the file; the digits are the version of the format. */
const MAGIC = Buffer.from('UCSEG003')
/** Length of the JSON (u32), JSON, zeros; sealed behind the magic. */
const HEADER_BYTES = 4096
const CONTENT_AT = MAGIC.length + HEADER_BYTES + SEAL_BYTES

/** What is known of a graph besides its links. */
export interface GraphFigures {
  /** Candidates kept while searching, as measured to be enough. */
  ef: number
  /** Recall at 10 against exact search, 0 to 1. */
  recall: number
}

export interface SavedGraph extends GraphFigures {
  /** None of one that was refused: it is known by its figures alone, so that it is not built again. */
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
  /** What coding lost at most, and the greatest length of codes: see codes.ts. */
  lost: number
  reach: number
  /** Users, and places in the table of their keys. */
  users: number
  places: number
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
export async function writeSnapshot(
  folder: string,
  key: Uint8Array,
  space: string,
  segment: Segment,
  graph: SavedGraph | null,
) {
  const name = snapshotName(space, segment)
  const temporary = join(folder, `${name}.tmp`)
  try {
    const file = await open(temporary, 'w', 0o600)
    try {
      const parts = columnsOf(segment)
      const content = await writeParts(file, CONTENT_AT, parts, { key, name, part: 'content' })
      const behind = CONTENT_AT + sealedLength(parts)
      const links = graph === null ? null : await writeParts(file, behind, [graph.links], { key, name, part: 'graph' })
      const header: Header = {
        space,
        dims: segment.dims,
        first: segment.first,
        last: segment.last,
        rows: segment.rows,
        slots: segment.slots,
        lost: segment.codes.lost,
        reach: segment.codes.reach,
        users: segment.users.count,
        places: segment.users.keys.length,
        content,
        graph: graph === null || links === null ? null : { ef: graph.ef, recall: graph.recall, ...links },
      }
      await file.write(headerBytes(header, key, name), 0, CONTENT_AT, 0)
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
 * Reads a snapshot back, with the graph if its part is whole too; its vectors go into the room. Throws an Error that says what is
 * wrong: cut short, damaged, sealed under another key or name, or of another generation or range than its place says.
 */
export function readSnapshot(
  path: string,
  key: Uint8Array,
  expected: { space: string; dims: number; first: number; last: number },
  room: CodeRoom,
): { space: string; segment: Segment; graph: SavedGraph | null } {
  const file = openSync(path, 'r')
  try {
    const name = basename(path)
    const header = readHeader(file, key, name)
    for (const field of ['space', 'dims', 'first', 'last'] as const)
      if (header[field] !== expected[field]) throw new Error(`it is of another ${field}`)
    const columns = emptyColumns(header, room)
    let behind: number
    try {
      behind = atOnce(contentSteps(file, key, name, header, bytesOfColumns(columns)))
      if (columns.slotOf.some((slot) => slot >= header.slots)) throw new Error('a row has no vector')
      if (!isWhole(columns.users, header.rows)) throw new Error('its lists of users make no sense')
    } catch (error) {
      room.give(columns.codes.blocks)
      throw error
    }
    const segment = sealedSegment(header.dims, header.first, header.last, columns)
    let graph: SavedGraph | null = null
    try {
      graph = atOnce(graphSteps(file, key, name, behind, header))
    } catch {
      // it is built again; the vectors are whole
    }
    return { space: header.space, segment, graph }
  } finally {
    closeSync(file)
  }
}

/** All that a snapshot holds, opened: its header as JSON, its columns, the links of its graph. Throws an Error that says what is wrong. */
export const openSnapshot = (path: string, key: Uint8Array): Uint8Array[] => atOnce(snapshotSteps(path, key))

/** The same in steps of some milliseconds, so that other work may come between them. */
export function* snapshotSteps(path: string, key: Uint8Array): Generator<undefined, Uint8Array[]> {
  const file = openSync(path, 'r')
  try {
    const name = basename(path)
    const header = readHeader(file, key, name)
    const parts = bytesOfColumns(emptyColumns(header, createCodeRoom(header.dims)))
    const behind = yield* contentSteps(file, key, name, header, parts)
    const graph = yield* graphSteps(file, key, name, behind, header)
    return [Buffer.from(JSON.stringify(header)), ...parts, ...(graph === null ? [] : [graph.links])]
  } finally {
    closeSync(file)
  }
}

/** Fills the parts; returns where what follows begins. */
function* contentSteps(
  file: number,
  key: Uint8Array,
  name: string,
  { content }: Header,
  parts: readonly Uint8Array[],
): Generator<undefined, number> {
  const behind = CONTENT_AT + sealedLength(parts)
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
  if (bytes !== content.bytes || fstatSync(file).size < behind) throw new Error('it was cut short')
  if ((yield* readParts(file, CONTENT_AT, parts, { key, name, part: 'content' })) !== content.sha256)
    throw new Error('its content is damaged')
  return behind
}

/**
 * Writes a snapshot under another key into another folder, with its graph if that part is whole. Rejects as reading and
 * writing one do.
 */
export async function resealSnapshot(path: string, key: Uint8Array, folder: string, next: Uint8Array): Promise<void> {
  const header = headerOf(path, key)
  const { space, segment, graph } = readSnapshot(path, key, header, createCodeRoom(header.dims))
  await writeSnapshot(folder, next, space, segment, graph)
}

function headerOf(path: string, key: Uint8Array): Header {
  const file = openSync(path, 'r')
  try {
    return readHeader(file, key, basename(path))
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

/** Null where there is none. */
function* graphSteps(
  file: number,
  key: Uint8Array,
  name: string,
  from: number,
  header: Header,
): Generator<undefined, SavedGraph | null> {
  const { graph } = header
  if (graph === null) return null
  if (fstatSync(file).size !== from + sealedSize(graph.bytes)) throw new Error('its graph was cut short')
  const links = new Uint8Array(graph.bytes)
  if ((yield* readParts(file, from, [links], { key, name, part: 'graph' })) !== graph.sha256)
    throw new Error('its graph is damaged')
  return { ef: graph.ef, recall: graph.recall, links }
}

function headerBytes(header: Header, key: Uint8Array, name: string): Buffer {
  const json = Buffer.from(JSON.stringify(header))
  const bytes = Buffer.alloc(HEADER_BYTES)
  if (4 + json.length > HEADER_BYTES) throw new Error('the name of the space is too long for a snapshot')
  bytes.writeUInt32LE(json.length)
  json.copy(bytes, 4)
  return Buffer.concat([MAGIC, seal(key, bytes, `${name}\0header`)])
}

function readHeader(file: number, key: Uint8Array, name: string): Header {
  const bytes = Buffer.alloc(CONTENT_AT)
  if (readSync(file, bytes, 0, CONTENT_AT, 0) !== CONTENT_AT) throw new Error('it was cut short')
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('it is no snapshot of this version')
  const plain = unseal(key, bytes.subarray(MAGIC.length), `${name}\0header`)
  const header = JSON.parse(plain.toString('utf8', 4, 4 + plain.readUInt32LE())) as Header
  // the seal shows that we wrote it; sizes are still tested before they become memory
  const { rows, slots, dims, places } = header
  if (!(Number.isSafeInteger(rows * 32) && slots <= rows && dims > 0 && places <= 4 * rows + 64))
    throw new Error('its header makes no sense')
  return header
}

/** The columns of a segment without the room that it keeps for more, in the order in which they are written. */
function columnsOf(segment: Segment): Uint8Array[] {
  const { rows, users } = segment
  return bytesOfColumns({
    slots: segment.slots,
    codes: segment.codes,
    vids: segment.vids.subarray(0, rows),
    seqs: segment.seqs.subarray(0, rows),
    times: segment.times.subarray(0, rows),
    slotOf: segment.slotOf.subarray(0, rows),
    parts: segment.parts.subarray(0, rows),
    tenants: segment.tenants.subarray(0, rows),
    users: { ...users, next: users.next.subarray(0, rows) },
  })
}

function emptyColumns({ rows, slots, lost, reach, users, places }: Header, room: CodeRoom): Columns {
  const codes = { ...emptyCodes(room), lost, reach }
  takeRoom(codes, slots)
  return {
    slots,
    codes,
    vids: new Uint32Array(rows),
    seqs: new Uint32Array(rows),
    times: new Float64Array(rows),
    slotOf: new Uint32Array(rows),
    parts: new Uint8Array(rows),
    tenants: new Uint32Array(rows),
    users: {
      keys: new Float64Array(places),
      heads: new Uint32Array(places),
      count: users,
      next: new Uint32Array(rows),
    },
  }
}

/** Columns as bytes, in the order in which a snapshot keeps them. The format is little-endian, as every host of Node is. */
function bytesOfColumns({ vids, seqs, times, slots, codes, slotOf, parts, tenants, users }: Columns): Uint8Array[] {
  const bytes = (a: ArrayBufferView) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)
  return [
    ...[vids, seqs, times].map(bytes),
    ...recordsOf(codes, slots),
    ...[slotOf, parts, tenants, users.keys, users.heads, users.next].map(bytes),
  ]
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
