import { ERASURE, type Erased, type ErasureBody } from '../core/erasure.ts'
import type { Engine, StoredRecord } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { NoteSigner } from '../ledger/note.ts'
import { keyCopies } from './key-copies.ts'
import { receiptNote } from './receipt-note.ts'
import { pageSize, readPlace, writePlace } from './record-cursor.ts'

/** Receipts of erasures that somebody ordered, newest first. Throws BAD_REQUEST for a cursor that is none. */
export async function erasures(
  { engine }: { engine: Pick<Engine, 'records'> },
  { cursor, ...ask }: { limit?: number; cursor?: string },
): Promise<{ items: Erased[]; next_cursor: string | null }> {
  const limit = pageSize(ask.limit)
  const after = cursor === undefined ? {} : { after: readPlace(cursor) }
  const rows = await engine.records(ERASURE, {}, { order: 'ts', limit: limit + 1, ...after })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(erasedOf),
    next_cursor: rows.length > limit && last !== undefined ? writePlace(last) : null,
  }
}

/** One receipt, and the same as a signed note to be kept outside. Throws NOT_FOUND. */
export async function erasureOf(
  { engine, signer }: { engine: Pick<Engine, 'records' | 'sealed'>; signer: Pick<NoteSigner, 'name' | 'sign'> },
  receipt_id: string,
): Promise<Erased & { note: string }> {
  const [record] = await engine.records(ERASURE, { ids: [receipt_id] }, { order: 'ts', limit: 1 })
  if (record === undefined) throw new Problem('NOT_FOUND', 'there is no receipt with this id')
  const erased = erasedOf(record)
  const copies = await keyCopies(engine)
  const renewed = copies.map(({ place, behind_since }) => ({ place, renewed: behind_since === null }))
  return { ...erased, note: await receiptNote(engine, signer, erased.seq, renewed) }
}

/** What a record of an erasure tells. */
export function erasedOf({ id, body }: Pick<StoredRecord, 'id' | 'body'>): Erased {
  const { seq, receipt } = body as unknown as ErasureBody
  return { receipt_id: id, seq, receipt }
}
