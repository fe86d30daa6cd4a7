import type { Selection } from '../../core/erasure.ts'

/** SQL: the row has a text, in the store or in a file of the archive. */
export const HELD = '(body is not null or archive is not null)'

/** SQL for a selection over `events e`: a condition and its values. Throws where it selects by nothing. */
export function selected({ user_id, session_id, event_id, tenant_id }: Selection): { sql: string; values: string[] } {
  const parts: string[] = []
  const values: string[] = []
  for (const [column, ids] of Object.entries({ user_id, session_id, event_id })) {
    if (ids === undefined) continue
    parts.push(`e.${column} in (select value from json_each(?))`)
    values.push(JSON.stringify(ids))
  }
  if (tenant_id !== undefined) {
    // of the indexes, that over ids finds fewer; that over tenants holds only events that name one
    parts.push(parts.length > 0 || tenant_id === '' ? '+e.tenant = ?' : "e.tenant = ? and e.tenant <> ''")
    values.push(tenant_id)
  }
  if (parts.length === 0) throw new Error('a selection needs at least one condition')
  return { sql: parts.join(' and '), values }
}

/** Whether the ids of two selections leave room for something that both select. */
export function mayMeet(one: Selection, other: Selection): boolean {
  if (one.tenant_id !== undefined && other.tenant_id !== undefined && one.tenant_id !== other.tenant_id) return false
  return ([one.user_id, one.session_id, one.event_id] as const).every((ids, at) => {
    const others = [other.user_id, other.session_id, other.event_id][at]
    return ids === undefined || others === undefined || ids.some((id) => others.includes(id))
  })
}
