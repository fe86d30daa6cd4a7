import type { Json } from './ports.ts'

/**
 * Whose data, by ids as they are stored (a raw id may stand in the store in several forms). All conditions that are given
 * hold, each with one of its values; at least one is given.
 */
export interface Selection {
  user_id?: readonly string[]
  session_id?: readonly string[]
  event_id?: readonly string[]
  tenant_id?: string
}

/** Conditions of a selection that name somebody or something within a tenant. */
export const SELECTED_IDS = ['user_id', 'session_id', 'event_id'] as const

/** What an erasure takes away, by place. */
export const ERASED_PLACES = [
  'events',
  'archives',
  'words',
  'vectors',
  'marks',
  'rollups',
  'states',
  'scores',
  'findings',
  'other_records',
  'struck_records',
  'keys',
  'resealed',
  'upgrade_copies',
] as const
export type ErasedPlace = (typeof ERASED_PLACES)[number]

/**
 * How many in each place. `events` are texts with their salts and ids, `archives` those of them that lay in archive files,
 * `words` those in the word index;
 * `rollups`, `states`, `scores`, `findings` and `other_records` are of entities that nothing is left of, `struck_records`
 * records and states of analysts that only name one and lose the name. `keys` are destroyed; `resealed` events of others lay under one of these and
 * lie under a fresh one now. `upgrade_copies` are files.
 */
export type ErasedCounts = Record<ErasedPlace, number>

/** That something is to be erased, and what its receipt says of that. */
export interface ErasureOrder {
  /** Names the receipt in the ledger. */
  receipt_id: string
  /** Which ids it goes by, and their keyed hash, hex: who has the id and the key finds the receipt, nobody else the id. */
  subject: { by: readonly string[]; hash: string }
  /** Who ordered it. */
  by: string
  reason: string | null
}

/** What a receipt says: the body of an entry of kind `receipt`. */
export type ReceiptBody = {
  v: 1
  /** Half-open ranges of places in the ledger whose texts are gone; the receipt stands behind all of them. */
  leaves: [from: number, to: number][]
  /**
   * Null where a rule of retention ended events, whoever they were of, and where keys had been destroyed before this copy
   * of the store was opened, for whom cannot be said any more.
   */
  subject: { by: string[]; hash: string } | null
  /** The rule of retention by which it was done, and its hash (core/retention.ts). */
  rule?: { name: string; hash: string; action: string }
  by: string
  reason: string | null
  /** ISO 8601 */
  at: string
  counts: { [place in ErasedPlace]?: number }
} & { [key: string]: Json }

/** An erasure that was done: its receipt, and where that stands in the ledger. */
export interface Erased {
  receipt_id: string
  seq: number
  receipt: ReceiptBody
}

/** Kind of the records that list erasures, by the id of their receipts. */
export const ERASURE = 'erasure'

export interface ErasureBody {
  /** `subject.hash` of the receipt. */
  subject: string
  /** Place of the receipt in the ledger. */
  seq: number
  receipt: ReceiptBody
}

/**
 * Kind of the records of what an erasure resealed, so that copies get it again. One erasure may have several: their ids
 * are that of the receipt and a number.
 */
export const RESEAL = 'reseal'

export interface ResealBody {
  /** Place of the receipt in the ledger. */
  receipt: number
  /** Half-open ranges of places, ascending. */
  ranges: [from: number, to: number][]
}
