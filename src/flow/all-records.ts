import type { Engine, RecordFilter, RecordPage, StoredRecord } from '../core/ports.ts'

/** Records that are read at once. */
const PAGE = 500

/**
 * Every record of a kind that a filter lets through. For kinds of which there are few. Throws as the engine does.
 * @param from place after which they begin
 */
export async function allRecords(
  engine: Pick<Engine, 'records'>,
  kind: string,
  filter: RecordFilter = {},
  order: RecordPage['order'] = 'ts',
  from?: RecordPage['after'],
): Promise<StoredRecord[]> {
  const all: StoredRecord[] = []
  for (let after = from; ; ) {
    const page = await engine.records(kind, filter, { order, limit: PAGE, ...(after && { after }) })
    all.push(...page)
    after = page.at(-1)
    if (page.length < PAGE) return all
  }
}
