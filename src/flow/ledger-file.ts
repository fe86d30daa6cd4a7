import type { Engine, SealedEntry, Unsealed } from '../core/ports.ts'
import { leafData } from '../ledger/leaf.ts'
import { storedNotes } from './verify-checkpoints.ts'
import { nodeReader } from './verify-tree.ts'

/** First line of a ledger file. */
const FORMAT = 'undercurrent-ledger/1'
const BATCH = 500
const MOST_STRAYS = 10_000
/** Places that no entry has. */
const BEFORE = [Number.MIN_SAFE_INTEGER, 0] as const

export interface LedgerFileParts {
  engine: Pick<Engine, 'head' | 'sealed' | 'unsealed' | 'nodes' | 'records'>
  /** The key whose public half is told, and the name of the ledger. */
  ledger: { name: string; vkey: string }
}

/**
 * The whole ledger for a verifier that has nothing else, line by line (NDJSON): head, a line an entry, rows that no leaf
 * stands for, and the end with the number of entries. Everything is told as the store has it, so that what is amiss there
 * is amiss here. Each line ends with a line break.
 *
 * - head: `{"format","origin","vkey","size","checkpoints":[signed notes]}`, `size` when it was begun
 * - entry: `{"seq","leaf_data","salt","entry","state"}`, bytes in base64; of every second one `node`, what the tree
 *   remembers of it and the one before; `name` where the row at its place bears another
 * - end: `{"size"}`
 */
export async function* ledgerLines(
  { engine, ledger }: LedgerFileParts,
  signal?: AbortSignal,
  onProgress: (done: number, total: number) => void = () => {},
): AsyncGenerator<string> {
  const checkpoints = await storedNotes(engine)
  let { size } = await engine.head()
  const { name: origin, vkey } = ledger
  yield line({ format: FORMAT, origin, vkey, size, checkpoints })
  const nodes = nodeReader(engine)
  const strays = new Map<number, Unsealed>()
  const lookFor = async (from: number, to: number) => {
    for (const row of await engine.unsealed(from, to, MOST_STRAYS - strays.size)) strays.set(row.seq, row)
  }
  const waiting = new Set<string>()
  let gone = false
  for (let from = 0; from < size && signal?.aborted !== true; ) {
    const to = Math.min(from + BATCH, size)
    const entries = await engine.sealed(from, to)
    await lookFor(from, to)
    const first = Math.floor(from / 2)
    const ids = Array.from({ length: Math.floor(to / 2) - first }, (_, i) => ({ level: 1, index: first + i }))
    const pairs = await nodes.some(ids)
    let next = 0
    let lines = ''
    for (let seq = from; seq < to; seq++) {
      const entry = entries[next]?.seq === seq ? entries[next++] : undefined
      if (entry?.kind === 'amendment') waiting.delete(entry.event_id)
      if (entry?.state === 'amended') waiting.add(entry.event_id)
      if (entry?.state === 'erased' || entry?.state === 'archived') gone = true
      const node = seq % 2 === 1 ? { node: base64(pairs[(seq - 1) / 2 - first] ?? null) } : {}
      lines += line({ ...entryLine(seq, entry, strays), ...node })
    }
    yield lines
    from = to
    onProgress(from, size)
    // an entry that was amended, erased or archived meanwhile is told with what says so
    if (from < size || (waiting.size === 0 && !gone)) continue
    gone = false
    size = (await engine.head()).size
  }
  await lookFor(...BEFORE)
  await lookFor(size, Number.MAX_SAFE_INTEGER)
  for (const { seq, event_id, salt, body } of strays.values())
    yield line({ seq, leaf_data: null, salt: base64(salt), entry: body, state: 'unsealed', name: event_id })
  if (signal?.aborted !== true) yield line({ size })
}

/** A row that stands at the place of a leaf of another name is told with it, and no more as a stray. */
function entryLine(seq: number, entry: SealedEntry | undefined, strays: Map<number, Unsealed>) {
  if (entry === undefined) return { seq, leaf_data: null, salt: null, entry: null, state: 'missing' }
  const leaf_data = leafData(entry.kind, entry.event_id, entry.commitment).toString('base64')
  const stray = strays.get(seq)
  strays.delete(seq)
  const { salt, body } = stray ?? entry
  const name = stray === undefined ? {} : { name: stray.event_id }
  return { seq, leaf_data, salt: base64(salt), entry: body, state: stray === undefined ? entry.state : 'held', ...name }
}

const line = (value: object) => `${JSON.stringify(value)}\n`
const base64 = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('base64'))
