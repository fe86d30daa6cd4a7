import type { StoredEvent } from './ports.ts'
import type { Micros } from './window.ts'

/** Fingerprints of answers: keyed hashes of a few of their words in a row, by which a passage is found that others were given too. */

/** Kind of the records that say what a passage is. */
export const PASSAGE = 'memorised-passage'

/** What is kept of a passage: not a word of it. */
export interface PassageRow {
  /** How many words it had where it was found first. */
  words: number
  /** Whether something was redacted in it: it holds personal data, or a secret. */
  sensitive: boolean
  /** It is put together of what the service says elsewhere too, which is not told. */
  composed?: true
}

/** One fingerprint of one answer. */
export interface FingerprintRow {
  /** Place of the event. */
  seq: number
  /** 0 to 2⁴⁸ - 1. */
  print: number
  /** Id of the memorised passage that it lies in; null: of none that is known. */
  passage: string | null
}

/** A passage that several were given, with what the store counts of it. */
export interface PassageCount {
  passage: string
  tenant_id: string | null
  /** Answers that hold it. */
  events: number
  /** Users that they went to; where an event names none, its session counts as one. */
  users: number
  first: Micros
  last: Micros
}

/** What a store knows of fingerprints. They go with the texts of their events; those of a passage stay as long, others until they are trimmed. */
export interface Fingerprints {
  /** Those of one tenant (null: of none) that are one of `prints`; of each at most `limit`, the newest in the ledger first. */
  fingerprintsOf(tenant_id: string | null, prints: readonly number[], limit: number): Promise<FingerprintRow[]>
  /** Events of one tenant at some places; what is not there, or of another, is left out. */
  eventsAt(tenant_id: string | null, seqs: readonly number[]): Promise<StoredEvent[]>
  /** Every passage of which an answer is left, by id. */
  memorised(): Promise<PassageCount[]>
  /**
   * Lets fingerprints go that lie in no passage: those of events before `before`, as far as the ledger is in the order of
   * time, and of each tenant those beyond its newest `most`. A turn at most; returns how many went, 0 where none was due.
   */
  trimFingerprints(before: Micros, most: number): Promise<number>
}
