import { KERNEL_CODE } from './kernel-code.ts'

/** Records that one call can score; as many places and scores fit into where it writes them. */
export const MOST_RECORDS = 4096

/** Behind the codes of a record: its scale (f32). */
export const SCALE_BYTES = 4

/** Pages of WebAssembly memory: 64 KiB each, at most 4 GiB. */
const PAGE_BYTES = 65_536
const MOST_PAGES = 65_536

/** Where things lie at the start of the memory; records come behind. */
const OFFSETS_AT = 0
const RUN_AT = OFFSETS_AT + MOST_RECORDS * 4
const PLACES_AT = RUN_AT + MOST_RECORDS * 4
const SCORES_AT = PLACES_AT + MOST_RECORDS * 4
const QUESTION_AT = SCORES_AT + MOST_RECORDS * 4

/** Memory of records, and the loop that scores them (kernel.wat). */
export interface Kernel {
  /** All of the memory; grows when room is taken, by another view. */
  bytes(): SharedArrayBuffer
  /** Where the question is written: as many i16 as a record has codes. */
  question: Int16Array
  /**
   * Where the offsets of records are written that a call is about; up to MOST_RECORDS. The loop may touch three behind the
   * last one, so that all calls which write here must count from one base.
   */
  offsets: Uint32Array
  /** Offsets of records that lie one behind the other. */
  run: Uint32Array
  /** What a call found: places among the offsets, ascending, and the score of each. */
  places: Uint32Array
  scores: Float32Array
  /** Room for so many bytes, where it begins; null where the memory ends. */
  take(bytes: number): number | null
  /**
   * Scores the records at `base` + offset of the first `n` of a list, `offsets` or `run`, against the question; three records
   * behind a run must be memory that was taken. A score is code times code, times
   * the scale of the record, times `unit`. Found are those of which score + scale × `slack` is at least `floor`.
   * @returns how many were found
   */
  near(base: number, list: Uint32Array, n: number, unit: number, slack: number, floor: number): number
}

/** What is used of WebAssembly, which the libraries for Node do not declare. */
interface Assembly {
  Memory: new (size: {
    initial: number
    maximum: number
    shared: boolean
  }) => {
    buffer: SharedArrayBuffer
    grow(pages: number): number
  }
  Module: new (code: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: unknown }
}
const { WebAssembly: assembly } = globalThis as unknown as { WebAssembly: Assembly }

interface Exports {
  near(
    base: number,
    list: number,
    n: number,
    codes: number,
    question: number,
    unit: number,
    slack: number,
    floor: number,
    out: number,
  ): number
}

/**
 * A memory of its own with the loop over it.
 * @param codes of a record: a multiple of 16
 * Throws Error where this machine has no SIMD in WebAssembly, RangeError where it has no memory.
 */
export function createKernel(codes: number): Kernel {
  const first = Math.ceil((QUESTION_AT + 2 * codes) / 16) * 16
  const memory = new assembly.Memory({
    initial: Math.ceil(first / PAGE_BYTES),
    maximum: MOST_PAGES,
    shared: true,
  })
  const { near } = new assembly.Instance(compiled(), { env: { memory } }).exports as Exports
  const bytes = () => memory.buffer
  let taken = first
  const record = codes + SCALE_BYTES
  new Uint32Array(bytes(), RUN_AT, MOST_RECORDS).set(Uint32Array.from({ length: MOST_RECORDS }, (_, i) => i * record))
  return {
    bytes,
    question: new Int16Array(bytes(), QUESTION_AT, codes),
    // shared memory is never moved, so views on its beginning stay
    offsets: new Uint32Array(bytes(), OFFSETS_AT, MOST_RECORDS),
    run: new Uint32Array(bytes(), RUN_AT, MOST_RECORDS),
    places: new Uint32Array(bytes(), PLACES_AT, MOST_RECORDS),
    scores: new Float32Array(bytes(), SCORES_AT, MOST_RECORDS),

    take(bytes) {
      const at = taken
      const pages = Math.ceil((at + bytes) / PAGE_BYTES)
      const more = pages - memory.buffer.byteLength / PAGE_BYTES
      if (pages > MOST_PAGES) return null
      if (more > 0) memory.grow(more)
      taken = at + bytes
      return at
    },

    near: (base, list, n, unit, slack, floor) =>
      near(base, list.byteOffset, n, codes, QUESTION_AT, unit, slack, floor, PLACES_AT),
  }
}

function compiled(): object {
  try {
    return new assembly.Module(Buffer.from(KERNEL_CODE, 'base64'))
  } catch (cause) {
    throw new Error(
      'search by meaning needs a processor on which Node has SIMD in WebAssembly (x86 with SSE4.1, ARM64)',
      {
        cause,
      },
    )
  }
}
