import type { Archives } from './archive.ts'
import type { StoreSizes } from './capacity.ts'
import type { ClusterCount, Placed } from './cluster.ts'
import type { Erased, ErasedCounts, ErasureOrder, Selection } from './erasure.ts'
import type { RedactedEvent } from './event.ts'
import type { NumberBounds, NumberField } from './filter-fields.ts'
import type { FingerprintRow, Fingerprints } from './fingerprint.ts'
import type { NearRows } from './near.ts'
import type { RetentionDue, RetentionOrder, RetentionRule, RetentionStep } from './retention.ts'
import type { EntityType } from './score.ts'
import type { Summary } from './summary.ts'
import type { Micros } from './window.ts'

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined }

/** The present. Passed in, so that tests own it. */
export interface Clock {
  now(): Micros
}

/** Structured log. Fields never hold event text, keys or secrets. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** Turns texts into unit vectors of one space. */
export interface Encoder {
  /** Names model, revision and dtype: vectors of two spaces never mix. */
  readonly space: SpaceInfo
  /** One unit vector per text, same order. A text without a word the model knows gives a zero vector. Waits while the queue is full. */
  encode(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>
  /** How the model cuts each text, same order. Absent where that cannot be told. */
  pieces?(texts: readonly string[]): Promise<Pieces[]>
  close(): Promise<void>
}

/** Into how many pieces a model cuts a text, and how many of them it does not know. */
export interface Pieces {
  pieces: number
  unknown: number
}

export interface SpaceInfo {
  /** e.g. `static-logs-en-256@3f9a12cd/q8`: model, first 8 hex of the hash over its files, dtype. */
  space: string
  model: string
  revision: string
  dtype: string
  dims: number
}

export interface Space extends SpaceInfo {
  /** One space is active and answers; another may be filling. */
  state: 'filling' | 'active' | 'retired'
}

// ── Entries and events ────────────────────────────────────────────────────────────────────────────────

/**
 * Something to be sealed: a leaf of the ledger and, for an event, its row. An amendment names an event that is held and
 * replaces its body: the old leaf stays, the old text is gone, and every stage sees the event again under its new seq.
 */
export interface Entry {
  kind: 'event' | 'amendment' | 'audit' | 'receipt'
  event_id: string
  /** Of `amendment`: why. */
  reason?: 'redaction' | 'late-part' | 'anonymisation'
  /** Of an anonymisation: what was made of the former text and stays. Sums stay as they were counted. */
  keeps?: readonly ('marks' | 'vectors')[]
  /** Of `amendment`: seq of the row that it was made from. Where another stands by now, it is only counted. Absent: whichever stands. */
  of?: number
  /** Event time. */
  ts: Micros
  /** Of `event`: the redacted event. It is serialised once, canonically (RFC 8785); those bytes are stored and sealed. */
  body: RedactedEvent | { [key: string]: Json | undefined }
}

/**
 * An entry of the ledger with what stands for it, for whoever checks one against the other. Nothing here is vouched for:
 * each field is what the store holds at this moment.
 */
export interface SealedEntry {
  seq: number
  kind: Entry['kind']
  event_id: string
  /** SHA-256(salt ‖ body) as it was sealed; the leaf is made of kind, event_id and this. */
  commitment: Uint8Array
  /** Of `amendment`: why. */
  reason: 'redaction' | 'late-part' | 'anonymisation' | null
  /** Null where nothing stands at this place. */
  ts: Micros | null
  /** When the event was appended first; null where nothing stands, and for audit entries and receipts. */
  received: Micros | null
  salt: Uint8Array | null
  /** The RFC 8785 text that was sealed. */
  body: string | null
  /**
   * `held`: salt and body are there. `archived`: they lie in a file of the cold archive. `erased`: they were destroyed.
   * `amended`: a later entry stands for the event. `missing`: none of these, so somebody took it away.
   */
  state: 'held' | 'archived' | 'erased' | 'amended' | 'missing'
  /** What the store goes by in filters and sums, by its own names, and that is not what `body` says. */
  edited_columns: readonly string[]
}

/** A row that no leaf stands for, with what it holds. */
export type Unsealed = Pick<SealedEntry, 'seq' | 'event_id' | 'salt' | 'body'>

/** An audit entry or a receipt. */
export interface OtherEntry {
  seq: number
  event_id: string
  ts: Micros
  body: { [key: string]: Json | undefined }
}

/** Audit entries or receipts that share a text of their bodies. */
export interface OtherSum {
  /** The text; null where they have none at that place. */
  value: string | null
  n: number
  /** Of the number that was asked for, over all of them. */
  sum: number
  /** Times of the first and the last of them. */
  first: Micros
  last: Micros
}

/** One entry as the store holds it, for copies: everything else that the store keeps of it is made of the body again. */
export interface KeptEntry {
  seq: number
  kind: Entry['kind']
  event_id: string
  commitment: Uint8Array
  reason: string | null
  /** 0 where the entry was erased or amended, as `received`. */
  ts: Micros
  received: Micros
  /** Names the key that the body is sealed under; null where it is not. */
  subject: Uint8Array | null
  /** Salt and RFC 8785 text, one behind the other; sealed where there is a subject. Null where nothing is left of them. */
  body: Uint8Array | null
  /** Id of the archive file that has them instead; absent where none has. */
  archive?: string
  /** Beside `archive`: what the event is found, counted and held by, which the store has still; sealed under the same key. */
  row?: Uint8Array
}

/** The store of a new data directory while it is made of what copies keep of a ledger. Each call is one commit. */
export interface Rebuild extends Pick<Engine, 'head' | 'sealed' | 'unsealed' | 'nodes'> {
  /**
   * Takes the next entries, in the order of the ledger; whatever else the store keeps of an event is made of its text
   * again, where its key is there. Answers which of them were receipts, with their texts.
   */
  take(entries: readonly KeptEntry[]): Promise<{ seq: number; body: string }[]>
  /**
   * Takes entries again that were sealed under another key since, wherever that key opens them; what stands no more, or
   * not yet, is passed over. Answers the places at which another entry stands: nothing is taken there.
   */
  takeResealed(entries: readonly KeptEntry[]): Promise<number[]>
  /** Takes texts away that a receipt says were erased, at places [from, to); also where an older key ring opens them. */
  strike(from: number, to: number): Promise<void>
  /** Nothing else is taken; keys under which nothing lies any more but what was struck are destroyed. */
  finish(): Promise<void>
  close(): Promise<void>
}

export interface StoredEvent {
  seq: number
  ts: Micros
  /** When it was appended first. */
  received: Micros
  event: RedactedEvent
  /** In a ticket of `baseline`, of an event that was amended after that stage had counted it: what it counted, without texts. */
  was?: { ts: Micros; event: RedactedEvent }
}

/** An event without its text. */
export interface EventOutline {
  event_id: string
  ts: Micros
  event_type: string
  user_id: string | null
  session_id: string | null
}

export type Part = 'prompt' | 'response'

/** Narrows events. All given conditions hold. Times are half-open: since <= ts < until. */
export interface Filter {
  since?: Micros
  until?: Micros
  tenant_id?: string
  event_ids?: readonly string[]
  /** Any further top-level field of the event with a string or number value, equal to it or to one of several: user_id, session_id, model, status, … */
  fields?: Readonly<Record<string, string | readonly string[]>>
  /** Numbers of the event within bounds. */
  numbers?: Readonly<Partial<Record<NumberField, NumberBounds>>>
  /** Phrases that its texts hold, all of them, in the words of the word index. */
  words?: readonly string[]
  /** Probabilities that it has, or has not. */
  marks?: readonly MarkBound[]
  /** What it has none of. */
  without?: {
    fields?: Readonly<Record<string, readonly string[]>>
    words?: readonly string[]
    event_ids?: readonly string[]
    /** Half-open. */
    time?: { since?: Micros; until?: Micros }
  }
  /** For vector and word search: which text. Absent: any. */
  part?: Part
  /** Only entries below this ledger size. */
  before_seq?: number
}

/** A condition on the probability of one version of a concept. */
export interface MarkBound {
  concept: string
  version: number
  /** At least this probable; an event that was not scored is not. */
  least?: number
  /** Less probable than this, or not scored. */
  below?: number
}

/** Place after which a page begins; `score` where the order is by score. */
export interface After {
  score?: number
  ts: Micros
  event_id: string
}

export interface Page {
  limit: number
  after?: After
}

export interface Paged<T> {
  items: T[]
  /** Null where the list ended. */
  next: After | null
}

// ── Search ────────────────────────────────────────────────────────────────────────────────────────────

export interface Hit {
  seq: number
  event_id: string
  ts: Micros
  part: Part
  /** The chunk of a long text that is nearest, from 1 in the order of `chunksOf`; absent where it is the text as a whole. */
  chunk?: number
  /** Cosine, -1 to 1. */
  score: number
}

/**
 * Words that are looked for; a term of several is a phrase. Compared in the form that core/word-forms.ts gives them; terms
 * without a letter or digit say nothing.
 */
export interface Words {
  /** Each of them is held, in one text of the event or another. */
  all: readonly string[]
  /** One of them at least, where there are any; the more and the rarer, the better. */
  some?: readonly string[]
  /** None of them is. */
  none?: readonly string[]
}

export interface WordHit {
  seq: number
  event_id: string
  ts: Micros
  /** BM25, above 0; comparable within one answer. 0 where the order is by time. */
  score: number
}

/** Of the texts of an event, as core/signature.ts makes them. */
export type Signatures = Record<Part, Uint8Array>

/** `best`: by BM25, then newest first; its pages are not continued. */
export interface MatchPage {
  order: 'best' | 'newest' | 'oldest'
  limit: number
  after?: After
}

export interface Mark {
  event_id: string
  seq: number
  ts: Micros
  /** Calibrated probability, 0 to 1. */
  p: number
}

// ── Work ──────────────────────────────────────────────────────────────────────────────────────────────

/** `embed:<space>` and `fingerprints` hand out ranges in parallel; `baseline` keeps order, so one ticket at a time. Concept refits use `score:<concept>@<version>`. */
export type Stage = `embed:${string}` | 'fingerprints' | 'baseline' | `score:${string}`

export interface Ticket {
  /** Stage or job, and ledger range or slot: what is leased. */
  name: string
  first: number
  last: number
  slot: string | null
  /** Raised whenever a lease is taken over; settle checks it. */
  fence: number
  events: StoredEvent[]
}

export interface VectorRow {
  seq: number
  part: Part
  /** Of a chunk of a long text, from 1 in the order of `chunksOf`, at most 16. Absent or 0: of the whole. */
  chunk?: number
  space: string
  tenant_id: string | null
  /** Keyed hash of the text; equal texts share one stored vector. */
  content: Uint8Array
  vector: Float32Array
}

export interface MarkRow {
  seq: number
  concept: string
  version: number
  p: number
}

/** Sums of one metric of one entity over one period. Adding two rows of the same key adds n and total and merges the sketches. */
export interface Rollup {
  /** Length of the period in seconds: 300 or 3600. */
  period: number
  /** Start of the period. */
  start: Micros
  entity_type: EntityType
  entity_id: string
  tenant_id: string
  metric: string
  n: number
  total: number
  /** Serialised quantile sketch (stats/sketch.ts); empty where the metric is a mere count. */
  sketch: Uint8Array
}

export interface RollupFilter {
  period: number
  entity_type?: EntityType
  entity_id?: string
  tenant_id?: string
  metric?: string
  since?: Micros
  until?: Micros
}

export interface StateRow {
  detector: string
  entity_type: EntityType
  entity_id: string
  tenant_id: string
  version: number
  /** Start of the last day that the state has seen. */
  day: Micros
  state: Json
}

/** A small document of one kind: finding, change, score, baseline, digest, key, job, run, space, concept, setting. */
export interface RecordRow {
  kind: string
  id: string
  ts: Micros
  /** `user:u1` where it is about an entity. */
  entity: string | null
  tenant_id: string | null
  /** Sort key where it is ranked (a score). */
  rank: number | null
  body: Json
}

export interface StoredRecord extends RecordRow {
  /** Raised at each write of this record, from 1. */
  version: number
  /** Place of the last write in the order of all writes of records; strictly increasing, never reused. */
  rev: number
}

export interface RecordFilter {
  ids?: readonly string[]
  /** One of these. */
  entities?: readonly string[]
  tenant_id?: string
  since?: Micros
  until?: Micros
  min_rank?: number
  /** Top-level string fields of the body, equal to it. */
  fields?: Readonly<Record<string, string>>
}

/** `ts`: newest first; `rank`: highest first; `rev`: in the order written. Pass the last item of a page to go on. */
export interface RecordPage {
  order: 'ts' | 'rank' | 'rev'
  limit: number
  after?: { ts: Micros; rank: number | null; rev: number; id: string }
}

export interface RecordWrite {
  record: RecordRow
  /** Version that must stand there: 0 for none yet; null for whatever stands. */
  expect: number | null
}

/** Vectors and marks of events whose text is not kept, committed with them; `at` is the position in the batch. Their spaces must have been put. */
export interface Primary {
  vectors: readonly (Omit<VectorRow, 'seq'> & { at: number })[]
  marks: readonly (Omit<MarkRow, 'seq'> & { at: number })[]
}

/** What an event whose text is not kept may lack, for ever: a vector of a space, or the mark of one version of a concept. Of `part`: only events that have such a text. */
export type Examined = { part?: Part } & ({ space: string } | { concept: string; version: number })

/** How events are drawn at random: the same again for the same salt, whatever else is asked for. */
export interface Draw {
  /** 32 bits. */
  salt: number
  /** At most so many of each band. */
  limit: number
  /** Least probability of each band, rising; a band ends before the next, the last with 1. Of a space there is one band. */
  edges: readonly number[]
}

/** A band: how many events are in it, and some of them, in the random order of the draw; `p` is 0 of a space. */
export interface Drawn {
  size: number
  items: { seq: number; event_id: string; p: number }[]
}

/** What a stage or job made of its ticket. */
export interface Effects {
  vectors?: readonly VectorRow[]
  marks?: readonly MarkRow[]
  /** Those of events that are gone are passed over. */
  fingerprints?: readonly FingerprintRow[]
  rollups?: readonly Rollup[]
  /** Taken off the sums after `rollups` were added. A sum of nothing is gone, and what is known of an entity with its last one. */
  less?: readonly Rollup[]
  states?: readonly StateRow[]
  records?: readonly RecordWrite[]
}

export interface TallyRow {
  /** Values of the grouping fields, in their order; null where the event has none. */
  key: (string | null)[]
  n: number
  tokens_input: number
  tokens_output: number
  cost_usd: number
  latency_ms: number
}

export interface NodeId {
  level: number
  index: number
}

/** How vectors were searched. */
export interface SearchTrace {
  /** Segments of which every vector was scored, and of which only those that pass the filter. */
  segments_scanned: number
  segments_gathered: number
  /** Segments that a graph answered for. */
  graphs: number
  /** Vectors that were scored, without those that graphs looked at. */
  scored: number
  /** Vectors that were read again in full. */
  reread: number
  /** Sampled recall@10 of these graphs, 0 to 1; null without one. */
  recall: number | null
}

export interface IndexStatus {
  /** The space that answers. */
  space: string | null
  /** Vectors of it that the index holds, and that the store holds. */
  indexed: number
  stored: number
  segments: number
  graphs: number
  /** Sampled recall@10 of graphs against exact search, 0 to 1; null until measured. */
  recall: number | null
  /** Memory of all spaces: of the tier that is searched exactly, and of graphs. */
  bytes: number
  graph_bytes: number
  /** Spaces that are being filled beside it. */
  filling: { space: string; indexed: number; stored: number }[]
}

/**
 * Where everything is kept. Each call is one commit: no connection or transaction leaves an engine, so synchronous
 * SQLite and pooled PostgreSQL can keep the same promise. Ranges are half-open, vectors unit length.
 * `seq` is gapless from 0. Throws Problem: ENGINE_BUSY, DISK_FULL, STORE_BROKEN.
 */
export interface Engine extends Archives, NearRows, Fingerprints {
  /** Seals and stores the batch, both or neither. An event_id already held is only counted; `duplicates` has its positions, as it has those of amendments of events that are not held, or not as said. */
  append(batch: readonly Entry[], primary?: Primary): Promise<{ accepted: number; duplicates: number[]; size: number }>
  /** Leases the next events that this stage has not finished, oldest first; null when it is level or (baseline) at work elsewhere. */
  claim(stage: Stage, limit: number, leaseMs: number): Promise<Ticket | null>
  /** Leases one run of a job, for ever done once settled: ('digest', '2026-01-15'). */
  slot(job: string, slot: string, leaseMs: number): Promise<Ticket | 'done' | 'busy'>
  /** Saves what was made of a ticket and ends the lease, in one commit; nothing if it was taken over. */
  settle(ticket: Ticket, effects: Effects): Promise<'settled' | 'lost'>
  /** Events that a stage has not finished, of the tenant given or of all. */
  waiting(stage: Stage, tenant_id?: string): Promise<number>
  /** Place in the ledger below which every event was summed, and read by the model of the active space. */
  finished(): Promise<number>
  /** Events that came with their vectors and marks and have none of this space or concept version: no stage can make them. Of the tenant given, or of all. */
  unexamined(of: Examined, tenant_id?: string): Promise<number>

  /** Newest first, or oldest first. */
  events(filter: Filter, page: Page & { oldest?: boolean }): Promise<Paged<StoredEvent>>
  /** Newest first, without opening a text. */
  outlines(filter: Filter, page: Page): Promise<Paged<EventOutline>>
  /** Labels of an event by their name (core/filter-fields.ts), of the tenant given or of any; null where it is not held. */
  labelsOf(event_id: string, tenant_id?: string): Promise<Record<string, string[]> | null>
  count(filter: Filter): Promise<number>
  /**
   * Events that hold what is looked for in their prompt or response (see filter.part); an event is found from its append
   * on. `total` counts all. `complete` is false where so many hold it that only the newest were ranked, or the commonest of
   * `some` were passed over.
   */
  match(words: Words, filter: Filter, page: MatchPage): Promise<Paged<WordHit> & { total: number; complete: boolean }>
  /**
   * The k nearest texts to a vector, each by its nearest chunk. `complete` is false where fewer than k of the matching were found. Scores and order of what
   * comes behind the 64 nearest may be off by 0.01.
   */
  nearest(
    q: Float32Array,
    space: string,
    k: number,
    filter: Filter,
  ): Promise<{ hits: Hit[]; how: 'exact' | 'graph'; complete: boolean; trace: SearchTrace }>
  /** Every text at least this close, each by its nearest chunk; exact. Scores of more than 256 may be off by 0.01. */
  within(
    q: Float32Array,
    space: string,
    cosine: number,
    filter: Filter,
    page: Page,
  ): Promise<Paged<Hit> & { total: number }>
  /** Probabilities of one version of a concept, most probable first, then ts descending, then event_id. `histogram` counts all that pass the filter in 100 equal bins of p. */
  marked(
    concept: string,
    version: number,
    least: number,
    filter: Filter,
    page: Page,
  ): Promise<Paged<Mark> & { total: number; histogram: number[] }>
  /**
   * Events drawn evenly at random, without replacement, from those that one version of a concept, or the model of a space,
   * has read and that pass a filter; of each band of probability.
   */
  drawn(of: Examined, filter: Filter, draw: Draw): Promise<Drawn[]>
  /** Marks of given events, all concepts: event_id → concept → p (the highest version). */
  marksOf(event_ids: readonly string[]): Promise<Map<string, Record<string, number>>>
  /**
   * Takes away all marks of one version of a concept. Where events came with such marks, their text not being kept, nothing
   * makes them again: then they stay, all of them, and the answer is false, unless they are to go `withFirst`.
   */
  dropMarks(concept: string, version: number, withFirst?: boolean): Promise<boolean>
  /** Stored vector of an event's text as a whole. */
  vectorOf(event_id: string, part: Part, space: string): Promise<Float32Array | null>
  /** Stored vectors of many events' texts; events and texts without one are left out. */
  vectorsOf(event_ids: readonly string[], space: string): Promise<Map<string, { [part in Part]?: Float32Array }>>
  /** Signatures of many events' texts; events that are not held are left out. */
  signaturesOf(event_ids: readonly string[]): Promise<Map<string, Signatures>>
  /** Vectors by keyed content hash (hex), never across tenants. */
  known(space: string, tenant_id: string | null, content: readonly Uint8Array[]): Promise<Map<string, Float32Array>>
  /**
   * Counts and sums of events, archived ones too, grouped by fields: a top-level field of the event, one of LABEL_PATHS, `day`
   * (`YYYY-MM-DD`) or `hour`. An event counts for each of its values, in 256 groups at most.
   */
  tally(by: readonly string[], filter: Filter): Promise<TallyRow[]>
  /** The same of the `limit` largest groups (also by `week` and `month`), with quantiles, and of all of them together. Lets others have their turns meanwhile. */
  summarise(by: readonly string[], filter: Filter, limit: number): Promise<Summary>

  /** The next prompts of a space that belong to no cluster and were not found to belong to none; `upto` goes to `place` with what was made of them, and is null when level. */
  unplaced(space: string, limit: number): Promise<{ rows: Placed[]; upto: number | null }>
  /** Puts prompts that are still there into clusters, by number (0: none), and remembers how far that went. */
  place(rows: readonly { seq: number; cluster: number }[], done?: { space: string; upto: number }): Promise<void>
  /** All prompts of one cluster belong to another from now on. */
  mergeClusters(from: number, into: number): Promise<void>
  /** Prompts of a cluster (0: of none), newest in the ledger first. */
  placed(
    cluster: number,
    space: string,
    page: { limit: number; before_seq?: number; tenant_id?: string },
  ): Promise<Placed[]>
  /** What there is of each cluster among the events that pass a filter; of none under null. */
  clusters(filter: Filter): Promise<ClusterCount[]>
  /** Prompts that have a place among the events of a filter: evenly over the ledger, at most `limit`; and how many there are. */
  sample(
    filter: Filter,
    space: string,
    limit: number,
  ): Promise<{ points: (Placed & { cluster_id: string | null })[]; total: number }>

  rollups(filter: RollupFilter): Promise<Rollup[]>
  states(detector: string, entity_type: EntityType): Promise<StateRow[]>
  records(kind: string, filter: RecordFilter, page: RecordPage): Promise<StoredRecord[]>
  /** All or nothing; 'stale' where an expected version did not stand. */
  putRecords(writes: readonly RecordWrite[]): Promise<'stored' | 'stale'>

  spaces(): Promise<Space[]>
  /** Adds a space (filling), or makes one active and retires the active one, in one commit. */
  putSpace(space: Space): Promise<void>
  /** State of the vector index, for metrics and readiness. */
  index(): Promise<IndexStatus>
  /** Works on what may be done later (word index, segments); returns how many rows it handled, 0 when level. */
  tend(limit: number): Promise<number>

  head(): Promise<{ size: number; root: Uint8Array }>
  /** Leaf data of RFC 6962 leaves, by seq. */
  leaves(from: number, to: number): Promise<Uint8Array[]>
  /** Hashes of complete subtrees: node (level, index) covers leaves [index·2^level, (index+1)·2^level). */
  nodes(ids: readonly NodeId[]): Promise<Uint8Array[]>
  /** Entries by seq, with what stands for them; a leaf that is gone is left out. */
  sealed(from: number, to: number): Promise<SealedEntry[]>
  /** Entries [from, to) for copies of them; fewer where they are large. */
  kept(from: number, to: number): Promise<KeptEntry[]>
  /** The entry that stands for an event, erased or not, of the tenant given or of any; null where none does. */
  entryOf(event_id: string, tenant_id?: string): Promise<SealedEntry | null>
  /** Audit entries or receipts, newest place first, before `before_seq`. Of `fields`: top-level texts of the body, equal to it. */
  others(
    kind: 'audit' | 'receipt',
    filter: Pick<RecordFilter, 'since' | 'until' | 'fields'>,
    page: { limit: number; before_seq?: number },
  ): Promise<OtherEntry[]>
  /**
   * Audit entries or receipts counted by a text of their bodies; `by` and `sum` are paths of at most three members, such as
   * `rule.name`. Reads each of them once. In the order of their texts.
   */
  otherSums(
    kind: 'audit' | 'receipt',
    asked: { by: string; sum?: string },
    filter: Pick<RecordFilter, 'since' | 'until'>,
  ): Promise<OtherSum[]>
  /** How large the store is, and of what. Reads no texts; takes as long as an index over all events is. */
  sizes(): Promise<StoreSizes>
  /** Rows at places [from, to) that no leaf stands for: there is none at their place, or it is that of another event. In a whole store there are none. */
  unsealed(from: number, to: number, limit: number): Promise<Unsealed[]>
  /** What `erase` would take away, as it stands at this moment. */
  survey(selection: Selection): Promise<ErasedCounts>
  /**
   * Destroys text, salt, words, vectors, marks and keys of all that is selected, and what was derived of it; leaves stay, and
   * the receipt is one more, in the same commit. Null, and nothing written, where nothing is held. Throws CONFLICT under a
   * hold, and ENGINE_BUSY where something has to come back from the archive first (`coldBeside`).
   */
  erase(selection: Selection, order: ErasureOrder): Promise<Erased | null>
  /** What rules of retention would end, were it that late. Changes nothing. */
  due(rules: readonly RetentionRule[], now: Micros): Promise<RetentionDue[]>
  /**
   * Ends what is due in the store under one rule, as far as a step of a run goes, oldest first: destroys texts and what was derived as an
   * erasure does, or amends events by what core/anonymous.ts leaves of them, with a receipt that names the rule, in one
   * commit; what is held, and what another rule keeps, stays. A key goes once nothing lies under it. Null, and nothing
   * written, where nothing is due.
   */
  retain(order: RetentionOrder): Promise<RetentionStep | null>
  /**
   * Writes files into an empty folder that hold the store as one moment holds it, without what is made of it again (word
   * index, vectors, marks; those of texts that are not kept are there). `files` are their names. Takes as long as the store is large.
   */
  backup(folder: string): Promise<{ files: string[]; schema: number }>
  /** Names the keys of subjects as they stand: another name whenever one was made or destroyed, or all lie under another key. */
  keysState(): Promise<string>
  /** Writes the keys of subjects as they stand into a new file, encrypted as they are kept. */
  copyKeys(file: string): Promise<void>
  close(): Promise<void>
}
