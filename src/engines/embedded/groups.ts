import { LABEL_PATHS } from '../../core/filter-fields.ts'
import { DAY, dateOf, formatTime, HOUR } from '../../core/window.ts'
import { COLUMNS } from './filter.ts'

export type GroupValue = string | number | null

/** A key that events are grouped by: SQL over `events e`, and the names of what it gives, one at least; null for none. */
export interface Group {
  sql: string
  read: (value: GroupValue) => readonly (string | null)[]
}

/** Groups that one event counts in; more come of long lists that are crossed with each other. */
export const MOST_OF_EVENT = 256

/** Days from a Monday to 1970-01-01, a Thursday. */
const TO_MONDAY = 3

/** Periods are grouped as numbers and named afterwards: `hour` by its first moment, the others by their first day. */
const PERIODS: Readonly<Record<string, Group>> = {
  hour: { sql: `(e.ts / ${HOUR})`, read: (value) => [formatTime(Number(value) * HOUR)] },
  day: { sql: `(e.ts / ${DAY})`, read: (value) => [dateOf(Number(value) * DAY)] },
  week: {
    sql: `((e.ts / ${DAY} + ${TO_MONDAY}) / 7)`,
    read: (value) => [dateOf((Number(value) * 7 - TO_MONDAY) * DAY)],
  },
  month: {
    sql: `strftime('%Y-%m-01', e.ts / 1000000, 'unixepoch')`,
    read: named,
  },
}

/**
 * Any top-level field of the event, what stands inside its lists and objects (see LABEL_PATHS), or a period in UTC. An
 * event counts for each of its values. A name that no field can have groups all as null.
 */
export function groupOf(name: string): Group {
  const period = PERIODS[name]
  if (period !== undefined) return period
  if (name === 'cluster')
    return { sql: "(select 'c' || p.cluster from cluster_of p where p.seq = e.seq and p.cluster > 0)", read: named }
  if (name === 'memorised')
    return {
      sql: "(select nullif(json_group_array(distinct f.passage), '[]') from fingerprints f where f.tenant = e.tenant and f.seq = e.seq and f.passage is not null)",
      read: listed,
    }
  if (name === 'tenant_id') return { sql: "nullif(e.tenant, '')", read: named }
  if (COLUMNS.has(name)) return { sql: `e.${name}`, read: named }
  if (Object.hasOwn(LABEL_PATHS, name)) return { sql: `(e.meta -> '$.labels.${name}')`, read: listed }
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) return { sql: 'null', read: named }
  return { sql: `(e.meta ->> '$.${name}')`, read: named }
}

/** The keys that an event with these values counts for: each value of the one field with each of the others, MOST_OF_EVENT at most. */
export function keysOf(groups: readonly Group[], values: readonly GroupValue[]): (string | null)[][] {
  return groups.reduce<(string | null)[][]>(
    (keys, { read }, i) =>
      keys.flatMap((key) => read(values[i] ?? null).map((value) => [...key, value])).slice(0, MOST_OF_EVENT),
    [[]],
  )
}

function named(value: GroupValue): [string | null] {
  return [value === null ? null : String(value)]
}

/** Of a JSON array of strings, as labels stand in `meta`. */
function listed(value: GroupValue): readonly (string | null)[] {
  return value === null ? [null] : (JSON.parse(String(value)) as string[])
}
