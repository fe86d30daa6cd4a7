import type { Micros } from './window.ts'

/** A checkpoint on its way out. */
export interface CopiedCheckpoint {
  size: number
  /** Base64. */
  root: string
  at: string
  /** The signed note, whole. */
  note: string
}

/** What a time-stamping authority said of a checkpoint. */
export interface CopiedTimestamp {
  size: number
  /** Name of the target that got it. */
  target: string
  /** The note that was stamped. */
  note: string
  /** When, by the authority's clock. */
  time: Micros
  /** The whole answer (RFC 3161 TimeStampResp, DER). */
  reply: Uint8Array
}

/** A place out of reach for checkpoints. Each call may be repeated with the same: it is then only acknowledged. Throws Problem COPY_FAILED. */
export interface CheckpointTarget {
  name: string
  /** Kind and place, without secrets: under another place the name begins anew. */
  place: string
  /** Resolves once the place has it for good; with a timestamp, where that is what the place gives. */
  put(checkpoint: CopiedCheckpoint, signal: AbortSignal): Promise<CopiedTimestamp | null>
  /** Puts a timestamp beside the copy; absent where the place has no beside. */
  putTimestamp?(timestamp: CopiedTimestamp, signal: AbortSignal): Promise<void>
}

/** A write-once place for sealed segments. Throws Problem COPY_FAILED. */
export interface SegmentTarget {
  name: string
  place: string
  /** Resolves with `stored`, or with what stands under that name already and differs; never overwrites. */
  put(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<'stored' | Uint8Array>
}

/** Where segments are read from. */
export interface SegmentSource {
  /** Names of all files there, in any order. */
  list(): Promise<string[]>
  /** Throws Problem COPY_FAILED. */
  read(name: string): Promise<Uint8Array>
}

/** The copies of a house, ready to be made. Nothing is opened before it is used. */
export interface Copies {
  checkpoints: readonly CheckpointTarget[]
  segments: readonly SegmentTarget[]
  /** 32 bytes. */
  segmentKey: Uint8Array
  segmentEvery: Micros
  /** Bodies of one segment before compression. */
  segmentBytes: number
  /** So many bytes of chance. */
  random(bytes: number): Uint8Array
}

/** Name of a segment: entries [from, to). */
export const segmentName = (from: number, to: number): string => `${padded(from)}-${padded(to)}.segment`

/** The range that a name of a segment gives; null where it is none. */
export function segmentRange(name: string): { from: number; to: number } | null {
  const [, from, to] = /^(\d{16})-(\d{16})\.segment$/.exec(name) ?? []
  const range = { from: Number(from), to: Number(to) }
  return Number.isSafeInteger(range.to) && range.from < range.to ? range : null
}

/** What a name of a resealed segment gives: entries within [from, to), and where the receipt stands that they were resealed for. */
export interface ResealedRange {
  from: number
  to: number
  receipt: number
}

/** Name of a resealed segment; by name they are in the order of the ledger, and of one range in that of the erasures. */
export const resealedName = ({ from, to, receipt }: ResealedRange): string =>
  `${padded(from)}-${padded(to)}.${padded(receipt)}.resealed`

/** What a name of a resealed segment gives; null where it is none. */
export function resealedRange(name: string): ResealedRange | null {
  const [, from, to, receipt] = /^(\d{16})-(\d{16})\.(\d{16})\.resealed$/.exec(name) ?? []
  const range = { from: Number(from), to: Number(to), receipt: Number(receipt) }
  return Number.isSafeInteger(range.receipt) && range.from < range.to && range.to <= range.receipt ? range : null
}

export const padded = (n: number): string => String(n).padStart(16, '0')
