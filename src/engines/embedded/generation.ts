import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../core/ports.ts'
import { dot } from '../../stats/dot.ts'
import { type Block, type CodeRoom, createCodeRoom, isCodeOf } from './codes.ts'
import type { LabelKey } from './labels.ts'
import { addRow, compacted, eachRowOf, killRow, openSegment, type Segment } from './segments.ts'
import { type GraphFigures, readSnapshot, type SavedGraph, snapshotRange } from './snapshot.ts'
import type { FeedSpace, GoneRow, VectorFeed } from './vector-feed.ts'

/** A segment with what stands beside it. */
export interface Held {
  segment: Segment
  /** Its graph in the graph thread; `ready` once that can answer. */
  graph: (GraphFigures & { id: number; ready: boolean }) | null
  /** What was measured of a graph that misses too much; it is gone, and the segment is searched exactly. */
  refused: GraphFigures | null
  /** Set where no graph could be built. */
  failed: boolean
  /** What its snapshot holds: version of the segment, its graph, and whether one was refused. */
  saved: { version: number; graph: number | null; refused: boolean } | null
  /** Links read from a snapshot that the graph thread has not taken up yet. */
  links: SavedGraph | null
}

/**
 * The segments of one space. Together they answer for every vid from 1 on without a gap: each is sealed, or still
 * being filled from the store (the open end, and holes where a snapshot was lost).
 */
export interface Generation {
  space: FeedSpace
  /** Where the vectors of all its segments lie. */
  room: CodeRoom
  held: Held[]
  /** Blocks of segments that are no more; an answer that is under way may still read them. */
  spare: Block[]
  /** Answers under way. */
  asking: number
  /** Texts by event that have no meaning (zero vectors) and so no place in a segment. */
  blank: Map<number, number>
}

export interface GenerationOptions {
  feed: VectorFeed
  dir: string
  /** What snapshots are sealed under. */
  key: Uint8Array
  writable: boolean
  segmentSize: number
  /** Keys of what texts are narrowed by. */
  labels: { tenant: LabelKey; user: LabelKey }
  log?: Log | undefined
}

/** Rows read from the store in one statement. */
const BATCH = 2048
/** Vectors of a snapshot that are compared with the store code by code; its list of rows is compared whole. */
const SAMPLES = 32
/** Squared length below which a vector points nowhere. */
const NOTHING = 1e-12

export const heldBy = (segment: Segment): Held => ({
  ...{ segment, graph: null, refused: null, failed: false },
  ...{ saved: null, links: null },
})

/**
 * Takes up the snapshots of a space that are whole and agree with the store; what they do not cover will be filled from
 * rows. Snapshots that are not to be trusted are reported and, where the folder is ours, removed.
 */
export function loadGeneration(space: FeedSpace, options: GenerationOptions): Generation {
  const { dir, key, log, writable } = options
  const room = createCodeRoom(space.dims)
  const generation: Generation = { space, room, held: [], spare: [], asking: 0, blank: new Map() }
  const files = listed(dir)
    .flatMap((name) => ({ name, range: snapshotRange(space.space, name) }))
    .flatMap(({ name, range }) => (range === null ? [] : [{ name, ...range }]))
    .sort((a, b) => a.first - b.first || b.last - a.last)
  let next = 1
  for (const { name, first, last } of files) {
    try {
      if (first < next) throw new Error('another one covers the same rows')
      const { space: of, dims } = space
      const { segment, graph } = readSnapshot(join(dir, name), key, { space: of, dims, first, last }, room)
      const whole = segment.version
      try {
        reconcile(segment, generation, options.feed)
      } catch (error) {
        room.give(segment.codes.blocks)
        throw error
      }
      if (first > next) generation.held.push(heldBy(openSegment(room, next, first - 1)))
      generation.held.push({
        ...heldBy(segment),
        saved: { version: whole, graph: null, refused: false },
        links: graph,
      })
      next = last + 1
    } catch (error) {
      log?.warn({ file: name, reason: (error as Error).message }, 'a snapshot is not used; its rows are read again')
      if (writable) rmSync(join(dir, name), { force: true })
    }
  }
  generation.held.push(heldBy(openSegment(room, next)))
  return generation
}

/**
 * Holds a snapshot against the store. Rows that the store no longer has die; a row that the snapshot lacks, or has
 * otherwise, means that it belongs to another store. Throws then.
 */
function reconcile(segment: Segment, { space, blank }: Generation, feed: VectorFeed): void {
  // the store was put back to an earlier state, and will give these vids again
  if (segment.last > feed.lastGivenVid()) throw new Error('it is ahead of the store')
  const empty: number[] = []
  let row = 0
  for (const [vid, seq, part] of feed.keys(space.id, segment.first, segment.last)) {
    while (row < segment.rows && segment.vids[row]! < vid) killRow(segment, row++)
    if (row === segment.rows || segment.vids[row] !== vid) {
      const vector = feed.embeddingOf(vid)
      if (vector !== null && isSound(vector, space.dims)) throw new Error('it lacks a row of the store')
      empty.push(seq)
    } else if (segment.seqs[row] !== seq || segment.parts[row] !== part) {
      throw new Error('it disagrees with the store about a row')
    } else row++
  }
  while (row < segment.rows) killRow(segment, row++)
  for (let at = 0; at < segment.rows; at += Math.max(1, Math.floor(segment.rows / SAMPLES))) {
    if (segment.dead[at] === 1) continue
    const stored = feed.embeddingOf(segment.vids[at]!)
    if (stored?.length !== space.dims || !isCodeOf(segment.codes, segment.slotOf[at]!, stored))
      throw new Error('it disagrees with the store about a vector')
  }
  for (const seq of empty) countBlank(blank, seq)
}

/**
 * Reads up to `limit` rows into segments that are not sealed yet, up to vid `upTo`; seals those that are full or reach
 * their end. Returns how many rows were read.
 */
export function fill(generation: Generation, upTo: number, limit: number, options: GenerationOptions): number {
  const { space, held, blank } = generation
  const { feed, segmentSize, labels, log } = options
  let done = 0
  while (done < limit) {
    const at = held.findIndex(({ segment: s }) => !s.sealed && s.cursor < Math.min(s.last, upTo))
    if (at < 0) break
    const { segment } = held[at]!
    const end = Math.min(segment.last, upTo)
    const room = Math.min(BATCH, limit - done, segmentSize - segment.rows)
    const rows = feed.rows(space.id, segment.cursor, end, room)
    for (const row of rows) {
      const read = () => {
        const vector = feed.embedding(row.embedding)
        if (vector !== null && isSound(vector, space.dims)) return vector
        if (vector?.every((value) => value === 0)) countBlank(blank, row.seq)
        else log?.error({ vid: row.vid }, 'a stored vector cannot be used; its text is not searchable by meaning')
        return null
      }
      addRow(segment, { ...row, tenant: labels.tenant(row.tenant), user: labels.user(row.user) }, read)
    }
    segment.cursor = rows.length < room ? end : rows.at(-1)!.vid
    done += rows.length
    if (segment.rows >= segmentSize || segment.cursor === segment.last) seal(generation, at)
  }
  return done
}

function seal({ held, room, spare }: Generation, at: number): void {
  const { segment } = held[at]!
  const rest = segment.cursor < segment.last ? [heldBy(openSegment(room, segment.cursor + 1, segment.last))] : []
  const full = segment.rows > segment.deadRows ? [heldBy(compacted(segment))] : []
  if (full[0]?.segment.codes !== segment.codes) spare.push(...segment.codes.blocks)
  held.splice(at, 1, ...full, ...rest)
}

/** Blocks that nobody reads any more can be taken again. */
export function freeSpare({ room, spare, asking }: Generation): void {
  if (asking === 0) room.give(spare.splice(0))
}

/** Lets the rows of these events die. Calls back with slots whose vector was wiped. Returns how many rows died. */
export function forget(
  generation: Generation,
  gone: readonly GoneRow[],
  wiped: (held: Held, slots: number[]) => void,
): number {
  const upto = new Map<number, number>()
  for (const { seq, upto: vid } of gone) upto.set(seq, Math.max(upto.get(seq) ?? 0, vid ?? Number.POSITIVE_INFINITY))
  const seqs = Float64Array.from(upto.keys()).sort()
  let died = 0
  for (const held of generation.held) {
    const { segment } = held
    const before = segment.deadRows
    const slots: number[] = []
    eachRowOf(segment, seqs, (row) => {
      if (segment.vids[row]! > upto.get(segment.seqs[row]!)!) return
      const slot = killRow(segment, row)
      if (slot !== null) slots.push(slot)
    })
    died += segment.deadRows - before
    if (slots.length > 0) wiped(held, slots)
  }
  for (const seq of seqs) generation.blank.delete(seq)
  return died
}

/** Removes what an interrupted write left, and the snapshots of spaces that are searched no more. */
export function sweep(dir: string, spaces: readonly FeedSpace[]): void {
  for (const name of listed(dir)) {
    const ours = name.endsWith('.tmp') || name.endsWith('.seg')
    if (ours && !spaces.some(({ space }) => snapshotRange(space, name) !== null))
      rmSync(join(dir, name), { force: true })
  }
}

function listed(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function isSound(vector: Float32Array, dims: number): boolean {
  if (vector.length !== dims) return false
  const length = dot(vector, vector)
  return length > NOTHING && Number.isFinite(length)
}

function countBlank(blank: Map<number, number>, seq: number): void {
  blank.set(seq, (blank.get(seq) ?? 0) + 1)
}
