import type { Filter } from '../../core/ports.ts'

/** Event fields that have a column of their own; every other field is looked up in `meta`. */
export const COLUMNS = new Set(['event_type', 'user_id', 'session_id', 'trace_id', 'model', 'status'])

/** Fields with an index of their own and few events to a value, those of other tenants among them. */
const NARROW = ['session_id', 'trace_id']

const FIELD = /^[a-z][a-z0-9_]{0,63}$/

/** SQL for a filter over `events e`: a condition (always true where the filter is empty) and its values. */
export function where(filter: Filter): { sql: string; values: unknown[]; narrow: boolean } {
  const parts: string[] = []
  const values: unknown[] = []
  const add = (sql: string, ...given: unknown[]) => {
    parts.push(sql)
    values.push(...given)
  }
  // SQLite cannot know what narrows most: + keeps the tenant's index, where there is a better one, and the ledger's order
  // (a page's bound, which nearly all events pass) out of its choice
  const few = filter.event_ids !== undefined || NARROW.some((field) => filter.fields?.[field] !== undefined)
  if (filter.since !== undefined) add('e.ts >= ?', filter.since)
  if (filter.until !== undefined) add('e.ts < ?', filter.until)
  if (filter.tenant_id !== undefined)
    // said twice, because the index holds only events that name a tenant
    add(few || filter.tenant_id === '' ? '+e.tenant = ?' : "e.tenant = ? and e.tenant <> ''", filter.tenant_id)
  if (filter.event_ids !== undefined)
    add(
      'e.seq in (select seq from events where event_id in (select value from json_each(?)))',
      JSON.stringify(filter.event_ids),
    )
  for (const [field, value] of Object.entries(filter.fields ?? {})) {
    const any: readonly string[] = typeof value === 'string' ? [value] : value
    const among = `in (${any.map(() => '?').join(', ')})`
    if (COLUMNS.has(field)) add(`e.${field} ${among}`, ...any)
    else if (FIELD.test(field)) add(`cast(e.meta ->> '$.${field}' as text) ${among}`, ...any)
    // no event can hold a field of such a name at its top level
    else add('0')
  }
  const narrow = parts.length > 0
  if (filter.before_seq !== undefined) add('+e.seq < ?', filter.before_seq)
  return { sql: parts.length === 0 ? '1' : parts.join(' and '), values, narrow }
}
