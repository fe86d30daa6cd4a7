import type { Filter, Mark, Page, Paged } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import { where } from './filter.ts'

/** Concept probabilities, ranked and counted. */
export function markReader(db: Connection) {
  const ofEvent = db.prepare<[string], { event_id: string; concept: string; p: number }>(
    `select e.event_id, m.concept, m.p from events e join marks m on m.seq = e.seq
     where e.event_id in (select value from json_each(?)) order by m.version`,
  )

  return {
    marked(
      concept: string,
      version: number,
      least: number,
      filter: Filter,
      page: Page,
    ): Paged<Mark> & { total: number; histogram: number[] } {
      const { sql, values, narrow } = where(filter)
      // whoever has fewer rows leads: what passes a filter, else the marks in their own order. An erased event has no mark
      const from = narrow
        ? `from events e cross join marks m on m.concept = ? and m.version = ? and m.seq = e.seq where e.body is not null and ${sql}`
        : `from marks m cross join events e on e.seq = m.seq where m.concept = ? and m.version = ? and ${sql}`
      const counted = narrow
        ? from
        : `from marks m where m.concept = ? and m.version = ? ${filter.before_seq === undefined ? '' : 'and m.seq < ?'}`
      const after = page.after
      const items = db
        .prepare<unknown[], Mark>(
          `select e.event_id, e.seq, e.ts, m.p ${from} and m.p >= ?
           ${after === undefined ? '' : 'and (m.p < ? or (m.p = ? and (e.ts < ? or (e.ts = ? and e.event_id > ?))))'}
           order by m.p desc, e.ts desc, e.event_id limit ?`,
        )
        .all(
          concept,
          version,
          ...values,
          least,
          ...(after === undefined ? [] : [after.score, after.score, after.ts, after.ts, after.event_id]),
          page.limit,
        )
      const bins = db
        .prepare<unknown[], { bin: number; n: number; matched: number }>(
          `select min(99, cast(m.p * 100 as integer)) bin, count(*) n, sum(m.p >= ?) matched ${counted} group by bin`,
        )
        .all(least, concept, version, ...values)
      const histogram = new Array<number>(100).fill(0)
      let total = 0
      for (const { bin, n, matched } of bins) {
        histogram[bin] = n
        total += matched
      }
      const last = items.at(-1)
      const more = last !== undefined && items.length === page.limit
      return { items, total, histogram, next: more ? { score: last.p, ts: last.ts, event_id: last.event_id } : null }
    },

    marksOf(eventIds: readonly string[]): Map<string, Record<string, number>> {
      const found = new Map<string, Record<string, number>>()
      for (const { event_id, concept, p } of ofEvent.all(JSON.stringify(eventIds))) {
        const concepts = found.get(event_id) ?? {}
        concepts[concept] = p
        found.set(event_id, concepts)
      }
      return found
    },
  }
}
