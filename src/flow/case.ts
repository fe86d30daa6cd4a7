import { createHash } from 'node:crypto'
import type { Clock, Engine, SealedEntry } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime } from '../core/window.ts'
import { leafData } from '../ledger/leaf.ts'
import { type NoteSigner, noteVerifier } from '../ledger/note.ts'
import { consistencyProof, inclusionProof } from '../ledger/proof.ts'
import { archivedRanges, receiptRanges } from './receipt-ranges.ts'
import { type Point, pointOf, storedNotes } from './verify-checkpoints.ts'
import { STORE } from './verify-verdicts.ts'

/** What the file begins with, and the first line of what its signature is over. */
const FORMAT = 'undercurrent-case/1'
/** Audit entries read at once. */
const BATCH = 2_000

export interface CaseParts {
  engine: Pick<Engine, 'entryOf' | 'sealed' | 'nodes' | 'records' | 'head'>
  clock: Clock
  signer: NoteSigner
}

export interface CaseAsk {
  event_ids: readonly string[]
  /** Checkpoints that were kept outside: the file proves that the ledger goes on from them. */
  outside?: readonly Point[]
  /** Text of the stand-alone verifier. */
  verifier: string
}

/** An entry of a case with its proof. Bytes are base64. */
export interface CaseEntry {
  event_id: string
  leaf_index: number
  tree_size: number
  leaf_data: string
  salt: string | null
  /** The exact text that was sealed; null where it was erased, and where it is archived: bring it back first to have it here. */
  entry: string | null
  hashes: string[]
  state: SealedEntry['state']
}

/** A case file: events, what proves them, and what is known of who read them. */
export interface Case {
  format: typeof FORMAT
  made_at: string
  origin: string
  vkey: string
  /** Signed notes: the first one after each event, and the newest. */
  checkpoints: string[]
  consistency: { from: number; to: number; hashes: string[] }[]
  events: CaseEntry[]
  /** Audit entries and receipts that name one of the events, or its place. */
  audit: CaseEntry[]
  verifier: string
  /** Signed note over `undercurrent-case/1` and SHA-256 of the JSON of all the rest. */
  signature: string
}

/**
 * Puts together what somebody needs who is to judge some events without this service: the events as they are stored,
 * proofs to a signed checkpoint, checkpoints, the entries of the audit that name them, and a verifier.
 * Throws Problem: NOT_FOUND (an event that is not held), CONFLICT (no checkpoint covers it yet), BAD_REQUEST (none named).
 */
export async function makeCase({ engine, clock, signer }: CaseParts, ask: CaseAsk): Promise<Case> {
  const entries = await allHeld(engine, ask.event_ids)
  const audit = await audits(engine, entries)
  const all = await checkpoints(engine, signer.vkey)
  const newest = all.at(-1)
  const last = Math.max(...[...entries, ...audit].map(({ seq }) => seq))
  if (newest === undefined || newest.size <= last)
    throw new Problem('CONFLICT', 'no checkpoint covers these events yet: run `undercurrent job run checkpoint` first')
  const chosen = [...new Set([...entries.map(({ seq }) => all.find(({ size }) => size > seq)!), newest])]
  const nodes: Engine['nodes'] = (wanted) => engine.nodes(wanted)
  const proven = async (entry: SealedEntry) =>
    caseEntry(entry, newest.size, await inclusionProof(nodes, entry.seq, newest.size))
  const sizes = [...chosen.map(({ size }) => size), ...(ask.outside ?? []).map(({ size }) => size ?? 0)]
  const rest: Omit<Case, 'signature'> = {
    format: FORMAT,
    made_at: formatTime(clock.now()),
    origin: signer.name,
    vkey: signer.vkey,
    checkpoints: chosen.sort((a, b) => a.size - b.size).map(({ note }) => note),
    consistency: await Promise.all(
      [...new Set(sizes)]
        .filter((size) => size < newest.size)
        .map(async (from) => ({
          from,
          to: newest.size,
          hashes: (await consistencyProof(nodes, from, newest.size)).map(base64),
        })),
    ),
    events: await Promise.all(entries.map(proven)),
    audit: await Promise.all(audit.map(proven)),
    verifier: ask.verifier,
  }
  const digest = createHash('sha256').update(JSON.stringify(rest)).digest('base64')
  return { ...rest, signature: signer.sign(`${FORMAT}\n${digest}\n`) }
}

/** Ids of events as they are held, each once. Throws NOT_FOUND where one is not, BAD_REQUEST where none is named. */
export async function caseEvents({ engine }: Pick<CaseParts, 'engine'>, ids: readonly string[]): Promise<string[]> {
  return (await allHeld(engine, ids)).map(({ event_id }) => event_id)
}

async function allHeld(engine: Pick<Engine, 'entryOf'>, given: readonly string[]): Promise<SealedEntry[]> {
  const ids = [...new Set(given)]
  if (ids.length === 0) throw new Problem('BAD_REQUEST', 'name at least one event')
  return Promise.all(
    ids.map(async (id, n) => {
      const entry = await engine.entryOf(id)
      // by its place: what was typed may be something that is not to be repeated
      if (entry === null) throw new Problem('NOT_FOUND', `event ${n + 1} of ${ids.length} is not held under this id`)
      return entry
    }),
  )
}

/** Checkpoints of the store that its own key signed, by size. */
async function checkpoints(engine: Pick<Engine, 'records'>, vkey: string): Promise<{ size: number; note: string }[]> {
  const key = noteVerifier(vkey)
  return (await storedNotes(engine))
    .flatMap((note) => {
      const { size } = pointOf(note, STORE, key)
      return size === null ? [] : [{ size, note }]
    })
    .sort((a, b) => a.size - b.size)
}

/**
 * Audit entries and receipts whose text names one of the events, or (an erasure, a move into the archive) its place. Reads the whole ledger, for they
 * have no index.
 */
async function audits(
  engine: Pick<Engine, 'head' | 'sealed'>,
  events: readonly Pick<SealedEntry, 'seq' | 'event_id'>[],
): Promise<SealedEntry[]> {
  const named = events.map(({ event_id }) => JSON.stringify(event_id))
  const found: SealedEntry[] = []
  const { size } = await engine.head()
  for (let from = 0; from < size; from += BATCH)
    for (const entry of await engine.sealed(from, Math.min(from + BATCH, size))) {
      if (entry.kind !== 'audit' && entry.kind !== 'receipt') continue
      const places = placesIn(entry)
      const covers = events.some(({ seq }) => places.some(([from, to]) => from <= seq && seq < to))
      if (covers || named.some((name) => entry.body?.includes(name) === true)) found.push(entry)
    }
  return found
}

function placesIn({ kind, body, seq }: SealedEntry): readonly (readonly [from: number, to: number])[] {
  if (body === null) return []
  if (kind === 'receipt') return receiptRanges(body, seq)
  const { into, back } = archivedRanges(body, seq)
  return [...into, ...back]
}

function caseEntry(entry: SealedEntry, size: number, hashes: readonly Uint8Array[]): CaseEntry {
  const { kind, event_id, commitment, seq, salt, body, state } = entry
  return {
    event_id,
    leaf_index: seq,
    tree_size: size,
    leaf_data: leafData(kind, event_id, commitment).toString('base64'),
    salt: salt === null ? null : base64(salt),
    entry: body,
    hashes: hashes.map(base64),
    state,
  }
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
