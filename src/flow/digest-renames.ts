import type { LogEvent } from '../core/event.ts'
import type { Engine, Json, RecordWrite, StoredEvent, StoredRecord } from '../core/ports.ts'
import { ENTITY_FIELDS } from './rollup.ts'

/** Digests that are read together. */
const PAGE = 100
/** What stands in a digest for an id that is not kept any more. */
const NO_ID = 'unknown'

/**
 * Stored digests in which an entity is named by an id that events had before they were amended, under the ids of today.
 * Whatever else they say stays as it was.
 * @param events of a ticket of the stage that sums, which have `was` where they were counted under other figures
 */
export async function digestRenames(
  engine: Pick<Engine, 'records'>,
  events: readonly StoredEvent[],
): Promise<RecordWrite[]> {
  const names = renamesOf(events)
  if (names.size === 0) return []
  const writes: RecordWrite[] = []
  for (let last: StoredRecord | undefined; ; ) {
    const page = await engine.records('digest', {}, { order: 'ts', limit: PAGE, ...(last && { after: last }) })
    for (const { version, rev: _, ...record } of page) {
      const body = renamed(names, record.body)
      if (body !== record.body) writes.push({ record: { ...record, body }, expect: version })
    }
    last = page.at(-1)
    if (page.length < PAGE) return writes
  }
}

/** Ids of today by type and former id. */
function renamesOf(events: readonly StoredEvent[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { event, was } of events) {
    if (was === undefined) continue
    for (const [type, field] of Object.entries(ENTITY_FIELDS)) {
      const [before, now] = [(was.event as Partial<LogEvent>)[field], event[field]]
      if (before !== undefined && before !== now) names.set(keyOf(type, before), now ?? NO_ID)
    }
  }
  return names
}

/** The same value where nothing in it is renamed. */
function renamed(names: ReadonlyMap<string, string>, value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.map((item) => renamed(names, item))
    return items.some((item, at) => item !== value[at]) ? items : value
  }
  const fields = Object.entries(value).map(([name, item = null]): [string, Json] => {
    const type = name === 'entity_id' ? value.entity_type : name
    const now = typeof item === 'string' ? names.get(keyOf(String(type), item)) : undefined
    return [name, now ?? renamed(names, item)]
  })
  return fields.some(([name, item]) => item !== value[name]) ? Object.fromEntries(fields) : value
}

const keyOf = (type: string, id: string): string => `${type} ${id}`
