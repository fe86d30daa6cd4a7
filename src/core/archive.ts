import type { Actor } from './audit.ts'
import type { ReceiptBody, Selection } from './erasure.ts'
import type { Entry, Filter, RecordRow } from './ports.ts'
import type { RetentionRule } from './retention.ts'
import { type Micros, parseTime } from './window.ts'

/**
 * The cold archive. Texts of old events lie in files; the store keeps their rows without them. A file holds rows in plain
 * and, per subject, blocks that are compressed and sealed under the subject's key: they are made and opened by the engine
 * alone, so no subject's key leaves it. The whole file is sealed under a key of its own, which lies in the key ring and
 * ends the file wherever copies of it are.
 */

/** Events of one block: all of one subject, one behind the other in the file. */
export const BLOCK_EVENTS = 100
/** Sealed bodies of a block, in bytes; a larger one is a block of its own. */
export const BLOCK_BYTES = 2 ** 20
/** Rows that a file has at most. */
export const ARCHIVE_ROWS = 10_000

/** Probability of one version of a concept. */
export interface ArchivedMark {
  concept: string
  version: number
  p: number
}

/**
 * One row of a file, in the order of the file: by subject, then by `seq`. Names nobody: users, sessions and all else that is
 * not here is in the sealed text.
 */
export interface ArchiveRow {
  seq: number
  kind: Extract<Entry['kind'], 'event' | 'amendment'>
  /** Of `amendment`: why. */
  reason: NonNullable<Entry['reason']> | null
  event_id: string
  ts: Micros
  received: Micros
  /** '' where it names none. */
  tenant_id: string
  event_type: string
  model: string | null
  status: string | null
  latency_ms: number | null
  tokens_input: number | null
  tokens_output: number | null
  cost_usd: number | null
  anonymised: 0 | 1
  /** Sealed salts, RFC 8785 texts and marks of this row and those behind it, up to the next row that has one; else null. */
  texts: Uint8Array | null
  /** Sealed vectors of the same rows; null also where they have none. */
  vectors: Uint8Array | null
}

/** Place behind which the next batch of a rule begins: within a tenant by time of receipt. */
export interface ArchivePlace {
  tenant: string
  received: Micros
  seq: number
}

/** Asks for the rows of one file: what is to be archived under one rule. */
export interface ArchiveAsk {
  /** Id of the file that is to be: 32 random hex digits. Blocks are bound to it. */
  file: string
  rules: readonly RetentionRule[]
  /** Which of them, by its position. */
  at: number
  /** What is due by then. */
  now: Micros
  after: ArchivePlace | null
  /** Rows, at most ARCHIVE_ROWS. */
  limit: number
}

/** Rows of one file: received on one day, of one tenant, archived by one rule. */
export interface ArchiveBatch {
  /** UTC day of receipt, `2026-01-15`. */
  day: string
  tenant_id: string
  rows: ArchiveRow[]
  next: ArchivePlace
}

/** Kind of the records of files, by the id of the file. */
export const ARCHIVE = 'archive'

/**
 * What is known of a file: the body of its record.
 *
 * - `begun`: it is being written; no row of the store is in it alone. One that stays so was left by a run that died.
 * - `standing`: rows of the store have their texts in it.
 * - `ended`: none has, and its key is destroyed; the file itself may still lie at its target.
 * - `removed`: it is gone from there too.
 */
export type ArchiveManifest = {
  v: 1
  file: string
  state: 'begun' | 'standing' | 'ended' | 'removed'
  /** Name of the target that it lies at, and its path there. */
  target: string
  path: string
  day: string
  tenant_id: string
  rule: { name: string; hash: string }
  /** Rows in the file; their places are in the audit, which says `archive` of them. */
  rows: number
  /** Of the whole file, as it lies there; null while it is begun. */
  bytes: number | null
  /** SHA-256, hex. */
  sha256: string | null
  /** ISO 8601: when it was begun. */
  at: string
  /** ISO 8601: when it was last read and found to be as it was written; null before. */
  read_at: string | null
}

/** What the audit's entry `archive` says of the file in `asked`: a store that is made of copies knows it by that again. */
export type ToldFile = Pick<
  ArchiveManifest,
  'file' | 'sha256' | 'bytes' | 'rows' | 'target' | 'path' | 'day' | 'tenant_id' | 'rule'
>

/** A manifest as a store keeps it. */
export function archiveRecord(manifest: ArchiveManifest): RecordRow {
  const { file: id, tenant_id, at } = manifest
  const place = { kind: ARCHIVE, id, ts: parseTime(at) ?? 0, entity: null, tenant_id: tenant_id || null, rank: null }
  return { ...place, body: manifest }
}

/** An entry of the access audit that is part of the commit. */
export interface ArchiveEntry {
  /** Id of the entry in the ledger. */
  id: string
  actor: Actor
}

/** Takes texts out of the store, after they were read back from where the file lies. */
export interface ArchiveOrder {
  /** As read back: `bytes` and `sha256` are those of the file. */
  manifest: ArchiveManifest & { bytes: number; sha256: string }
  /** Whole blocks of the file, as read back; see `archiveSlices`. */
  rows: readonly ArchiveRow[]
  entry: ArchiveEntry
}

/** What was made of an ArchiveOrder. */
export interface ArchiveStep {
  /** Rows that have their text in the file now. */
  archived: number
  /** Places of rows that stay in the store: they were changed, held or taken away since they were read, or the file has them otherwise. */
  left: number[]
}

/** An event as a file holds it. */
export interface ArchivedEvent {
  seq: number
  event_id: string
  /**
   * `whole`: it fits its leaf. `differs`: it does not, or cannot be opened. `gone`: the store has this row in the file no
   * more, since it was erased or came back.
   */
  verdict: 'whole' | 'differs' | 'gone'
  /** The RFC 8785 text; null where it is not whole. */
  text: string | null
  marks: readonly ArchivedMark[]
}

/** A file with rows whose texts are in it alone. */
export interface ColdFile {
  manifest: ArchiveManifest
  /** Such rows that pass the filter which was asked for. */
  rows: number
}

/** Brings texts back into the store. */
export interface ThawOrder {
  file: string
  /** Whole blocks of the file, as read; see `archiveSlices`. */
  rows: readonly ArchiveRow[]
  /** Only rows at these places; null: all. */
  seqs: readonly number[] | null
  /** They are not archived again before then; 0: whenever a rule says so. */
  hot_until: Micros
  entry: ArchiveEntry
}

/** What was made of a ThawOrder. */
export interface ThawStep {
  /** Rows that have their text in the store again. */
  thawed: number
  /** Places of rows that stay as they are, because what the file has of them does not fit their leaves. */
  differs: number[]
}

/** A file in which rules end something. */
export interface ColdDue {
  file: string
  /** Rows that rules delete. */
  ends: number
  /** Places of the others whose texts are in the file: they have to come back first, because the file's key is destroyed. */
  stay: number[]
}

/** Ends a file together with its rows that are due for deletion. */
export interface ColdEnd {
  file: string
  rules: readonly RetentionRule[]
  now: Micros
  /** Names of the receipts in the ledger: one per rule, by its position. */
  receipt_ids: readonly string[]
  by: string
}

/** What one rule ended in a file. */
export interface ColdEnded {
  rule: string
  events: number
  receipt_id: string
  seq: number
  receipt: ReceiptBody
  /** Keys that were destroyed, of subjects. */
  keys: number
}

/** Rows of a selection's subjects that lie in files and are not selected themselves. */
export interface ColdBeside {
  file: string
  seqs: number[]
}

/**
 * What an engine does for the archive. Each call is one commit, and those that only read are none. A row is in the store or
 * in one file at any moment; a file of which no row is left ends in the commit that takes the last one.
 */
export interface Archives {
  /**
   * Rows of the next file under a rule; null where nothing is due. What a hold selects, what earlier rules end, what stages
   * have not finished and what cannot be opened is left out. Changes nothing.
   */
  archivable(ask: ArchiveAsk): Promise<ArchiveBatch | null>
  /** Makes the key of a file and its record (`begun`), both before anything is written. The key: 32 bytes. */
  beginArchive(manifest: ArchiveManifest): Promise<Uint8Array>
  /** The key of a file; null where there is none, or none any more. */
  archiveKey(file: string): Promise<Uint8Array | null>
  /**
   * Compares rows that were read back with what the store holds, and drops texts, words, vectors and marks of those that are
   * the same; the record of the file says `standing` then. With an audit entry `archive`: a ToldFile, rows, and the places in `leaves`.
   */
  archive(order: ArchiveOrder): Promise<ArchiveStep>
  /** Opens blocks of a file and compares them with the ledger. Changes nothing. */
  readArchive(file: string, rows: readonly ArchiveRow[]): Promise<ArchivedEvent[]>
  /** Files with rows that have their texts there and pass the filter, oldest day first. */
  cold(filter: Filter): Promise<ColdFile[]>
  /** Places of such rows of one file, ascending. */
  coldRows(file: string, filter: Filter): Promise<number[]>
  /** Brings texts, words, vectors and marks back as they were, with an audit entry `archive.restore`. */
  thaw(order: ThawOrder): Promise<ThawStep>
  /** Files in which rules end something, by whole days: all that was received on one day is due at once. Changes nothing. */
  coldDue(rules: readonly RetentionRule[], now: Micros): Promise<ColdDue[]>
  /** Ends the rows of a file that rules delete, with a receipt per rule, and the file. Null, and nothing done, where another row has its text there. */
  endCold(order: ColdEnd): Promise<ColdEnded[] | null>
  /** Destroys the key of a file that was begun and of which no row was taken; false, and nothing done, where one was. */
  dropArchive(file: string): Promise<boolean>
  /** What has to come back before the selection is erased: it lies under keys that are destroyed then. */
  coldBeside(selection: Selection): Promise<ColdBeside[]>
}

/** Where files lie, for whoever needs texts of them. */
export interface ColdStore {
  /** All rows of a file, as they were written. Throws Problem COPY_FAILED where it cannot be read, or is not as it was written. */
  rows(manifest: ArchiveManifest): Promise<readonly ArchiveRow[]>
  /** Deletes files that have ended; what a target's lock refuses, or lies at another target, is left. Throws after all were tried. */
  sweep(): Promise<void>
}

/** Rows of a commit at least: most of what it takes is the word index, for which whoever else writes waits. */
const SLICE_ROWS = 50
/** Or sealed blocks of a commit, in bytes, where events are large: a mebibyte of words takes the word index seconds. */
const SLICE_BYTES = 2 ** 16

/** Rows of a file in runs of at least `least`, or fewer that are large, each of whole blocks, for calls that are one commit each. */
export function archiveSlices(rows: readonly ArchiveRow[], least = SLICE_ROWS): ArchiveRow[][] {
  const slices: ArchiveRow[][] = []
  let bytes = 0
  for (const row of rows) {
    const last = slices.at(-1)
    if (last === undefined || (row.texts !== null && (last.length >= least || bytes >= SLICE_BYTES))) {
      slices.push([row])
      bytes = 0
    } else last.push(row)
    bytes += row.texts?.length ?? 0
  }
  return slices
}
