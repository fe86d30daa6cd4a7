import { DAY, dateOf, formatTime, HOUR } from '../../core/window.ts'
import { COLUMNS } from './filter.ts'

/** A key that events are grouped by: SQL over `events e`, and the name of what it gives. */
export interface Group {
  sql: string
  read: (value: string | number | null) => string | null
}

/** Days from a Monday to 1970-01-01, a Thursday. */
const TO_MONDAY = 3

/** Periods are grouped as numbers and named afterwards: `hour` by its first moment, the others by their first day. */
const PERIODS: Readonly<Record<string, Group>> = {
  hour: { sql: `(e.ts / ${HOUR})`, read: (value) => formatTime(Number(value) * HOUR) },
  day: { sql: `(e.ts / ${DAY})`, read: (value) => dateOf(Number(value) * DAY) },
  week: {
    sql: `((e.ts / ${DAY} + ${TO_MONDAY}) / 7)`,
    read: (value) => dateOf((Number(value) * 7 - TO_MONDAY) * DAY),
  },
  month: {
    sql: `strftime('%Y-%m-01', e.ts / 1000000, 'unixepoch')`,
    read: (value) => (value === null ? null : String(value)),
  },
}

/** Any top-level field of the event, or a period in UTC. A name that no field can have groups all as null. */
export function groupOf(name: string): Group {
  const period = PERIODS[name]
  if (period !== undefined) return period
  const read = (value: string | number | null) => (value === null ? null : String(value))
  if (name === 'cluster')
    return { sql: "(select 'c' || p.cluster from cluster_of p where p.seq = e.seq and p.cluster > 0)", read }
  if (name === 'tenant_id') return { sql: "nullif(e.tenant, '')", read }
  if (COLUMNS.has(name)) return { sql: `e.${name}`, read }
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) return { sql: 'null', read }
  return { sql: `(e.meta ->> '$.${name}')`, read }
}

/** Whether a group is one of few: periods are, values that senders choose need not be. */
export const isPeriod = (name: string): boolean => Object.hasOwn(PERIODS, name)
