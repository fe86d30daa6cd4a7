import { padded } from '../core/copy.ts'
import type { Clock, Engine, RecordRow, StoredRecord } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime, type Micros } from '../core/window.ts'
import { checkpointText } from '../ledger/checkpoint.ts'
import { type NoteSigner, type NoteVerifier, noteVerifier, strictBase64 } from '../ledger/note.ts'
import { rootAt } from '../ledger/proof.ts'
import { pointOf, storedFault } from './verify-checkpoints.ts'
import { STORE } from './verify-verdicts.ts'

/** A signed statement of size and root hash of the ledger. */
export interface Checkpoint {
  size: number
  /** RFC 6962 root hash, base64. */
  root: string
  /** When it was made, ISO 8601. */
  at: string
  /** The C2SP signed note, whole. */
  note: string
}

export interface CheckpointParts {
  engine: Pick<Engine, 'head' | 'nodes' | 'records' | 'putRecords'>
  /** Its name is the origin too. */
  signer: NoteSigner
  clock: Clock
}

/** As it is stored; releases before signatures came wrote no note. */
type Stored = Omit<Checkpoint, 'note'> & { note: string | null; version: number }

const KIND = 'checkpoint'
const ROOT_BYTES = 32

/**
 * The signed checkpoint of the ledger as it stands, made where there is none. It is stored before it is returned, one to a
 * size, so what was once told is told again, whoever asks and whatever crashed between. Nothing is signed that contradicts
 * a stored checkpoint. Throws LEDGER_BROKEN, and as the engine does.
 */
export async function checkpoint(parts: CheckpointParts): Promise<{ checkpoint: Checkpoint; made: boolean }> {
  const { engine, signer, clock } = parts
  const key = noteVerifier(signer.vkey)
  for (;;) {
    // in this order: another process may add entries and sign between the two
    const last = await lastOf(engine, key)
    const head = await engine.head()
    await checkFollows(engine, head, last)
    const root = Buffer.from(head.root).toString('base64')
    const [record] = await engine.records(KIND, { ids: [padded(head.size)] }, { order: 'ts', limit: 1 })
    const stored = record === undefined ? null : read(record)
    if (stored !== null && stored.root !== root)
      throw broken(`a checkpoint of ${head.size} entries is stored, and their root is another now`)
    const told = record === undefined ? null : storedCheckpoint(record, key)
    // one under a former name is signed again
    if (told !== null && pointOf(told.note, STORE, key).fault === undefined) return { checkpoint: told, made: false }

    const now = clock.now()
    const note = signer.sign(checkpointText({ origin: signer.name, size: head.size, root: head.root }))
    const made = { size: head.size, root, at: formatTime(now), note }
    const written = await engine.putRecords([{ record: checkpointRecord(made, now), expect: stored?.version ?? 0 }])
    // whoever was first is right: the next round reads his
    if (written === 'stored') return { checkpoint: made, made: true }
  }
}

/**
 * The signed checkpoint of the largest size that is stored; null before the first. Throws LEDGER_BROKEN where its note is
 * damaged, or signed by another key than that of the ledger, or says something else than its record.
 */
export async function newestCheckpoint({
  engine,
  signer,
}: {
  engine: Pick<Engine, 'records'>
  signer: Pick<NoteSigner, 'vkey'>
}): Promise<Checkpoint | null> {
  const last = await rankedLast(engine)
  return last === null ? null : checked(last, noteVerifier(signer.vkey))
}

/** A stored checkpoint, as it may be given to others; null where it is of before they were signed. Throws LEDGER_BROKEN. */
export function storedCheckpoint(record: StoredRecord, key: NoteVerifier): Checkpoint | null {
  const { note, ...rest } = read(record)
  return note === null ? null : checked({ ...rest, note }, key)
}

function checked(stored: Stored & { note: string }, key: NoteVerifier): Checkpoint {
  const { size, root, at, note } = stored
  const fault = storedFault(stored, key)
  if (fault !== null) throw broken(`the stored checkpoint of ${size} entries ${fault}`)
  return { size, root, at, note }
}

async function rankedLast(engine: Pick<Engine, 'records'>): Promise<(Stored & { note: string }) | null> {
  const [record] = await engine.records(KIND, {}, { order: 'rank', limit: 1 })
  if (record === undefined || record.rank === null) return null
  const stored = read(record)
  if (stored.note === null) throw broken(`the checkpoint of ${stored.size} entries has lost its signature`)
  return { ...stored, note: stored.note }
}

/** What must be kept to: the newest that is signed, else the newest of all. */
async function lastOf(
  engine: Pick<Engine, 'records'>,
  key: NoteVerifier,
): Promise<Pick<Stored, 'size' | 'root'> | null> {
  const signed = await rankedLast(engine)
  if (signed !== null) return checked(signed, key)
  const [record] = await engine.records(KIND, {}, { order: 'ts', limit: 1 })
  return record === undefined ? null : read(record)
}

/** That the tree is whole as far as it is asked here, and begins with what the last checkpoint says. */
async function checkFollows(
  engine: CheckpointParts['engine'],
  head: { size: number; root: Uint8Array },
  last: Pick<Stored, 'size' | 'root'> | null,
): Promise<void> {
  const rootOf = async (size: number) => {
    try {
      return await rootAt((ids) => engine.nodes(ids), size)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'NOT_FOUND') throw error
      throw broken('a part of its tree is missing', error)
    }
  }
  if (Buffer.compare(await rootOf(head.size), head.root) !== 0)
    throw broken('its root hash is not the one of its entries')
  if (last === null) return
  if (head.size < last.size)
    throw broken(`it has ${head.size} entries, and had ${last.size} when the last checkpoint was made`)
  if (Buffer.from(await rootOf(last.size)).toString('base64') !== last.root)
    throw broken(`its first ${last.size} entries are not those of the checkpoint that was made of them`)
}

/** A checkpoint as the store keeps it: ranked by size, for clocks go back and the ledger does not. */
export function checkpointRecord(checkpoint: Checkpoint, ts: Micros): RecordRow {
  const { size } = checkpoint
  return { kind: KIND, id: padded(size), ts, entity: null, tenant_id: null, rank: size, body: { ...checkpoint } }
}

function read({ id, version, body }: StoredRecord): Stored {
  const { size, root, at, note = null } = body as Partial<Record<keyof Checkpoint, unknown>>
  if (
    typeof size !== 'number' ||
    padded(size) !== id ||
    typeof root !== 'string' ||
    strictBase64(root)?.length !== ROOT_BYTES ||
    typeof at !== 'string' ||
    !(note === null || typeof note === 'string')
  )
    throw broken(`the stored checkpoint ${id} can no longer be read`)
  return { size, root, at, note, version }
}

function broken(what: string, cause?: unknown): Problem {
  return new Problem(
    'LEDGER_BROKEN',
    `the ledger cannot be trusted: ${what}; nothing was signed or told, see \`undercurrent verify\``,
    { cause },
  )
}
