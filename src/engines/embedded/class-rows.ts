import type { EventClass, RetentionPlace } from '../../core/retention.ts'
import type { Micros } from '../../core/window.ts'
import type { Connection } from './connection.ts'
import type { Condition } from './rule-terms.ts'
import type { Doomed } from './survey.ts'

/** A row that a rule is about. */
export interface Expired extends Doomed, RetentionPlace {
  ts: Micros
}

/** Columns of such a row. */
export const EXPIRED = `seq, event_id, received, ts, tenant, event_type, anonymised, user_id, session_id, subject, archive,
  meta ->> '$.ip_address' ip_address`

/** Rows whose texts are in the store, and those whose texts lie in files: what they are known by (`has`), and their index by class and age, which asks for `is`. */
export const TEXTS = {
  store: { index: 'events_class', has: 'body is not null', is: 'body is not null and seq >= 0' },
  files: { index: 'events_cold', has: 'archive is not null and seq >= 0', is: 'archive is not null and seq >= 0' },
} as const

/** Stands before every class, also that of rows that nobody could read when they were stored. */
const FIRST = { tenant: '', event_type: '', anonymised: -1 }

/** Reads rows of retention class by class, along an index by age. */
export function classRows(db: Connection, { index, is }: (typeof TEXTS)[keyof typeof TEXTS]) {
  const next = db.prepare<[string, string, number], EventClass>(
    `select tenant, event_type, anonymised from events indexed by ${index}
     where ${is} and (tenant, event_type, anonymised) > (?, ?, ?) order by tenant, event_type, anonymised limit 1`,
  )
  const ofClass = `from events e indexed by ${index} where tenant = ? and event_type = ? and anonymised = ? and ${is}`

  return {
    *classes(from: Omit<EventClass, 'anonymised'> & { anonymised: number } = FIRST): Generator<EventClass> {
      for (let one = next.get(from.tenant, from.event_type, from.anonymised); one !== undefined; ) {
        yield one
        one = next.get(one.tenant, one.event_type, one.anonymised)
      }
    },

    count(of: EventClass, condition: Condition): { n: number; since: Micros | null } {
      return db
        .prepare<unknown[], { n: number; since: Micros | null }>(
          `select count(*) n, min(received) since ${ofClass} and ${condition.sql}`,
        )
        .get(of.tenant, of.event_type, of.anonymised, ...condition.values)!
    },

    /** Oldest first, behind a place. */
    rows(
      of: EventClass,
      condition: Condition,
      behind: Pick<RetentionPlace, 'received' | 'seq'> | null,
      limit: number,
    ): Expired[] {
      const place = behind === null ? [] : [behind.received, behind.seq]
      return db
        .prepare<unknown[], Expired>(
          `select ${EXPIRED} ${ofClass} ${behind === null ? '' : 'and (received, seq) > (?, ?)'}
             and ${condition.sql} order by received, seq limit ?`,
        )
        .all(of.tenant, of.event_type, of.anonymised, ...place, ...condition.values, limit)
    },
  }
}
