import type { Engine, StoredRecord } from '../core/ports.ts'

/** Records that are asked for at once. */
const PAGE = 500

/** Records of a kind by their ids; those that are not there are left out. Throws as the engine does. */
export async function recordsById(
  engine: Pick<Engine, 'records'>,
  kind: string,
  ids: readonly string[],
): Promise<Map<string, StoredRecord>> {
  const known = new Map<string, StoredRecord>()
  for (let at = 0; at < ids.length; at += PAGE) {
    const some = ids.slice(at, at + PAGE)
    for (const record of await engine.records(kind, { ids: some }, { order: 'ts', limit: PAGE }))
      known.set(record.id, record)
  }
  return known
}
