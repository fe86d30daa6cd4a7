import { type Chains, chain, emptyChains, keysByRow, NONE } from './chains.ts'
import { type CodeRoom, type Codes, copySlot, emptyCodes, putVector, wipe } from './codes.ts'

/** Tenant of a segment that has several: no low 32 bits of a key. */
export const MIXED = -2
const NOBODY = -1

/** Largest number of an event or a vector that the columns can hold. */
const MOST_NUMBER = 0xffff_fffe

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
  minTime: number
  maxTime: number
  /** That of all its rows, as `tenants` has it; MIXED where there are several, below 0 where there is no row. */
  tenant: number
  /** Whether `seqs` never falls from row to row, so that a seq can be looked up by halving. */
  ordered: boolean
  /** Vectors by slot. The slot of a text that nobody holds any more is all zero. */
  codes: Codes
  /** First row of each slot's list; `next` continues it, `NONE` ends it. */
  head: Uint32Array
  next: Uint32Array
  slotOf: Uint32Array
  vids: Uint32Array
  seqs: Uint32Array
  times: Float64Array
  /** 0 prompt, 1 response; and twice the number of the chunk. */
  parts: Uint8Array
  /** 1 where the row's event was erased. */
  dead: Uint8Array
  /** Low 32 bits of the key of the tenant (labels.ts). */
  tenants: Uint32Array
  /** Rows by the key of their user. */
  users: Chains
  /** Slot of each stored embedding, while rows may still join it. */
  slotOfEmbedding: Map<number, number>
}

/** What a segment is made of when it is read back: columns by row, and the vectors. */
export interface Columns {
  slots: number
  codes: Codes
  slotOf: Uint32Array
  vids: Uint32Array
  seqs: Uint32Array
  times: Float64Array
  parts: Uint8Array
  tenants: Uint32Array
  users: Chains
}

/** One text of an event, as it is added. */
export interface NewRow {
  vid: number
  seq: number
  ts: number
  part: number
  embedding: number
  /** Keys of its labels. */
  tenant: number
  user: number
}

/** An empty segment for the vids from `first` to `last`. */
export function openSegment(room: CodeRoom, first: number, last = Number.POSITIVE_INFINITY): Segment {
  return {
    ...bare(room.dims, first, last),
    cursor: first - 1,
    sealed: false,
    codes: emptyCodes(room),
    head: new Uint32Array(0),
    next: new Uint32Array(0),
    slotOf: new Uint32Array(0),
    vids: new Uint32Array(0),
    seqs: new Uint32Array(0),
    times: new Float64Array(0),
    parts: new Uint8Array(0),
    dead: new Uint8Array(0),
    tenants: new Uint32Array(0),
    users: emptyChains(),
  }
}

/** A sealed segment over columns that are already there; takes them over. `slotOf` must be below the number of slots. */
export function sealedSegment(dims: number, first: number, last: number, columns: Columns): Segment {
  const rows = columns.vids.length
  const segment: Segment = {
    ...bare(dims, first, last),
    ...columns,
    cursor: last,
    sealed: true,
    rows,
    head: new Uint32Array(columns.slots).fill(NONE),
    next: new Uint32Array(rows),
    dead: new Uint8Array(rows),
  }
  for (let row = 0; row < rows; row++) link(segment, row)
  return segment
}

/**
 * Adds a row. `read` is asked for the vector only where no row of this segment holds the same embedding; where it
 * answers null nothing is added, and false returned. Throws RangeError where a number is beyond 32 bits.
 */
export function addRow(segment: Segment, row: NewRow, read: () => Float32Array | null): boolean {
  if (row.vid > MOST_NUMBER || row.seq > MOST_NUMBER)
    throw new RangeError('the vector index holds events and vectors up to number 4,294,967,294')
  let slot = segment.slotOfEmbedding.get(row.embedding)
  if (slot === undefined || !isAlive(segment, slot)) {
    const vector = read()
    if (vector === null) return false
    slot = segment.slots++
    if (slot === segment.head.length) segment.head = moved(segment.head, new Uint32Array(roomAfter(slot)))
    putVector(segment.codes, slot, vector)
    segment.head[slot] = NONE
    segment.slotOfEmbedding.set(row.embedding, slot)
  }
  const at = segment.rows++
  if (at === segment.vids.length) growRows(segment)
  segment.vids[at] = row.vid
  segment.seqs[at] = row.seq
  segment.times[at] = row.ts
  segment.parts[at] = row.part
  segment.tenants[at] = row.tenant >>> 0
  chain(segment.users, row.user, at)
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
  wipe(segment.codes, slot)
  segment.deadSlots++
  return slot
}

/** Whether any row still holds the slot's text. */
export function isAlive(segment: Segment, slot: number): boolean {
  return livingRow(segment, slot) !== NONE
}

/** The newest row that holds the slot's text, `NONE` where none does. */
export function livingRow({ head, next, dead }: Segment, slot: number): number {
  let row = head[slot]!
  while (row !== NONE && dead[row] === 1) row = next[row]!
  return row
}

/**
 * The living rows of a segment as a sealed one of its own, ending at what has been read. Where none has died it takes over the
 * vectors where they lie; else they are copied.
 */
export function compacted(segment: Segment): Segment {
  const last = Math.min(segment.last, segment.cursor)
  if (segment.deadRows === 0) return sealedSegment(segment.dims, segment.first, last, wholeColumns(segment))
  const { room, lost, reach } = segment.codes
  const rows = segment.rows - segment.deadRows
  const columns: Columns = {
    slots: 0,
    codes: { ...emptyCodes(room), lost, reach },
    slotOf: new Uint32Array(rows),
    vids: new Uint32Array(rows),
    seqs: new Uint32Array(rows),
    times: new Float64Array(rows),
    parts: new Uint8Array(rows),
    tenants: new Uint32Array(rows),
    users: emptyChains(rows),
  }
  const users = keysByRow(segment.users, segment.rows)
  const slotNow = new Uint32Array(segment.slots).fill(NONE)
  let row = 0
  for (let from = 0; from < segment.rows; from++) {
    if (segment.dead[from] === 1) continue
    const old = segment.slotOf[from]!
    if (slotNow[old] === NONE) {
      slotNow[old] = columns.slots
      copySlot(columns.codes, columns.slots++, segment.codes, old)
    }
    columns.slotOf[row] = slotNow[old]!
    columns.vids[row] = segment.vids[from]!
    columns.seqs[row] = segment.seqs[from]!
    columns.times[row] = segment.times[from]!
    columns.parts[row] = segment.parts[from]!
    columns.tenants[row] = segment.tenants[from]!
    chain(columns.users, users[from]!, row)
    row++
  }
  return sealedSegment(segment.dims, segment.first, last, columns)
}

function wholeColumns(segment: Segment): Columns {
  const { rows, users } = segment
  return {
    slots: segment.slots,
    codes: segment.codes,
    slotOf: segment.slotOf.slice(0, rows),
    vids: segment.vids.slice(0, rows),
    seqs: segment.seqs.slice(0, rows),
    times: segment.times.slice(0, rows),
    parts: segment.parts.slice(0, rows),
    tenants: segment.tenants.slice(0, rows),
    users: { ...users, next: users.next.slice(0, rows) },
  }
}

/** Calls back every row, dead or alive, whose seq is in the list, until that answers false. `seqs` ascends. */
export function eachRowOf(segment: Segment, seqs: ArrayLike<number>, call: (row: number) => unknown): void {
  const from = lowerBound(seqs, segment.minSeq, 0, seqs.length)
  const to = lowerBound(seqs, segment.maxSeq + 1, from, seqs.length)
  if (from === to) return
  if (segment.ordered) {
    let row = 0
    for (let i = from; i < to; i++) {
      const seq = seqs[i]!
      // the next one is mostly near: steps that double find it sooner than halving all that is left
      let step = 1
      while (row + step < segment.rows && segment.seqs[row + step]! < seq) step *= 2
      row = lowerBound(segment.seqs, seq, row + (step >>> 1), Math.min(segment.rows, row + step + 1))
      for (; row < segment.rows && segment.seqs[row] === seq; row++) if (call(row) === false) return
    }
    return
  }
  for (let row = 0; row < segment.rows; row++) {
    const seq = segment.seqs[row]!
    const at = lowerBound(seqs, seq, from, to)
    if (at < to && seqs[at] === seq && call(row) === false) return
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

/** Memory of a segment's columns in bytes; its vectors are in its room. */
export function bytesOf({ head, next, slotOf, vids, seqs, times, parts, dead, tenants, users }: Segment): number {
  return [head, next, slotOf, vids, seqs, times, parts, dead, tenants, users.keys, users.heads, users.next].reduce(
    (sum, column) => sum + column.byteLength,
    0,
  )
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
    minTime: Number.POSITIVE_INFINITY,
    maxTime: Number.NEGATIVE_INFINITY,
    tenant: NOBODY,
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
  segment.minTime = Math.min(segment.minTime, segment.times[row]!)
  segment.maxTime = Math.max(segment.maxTime, segment.times[row]!)
  const tenant = segment.tenants[row]!
  if (segment.tenant === NOBODY) segment.tenant = tenant
  else if (segment.tenant !== tenant) segment.tenant = MIXED
}

/** A quarter more keeps the cost of adding a vector constant and little memory idle. */
const FIRST_ROOM = 1024
const roomAfter = (length: number): number => Math.max(FIRST_ROOM, Math.ceil(length * 1.25))

function growRows(segment: Segment): void {
  const room = roomAfter(segment.vids.length)
  segment.next = moved(segment.next, new Uint32Array(room))
  segment.slotOf = moved(segment.slotOf, new Uint32Array(room))
  segment.vids = moved(segment.vids, new Uint32Array(room))
  segment.seqs = moved(segment.seqs, new Uint32Array(room))
  segment.times = moved(segment.times, new Float64Array(room))
  segment.parts = moved(segment.parts, new Uint8Array(room))
  segment.dead = moved(segment.dead, new Uint8Array(room))
  segment.tenants = moved(segment.tenants, new Uint32Array(room))
  segment.users.next = moved(segment.users.next, new Uint32Array(room))
}

function moved<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
