/** End of a list of rows. */
export const NONE = 0xffff_ffff

/**
 * A run of vectors in the order in which the store took them. A *row* is one text of one event; rows of equal text
 * share a *slot*, which holds the vector once: logs repeat themselves, and a graph over thousands of equal points
 * falls apart. Rows are only ever added while it is open; afterwards they can only die.
 */
export interface Segment {
  readonly dims: number
  /** It answers for every vid from `first` to `last`, both included; `last` is Infinity at the open end. */
  readonly first: number
  last: number
  /** Every vector of the store up to this vid has been read. */
  cursor: number
  readonly sealed: boolean
  rows: number
  slots: number
  deadRows: number
  deadSlots: number
  /** Raised whenever rows die, so that whoever keeps a copy knows that it is stale. */
  version: number
  minSeq: number
  maxSeq: number
  /** Whether `seqs` never falls from row to row, so that a seq can be looked up by halving. */
  ordered: boolean
  /** slots x dims; shared between threads once sealed. The slot of a text that nobody holds any more is all zero. */
  vectors: Float32Array
  /** First row of each slot's list; `next` continues it, `NONE` ends it. */
  head: Uint32Array
  next: Uint32Array
  slotOf: Uint32Array
  vids: Float64Array
  seqs: Float64Array
  times: Float64Array
  /** 0 prompt, 1 response. */
  parts: Uint8Array
  /** 1 where the row's event was erased. */
  dead: Uint8Array
  /** Slot of each stored embedding, while rows may still join it. */
  slotOfEmbedding: Map<number, number>
}

/** What a segment is made of when it is read back: columns by row, and the vectors. */
export interface Columns {
  vectors: Float32Array
  slotOf: Uint32Array
  vids: Float64Array
  seqs: Float64Array
  times: Float64Array
  parts: Uint8Array
}

/** An empty segment for the vids from `first` to `last`. */
export function openSegment(dims: number, first: number, last = Number.POSITIVE_INFINITY): Segment {
  return {
    ...bare(dims, first, last),
    cursor: first - 1,
    sealed: false,
    vectors: new Float32Array(0),
    head: new Uint32Array(0),
    next: new Uint32Array(0),
    slotOf: new Uint32Array(0),
    vids: new Float64Array(0),
    seqs: new Float64Array(0),
    times: new Float64Array(0),
    parts: new Uint8Array(0),
    dead: new Uint8Array(0),
  }
}

/** A sealed segment over columns that are already there; takes them over. `slotOf` must be below the number of slots. */
export function sealedSegment(dims: number, first: number, last: number, columns: Columns): Segment {
  const rows = columns.vids.length
  const slots = columns.vectors.length / dims
  const segment: Segment = {
    ...bare(dims, first, last),
    ...columns,
    cursor: last,
    sealed: true,
    rows,
    slots,
    head: new Uint32Array(slots).fill(NONE),
    next: new Uint32Array(rows),
    dead: new Uint8Array(rows),
  }
  for (let row = 0; row < rows; row++) link(segment, row)
  return segment
}

/**
 * Adds a row. `read` is asked for the vector only where no row of this segment holds the same embedding; where it
 * answers null nothing is added, and false returned.
 */
export function addRow(
  segment: Segment,
  row: { vid: number; seq: number; ts: number; part: number; embedding: number },
  read: () => Float32Array | null,
): boolean {
  let slot = segment.slotOfEmbedding.get(row.embedding)
  if (slot === undefined || !isAlive(segment, slot)) {
    const vector = read()
    if (vector === null) return false
    slot = segment.slots++
    if (slot === segment.head.length) growSlots(segment)
    segment.vectors.set(vector, slot * segment.dims)
    segment.head[slot] = NONE
    segment.slotOfEmbedding.set(row.embedding, slot)
  }
  const at = segment.rows++
  if (at === segment.vids.length) growRows(segment)
  segment.vids[at] = row.vid
  segment.seqs[at] = row.seq
  segment.times[at] = row.ts
  segment.parts[at] = row.part
  segment.slotOf[at] = slot
  link(segment, at)
  return true
}

/** Lets a row die; where it was the last of its text, the vector is wiped and its slot returned, else null. */
export function killRow(segment: Segment, row: number): number | null {
  if (segment.dead[row] === 1) return null
  segment.dead[row] = 1
  segment.deadRows++
  segment.version++
  const slot = segment.slotOf[row]!
  if (isAlive(segment, slot)) return null
  segment.vectors.fill(0, slot * segment.dims, (slot + 1) * segment.dims)
  segment.deadSlots++
  return slot
}

/** Whether any row still holds the slot's text. */
export function isAlive(segment: Segment, slot: number): boolean {
  for (let row = segment.head[slot]!; row !== NONE; row = segment.next[row]!) if (segment.dead[row] === 0) return true
  return false
}

/** The living rows of a segment as a sealed one of its own, ending at what has been read. */
export function compacted(segment: Segment): Segment {
  const { dims } = segment
  const rows = segment.rows - segment.deadRows
  const slots = segment.slots - segment.deadSlots
  const columns: Columns = {
    vectors: sharedVectors(slots * dims),
    slotOf: new Uint32Array(rows),
    vids: new Float64Array(rows),
    seqs: new Float64Array(rows),
    times: new Float64Array(rows),
    parts: new Uint8Array(rows),
  }
  const moved = new Uint32Array(segment.slots).fill(NONE)
  let row = 0
  let slot = 0
  for (let from = 0; from < segment.rows; from++) {
    if (segment.dead[from] === 1) continue
    const old = segment.slotOf[from]!
    if (moved[old] === NONE) {
      moved[old] = slot
      columns.vectors.set(segment.vectors.subarray(old * dims, (old + 1) * dims), slot * dims)
      slot++
    }
    columns.slotOf[row] = moved[old]!
    columns.vids[row] = segment.vids[from]!
    columns.seqs[row] = segment.seqs[from]!
    columns.times[row] = segment.times[from]!
    columns.parts[row] = segment.parts[from]!
    row++
  }
  return sealedSegment(dims, segment.first, Math.min(segment.last, segment.cursor), columns)
}

/** Calls back every row, dead or alive, whose seq is in the list. `seqs` ascends. */
export function eachRowOf(segment: Segment, seqs: ArrayLike<number>, call: (row: number) => void): void {
  const from = lowerBound(seqs, segment.minSeq, 0, seqs.length)
  const to = lowerBound(seqs, segment.maxSeq + 1, from, seqs.length)
  if (from === to) return
  if (segment.ordered) {
    let row = 0
    for (let i = from; i < to; i++) {
      const seq = seqs[i]!
      row = lowerBound(segment.seqs, seq, row, segment.rows)
      for (; row < segment.rows && segment.seqs[row] === seq; row++) call(row)
    }
    return
  }
  for (let row = 0; row < segment.rows; row++) {
    const seq = segment.seqs[row]!
    const at = lowerBound(seqs, seq, from, to)
    if (at < to && seqs[at] === seq) call(row)
  }
}

/** First place in [from, to) whose value is not below `value`; `to` where there is none. */
export function lowerBound(values: ArrayLike<number>, value: number, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1
    if (values[middle]! < value) from = middle + 1
    else to = middle
  }
  return from
}

/** Room for vectors that threads can read together. */
export function sharedVectors(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT))
}

/** Memory of a segment's columns in bytes. */
export function bytesOf(segment: Segment): number {
  const { vectors, head, next, slotOf, vids, seqs, times, parts, dead } = segment
  return [vectors, head, next, slotOf, vids, seqs, times, parts, dead].reduce((sum, a) => sum + a.byteLength, 0)
}

/** Columns as bytes, in the order in which a snapshot keeps them. The format is little-endian, as every host of Node is. */
export function bytesOfColumns({ vids, seqs, times, vectors, slotOf, parts }: Columns): Uint8Array[] {
  return [vids, seqs, times, vectors, slotOf, parts].map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength))
}

function bare(dims: number, first: number, last: number) {
  return {
    dims,
    first,
    last,
    rows: 0,
    slots: 0,
    deadRows: 0,
    deadSlots: 0,
    version: 0,
    minSeq: Number.POSITIVE_INFINITY,
    maxSeq: Number.NEGATIVE_INFINITY,
    ordered: true,
    slotOfEmbedding: new Map<number, number>(),
  }
}

/** Puts a row at the head of its slot's list, so that the newest of equal texts comes first. */
function link(segment: Segment, row: number): void {
  const slot = segment.slotOf[row]!
  segment.next[row] = segment.head[slot]!
  segment.head[slot] = row
  const seq = segment.seqs[row]!
  if (seq < segment.maxSeq) segment.ordered = false
  segment.minSeq = Math.min(segment.minSeq, seq)
  segment.maxSeq = Math.max(segment.maxSeq, seq)
}

/** Doubling keeps the cost of adding a vector constant, and a small store small. */
const FIRST_ROOM = 1024

function growRows(segment: Segment): void {
  const room = Math.max(FIRST_ROOM, segment.vids.length * 2)
  segment.next = moved(segment.next, new Uint32Array(room))
  segment.slotOf = moved(segment.slotOf, new Uint32Array(room))
  segment.vids = moved(segment.vids, new Float64Array(room))
  segment.seqs = moved(segment.seqs, new Float64Array(room))
  segment.times = moved(segment.times, new Float64Array(room))
  segment.parts = moved(segment.parts, new Uint8Array(room))
  segment.dead = moved(segment.dead, new Uint8Array(room))
}

function growSlots(segment: Segment): void {
  const room = Math.max(FIRST_ROOM, segment.head.length * 2)
  segment.head = moved(segment.head, new Uint32Array(room))
  segment.vectors = moved(segment.vectors, new Float32Array(room * segment.dims))
}

function moved<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
