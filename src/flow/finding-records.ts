import { INSIDER_RECORDS } from '../core/analyst.ts'
import type { Engine, RecordFilter, RecordPage, StoredRecord } from '../core/ports.ts'

/** Whether what is noticed about analysts is among the answers; only an admin's are asked with it. */
export interface Insiders {
  insiders?: boolean
}

/**
 * Findings or scores in the order of the page, with or without those about analysts. Without, theirs are not looked at:
 * they move no count, no page and no cursor.
 */
export async function recordsOf(
  engine: Pick<Engine, 'records'>,
  kind: 'finding' | 'score',
  filter: RecordFilter,
  page: RecordPage,
  { insiders = false }: Insiders,
): Promise<StoredRecord[]> {
  const ordinary = engine.records(kind, filter, page)
  if (!insiders) return await ordinary
  const both = await Promise.all([ordinary, engine.records(INSIDER_RECORDS[kind], filter, page)])
  return both.flat().sort(ORDERS[page.order]).slice(0, page.limit)
}

/** As the engine orders: bytes of UTF-8 where all else is equal. */
const byId = (a: StoredRecord, b: StoredRecord) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id))
const ORDERS = {
  ts: (a: StoredRecord, b: StoredRecord) => b.ts - a.ts || byId(a, b),
  rank: (a: StoredRecord, b: StoredRecord) => (b.rank ?? -1) - (a.rank ?? -1) || byId(a, b),
  rev: (a: StoredRecord, b: StoredRecord) => a.rev - b.rev,
}
