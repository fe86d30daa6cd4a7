import type { RedactedEvent } from '../../core/event.ts'
import type { EventOutline, Page, Paged, StoredEvent, TallyRow } from '../../core/ports.ts'
import { TEXTS } from './class-rows.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { type GroupValue, groupOf, keysOf } from './groups.ts'
import { passing } from './passing.ts'
import type { BodyOpener, SealedBody } from './sealed-body.ts'

interface Row extends SealedBody {
  seq: number
  ts: number
  received: number
}

/** Reading events: by filter, newest first, and counted in groups. Erased events are gone from all of it; archived ones are counted
 * in groups alone. */
export function eventReader(db: Connection, bodies: Pick<BodyOpener, 'textOf' | 'together'>) {
  const range = db.prepare<[number, number], Row>(
    'select seq, ts, received, event_id, subject, body from events where seq >= ? and seq < ? and body is not null order by seq',
  )

  const place = db.prepare<[number, string], Row>(
    'select seq, ts, received, event_id, subject, body from events where seq = ? and tenant = ? and body is not null',
  )
  const labelled = db.prepare<[string], { tenant: string; labels: string | null }>(
    "select tenant, meta -> '$.labels' labels from events where event_id = ? and body is not null",
  )
  const anyArchived = db.prepare<[], unknown>('select 1 from events where archive is not null limit 1')

  /** Nothing of a row whose key is gone. */
  const stored = (rows: readonly Row[]): StoredEvent[] =>
    bodies.together(() =>
      rows.flatMap((row) => {
        const { seq, ts, received } = row
        const text = bodies.textOf(row)
        return text === null ? [] : [{ seq, ts, received, event: JSON.parse(text) as RedactedEvent }]
      }),
    )

  return {
    /** Events of the ledger range [first, last), in its order. */
    range: (first: number, last: number): StoredEvent[] => stored(range.all(first, last)),

    at: (tenant_id: string | null, seqs: readonly number[]): StoredEvent[] =>
      stored(seqs.flatMap((seq) => place.get(seq, tenant_id ?? '') ?? [])),

    events(filter: ToldFilter, page: Page & { oldest?: boolean }): Paged<StoredEvent> {
      const { sql, values } = where(filter)
      const after = page.after
      const [beyond, order] = page.oldest ? ['>', 'asc'] : ['<', 'desc']
      const rows = db
        .prepare<unknown[], Row>(
          `select e.seq, e.ts, e.received, e.event_id, e.subject, e.body from events e where ${sql} and e.body is not null
           ${after === undefined ? '' : `and (e.ts ${beyond} ? or (e.ts = ? and e.event_id > ?))`}
           order by e.ts ${order}, e.event_id limit ?`,
        )
        .all(...values, ...(after === undefined ? [] : [after.ts, after.ts, after.event_id]), page.limit)
      const last = rows.at(-1)
      return {
        items: stored(rows),
        next: last !== undefined && rows.length === page.limit ? { ts: last.ts, event_id: last.event_id } : null,
      }
    },

    outlines(filter: ToldFilter, page: Page): Paged<EventOutline> {
      const { sql, values } = where(filter)
      const after = page.after
      const items = db
        .prepare<unknown[], EventOutline>(
          `select e.event_id, e.ts, e.event_type, e.user_id, e.session_id from events e where ${sql} and e.body is not null
           ${after === undefined ? '' : 'and (e.ts < ? or (e.ts = ? and e.event_id > ?))'}
           order by e.ts desc, e.event_id limit ?`,
        )
        .all(...values, ...(after === undefined ? [] : [after.ts, after.ts, after.event_id]), page.limit)
      const last = items.at(-1)
      return {
        items,
        next: last !== undefined && items.length === page.limit ? { ts: last.ts, event_id: last.event_id } : null,
      }
    },

    labelsOf(eventId: string, tenant?: string): Record<string, string[]> | null {
      const row = labelled.get(eventId)
      if (row === undefined || (tenant !== undefined && row.tenant !== tenant)) return null
      return row.labels === null ? {} : (JSON.parse(row.labels) as Record<string, string[]>)
    },

    count(filter: ToldFilter): number {
      const { sql, values } = passing(filter)
      return db.prepare<unknown[], { n: number }>(`select count(*) n ${sql}`).get(...values)!.n
    },

    tally(by: readonly string[], filter: ToldFilter): TallyRow[] {
      const { sql, values } = where(filter)
      const groups = by.map(groupOf)
      const keys = groups.map((group, i) => `${group.sql} k${i}`)
      const names = keys.map((_, i) => `k${i}`).join(', ')
      // asked one by one: the indexes are of the one or of the other
      const places = anyArchived.get() === undefined ? [TEXTS.store] : Object.values(TEXTS)
      const from = places.map(
        ({ has }) => `select ${[...keys, ...FIGURES].join(', ')} from events e where ${sql} and ${has}`,
      )
      const rows = db
        .prepare<unknown[], Record<string, GroupValue>>(
          `select ${names === '' ? '' : `${names}, `}count(*) n, ${FIGURES.map((name) => `total(${name}) ${name}`).join(', ')}
           from (${from.join(' union all ')}) ${names === '' ? '' : `group by ${names} order by ${names}`}`,
        )
        .all(...places.flatMap(() => values))
      const all = new Map<string, TallyRow>()
      for (const { n, ...row } of rows)
        for (const key of keysOf(
          groups,
          keys.map((_, i) => row[`k${i}`] ?? null),
        )) {
          const name = JSON.stringify(key)
          const one = all.get(name) ?? { key, n: 0, tokens_input: 0, tokens_output: 0, cost_usd: 0, latency_ms: 0 }
          one.n += n as number
          for (const figure of FIGURES) one[figure] += row[figure] as number
          all.set(name, one)
        }
      return [...all.values()]
    },
  }
}

const FIGURES = ['tokens_input', 'tokens_output', 'cost_usd', 'latency_ms'] as const
