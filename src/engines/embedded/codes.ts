import { createKernel, type Kernel, MOST_RECORDS, SCALE_BYTES } from './kernel.ts'

/** Codes run from -127 to 127. */
const MOST_CODE = 127
/** Codes that the loop takes at a time. */
const STEP = 16
/** Largest number of an i32. */
const MOST_SUM = 2 ** 31 - 1
/** What is lost in the arithmetic of floats, as a cosine. */
const ROUNDING = 1e-6
/** Vectors of a scan's first step, which raises the floor for all that follow: a multiple of four. */
const FIRST_STEP = 256

/** Room for MOST_RECORDS vectors. */
export interface Block {
  kernel: Kernel
  at: number
}

/**
 * Memory for the vectors of one space, in blocks that are given back and taken again. A vector of `dims` numbers is a
 * record: 8-bit codes, `width` of them (the last ones 0), and a scale.
 */
export interface CodeRoom {
  readonly dims: number
  readonly width: number
  /** Throws RangeError where the machine has no memory left. */
  take(): Block
  give(blocks: readonly Block[]): void
  /** Resident bytes, of blocks that are free too. */
  bytes(): number
}

export function createCodeRoom(dims: number): CodeRoom {
  const width = Math.ceil(dims / STEP) * STEP
  const size = MOST_RECORDS * (width + SCALE_BYTES)
  const kernels: Kernel[] = []
  const free: Block[] = []
  let taken = 0

  function fresh(): Block {
    const last = kernels.at(-1)
    const at = last?.take(size) ?? null
    taken += size
    if (last !== undefined && at !== null) return { kernel: last, at }
    const kernel = createKernel(width)
    kernels.push(kernel)
    return { kernel, at: kernel.take(size)! }
  }

  return {
    dims,
    width,
    take: () => free.pop() ?? fresh(),
    give: (blocks) => void free.push(...blocks),
    bytes: () => taken,
  }
}

/** Vectors by slot, as codes. */
export interface Codes {
  readonly room: CodeRoom
  readonly blocks: Block[]
  /** Most that any vector lost when it was coded (Euclidean length), in its scales. */
  lost: number
  /** Greatest length of the codes of any vector. */
  reach: number
}

export const emptyCodes = (room: CodeRoom): Codes => ({ room, blocks: [], lost: 0, reach: 0 })

/** The codes of a slot. */
export function codesAt({ room, blocks }: Codes, slot: number): Int8Array {
  const { kernel, at } = blocks[Math.floor(slot / MOST_RECORDS)]!
  return new Int8Array(kernel.bytes(), at + (slot % MOST_RECORDS) * (room.width + SCALE_BYTES), room.width)
}

const scaleAt = (codes: Int8Array): Float32Array =>
  new Float32Array(codes.buffer, codes.byteOffset + codes.byteLength, 1)

/** What one step of a slot's codes stands for; 0 where it was wiped. */
export function scaleOf(codes: Codes, slot: number): number {
  return scaleAt(codesAt(codes, slot))[0]!
}

/** Takes blocks until there is room for so many slots. */
export function takeRoom({ blocks, room }: Codes, slots: number): void {
  while (slots > blocks.length * MOST_RECORDS) blocks.push(room.take())
}

/** Codes and scales of the first `slots` slots, block by block, where they lie. */
export function recordsOf({ blocks, room }: Codes, slots: number): Uint8Array[] {
  return blocks
    .map(({ kernel, at }, i) => {
      const n = Math.max(0, Math.min(MOST_RECORDS, slots - i * MOST_RECORDS))
      return new Uint8Array(kernel.bytes(), at, n * (room.width + SCALE_BYTES))
    })
    .filter(({ length }) => length > 0)
}

/** Codes a vector into a slot; slots are filled in order. Its numbers must be finite. */
export function putVector(codes: Codes, slot: number, vector: Float32Array): void {
  takeRoom(codes, slot + 1)
  const into = codesAt(codes, slot)
  const { scale, lost, reach } = codeInto(into, vector)
  scaleAt(into)[0] = scale
  codes.lost = Math.max(codes.lost, lost)
  codes.reach = Math.max(codes.reach, reach)
}

/** Nearest codes to a vector: each number is at most half a scale off. Returns the scale, and what was lost in scales. */
function codeInto(into: Int8Array, vector: Float32Array): { scale: number; lost: number; reach: number } {
  let most = 0
  for (let i = 0; i < vector.length; i++) most = Math.max(most, Math.abs(vector[i]!))
  const scale = Math.fround(most / MOST_CODE)
  into.fill(0)
  if (scale === 0) return { scale, lost: 0, reach: 0 }
  let lost = 0
  let reach = 0
  for (let i = 0; i < vector.length; i++) {
    const exact = vector[i]! / scale
    const code = Math.max(-MOST_CODE, Math.min(MOST_CODE, Math.round(exact)))
    into[i] = code
    lost += (exact - code) ** 2
    reach += code * code
  }
  return { scale, lost: Math.sqrt(lost), reach: Math.sqrt(reach) }
}

/** Whether a slot holds exactly the codes that this vector gets. */
export function isCodeOf(codes: Codes, slot: number, vector: Float32Array): boolean {
  const held = codesAt(codes, slot)
  const own = new Int8Array(held.length)
  const { scale } = codeInto(own, vector)
  return scale === scaleOf(codes, slot) && own.every((code, i) => code === held[i])
}

/** Afterwards the slot is near to nothing. */
export function wipe(codes: Codes, slot: number): void {
  const held = codesAt(codes, slot)
  held.fill(0)
  scaleAt(held)[0] = 0
}

/** Copies what slot `from` of others holds into slot `to`, the next one. */
export function copySlot(codes: Codes, to: number, others: Codes, from: number): void {
  takeRoom(codes, to + 1)
  const [into, held] = [codesAt(codes, to), codesAt(others, from)]
  into.set(held)
  scaleAt(into)[0] = scaleAt(held)[0]!
}

/** The numbers that the codes of a slot stand for. */
export function decoded(codes: Codes, slot: number): Float32Array {
  const held = codesAt(codes, slot)
  const scale = scaleAt(held)[0]!
  return Float32Array.from({ length: codes.room.dims }, (_, i) => held[i]! * scale)
}

/** A question in the form in which records are scored against it. */
export interface Asked {
  q: Float32Array
  /** 16-bit numbers, `unit` each. */
  numbers: Int16Array
  unit: number
  /** What was lost by that, and its length. */
  lost: number
  length: number
}

/** Codes a question, finite numbers of a room's dimensions, as finely as sums of 32 bits allow. */
export function askedOf(q: Float32Array, { width }: CodeRoom): Asked {
  let most = 0
  let length = 0
  for (const value of q) {
    most = Math.max(most, Math.abs(value))
    length += value * value
  }
  const unit = most / Math.min(32_767, Math.floor(MOST_SUM / (MOST_CODE * width)))
  const numbers = new Int16Array(width)
  let lost = 0
  if (unit > 0)
    for (let i = 0; i < q.length; i++) {
      numbers[i] = Math.round(q[i]! / unit)
      lost += (q[i]! - numbers[i]! * unit) ** 2
    }
  return { q, numbers, unit, lost: Math.sqrt(lost), length: Math.sqrt(length) }
}

/**
 * By how many scales of its record a score can be wrong. With a vector v = s·c + e and a question q = u·n + f:
 * q·v − u·s·(n·c) = q·e + s·(f·c), which by Cauchy and Schwarz is at most |q|·|e| + s·|f|·|c|.
 */
export const slackOf = ({ lost, reach }: Codes, asked: Asked): number => asked.length * lost + asked.lost * reach

/** What a scan finds: a slot or the place of one, its score, and by how much that can be wrong at most. */
export type Found = (at: number, score: number, error: number) => void

/**
 * Scores every slot below `slots`, and calls back those that may reach the floor, which is asked for anew every few
 * thousand. Nothing that reaches it is left out.
 */
export function scanSlots(codes: Codes, slots: number, asked: Asked, floor: () => number, found: Found): void {
  const record = codes.room.width + SCALE_BYTES
  for (let from = 0; from < slots; ) {
    const { kernel, at } = codes.blocks[Math.floor(from / MOST_RECORDS)]!
    const first = from
    const place = from % MOST_RECORDS
    const n = Math.min(from === 0 ? FIRST_STEP : MOST_RECORDS - place, slots - from)
    const run = { kernel, base: at + place * record, list: kernel.run, n }
    score(codes, run, asked, floor(), (i, value, error) => found(first + i, value, error))
    from += n
  }
}

/** The same for a list of slots; called back are places in the list. */
export function scoreSlots(
  codes: Codes,
  slots: ArrayLike<number>,
  asked: Asked,
  floor: () => number,
  found: Found,
): void {
  const record = codes.room.width + SCALE_BYTES
  for (let from = 0; from < slots.length; ) {
    const { kernel } = codes.blocks[Math.floor(slots[from]! / MOST_RECORDS)]!
    const { offsets } = kernel
    let n = 0
    // as far as they lie in one memory
    for (; n < MOST_RECORDS && from + n < slots.length; n++) {
      const slot = slots[from + n]!
      const block = codes.blocks[Math.floor(slot / MOST_RECORDS)]!
      if (block.kernel !== kernel) break
      offsets[n] = block.at + (slot % MOST_RECORDS) * record
    }
    const first = from
    const run = { kernel, base: 0, list: offsets, n }
    score(codes, run, asked, floor(), (place, value, error) => found(first + place, value, error))
    from += n
  }
}

/** Records that one call scores: see Kernel.near. */
interface Run {
  kernel: Kernel
  base: number
  list: Uint32Array
  n: number
}

function score(codes: Codes, { kernel, base, list, n }: Run, asked: Asked, floor: number, found: Found): void {
  const { places, scores } = kernel
  const slack = slackOf(codes, asked)
  // others may have asked since
  kernel.question.set(asked.numbers)
  const hits = kernel.near(base, list, n, asked.unit, slack, floor - ROUNDING)
  const floats = new Float32Array(kernel.bytes())
  const { width } = codes.room
  for (let i = 0; i < hits; i++) {
    const place = places[i]!
    const scale = floats[(base + list[place]! + width) / SCALE_BYTES]!
    found(place, scores[i]!, scale * slack + ROUNDING)
  }
}
