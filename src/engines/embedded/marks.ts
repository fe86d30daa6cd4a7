import type { Mark, Page, Paged } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { type Counted, filtered, markCounter, PLACED, WHOLE } from './mark-counts.ts'
import { PROBABLE } from './mark-rows.ts'
import { BINS, millionths, packed, probabilityOf, unpacked } from './packed-marks.ts'

/** Concept probabilities, ranked and counted. */
export function markReader(db: Connection) {
  const count = markCounter(db)
  const cidOf = db.prepare<[string, number], number>('select cid from scored where concept = ? and version = ?').pluck()
  const scannedAt = db
    .prepare<[number, Buffer, number, number], Buffer>(
      `select ${WHOLE} p from marks m ${PLACED} where ${WHOLE} < ? and m.seq < ? order by p desc limit 1 offset ?`,
    )
    .pluck()
  const rowsOf = db.prepare<[string], { event_id: string; layout: number; p: Buffer }>(
    `select e.event_id, m.layout, m.p from events e join marks m on m.seq = e.seq
     where e.event_id in (select value from json_each(?))`,
  )
  const placesOf = db.prepare<[number], { concept: string; at: number }>(
    'select s.concept, x.at from places x join scored s on s.cid = x.cid where x.layout = ? order by s.version',
  )

  /** Of those that are kept in their order. */
  function probable(
    cid: number,
    least: number,
    { since, until, before_seq }: ToldFilter,
    { limit, after }: Page,
  ): Mark[] {
    const bounds: string[] = []
    const values: unknown[] = [cid, Math.max(least, PROBABLE)]
    const add = (sql: string, ...given: unknown[]) => {
      bounds.push(`and ${sql}`)
      values.push(...given)
    }
    if (since !== undefined) add('m.ts >= ?', since)
    if (until !== undefined) add('m.ts < ?', until)
    if (before_seq !== undefined) add('m.seq < ?', before_seq)
    if (after !== undefined) {
      const p = millionths(after.score ?? 1)
      add(
        'm.p <= ? and (m.p < ? or m.ts < ? or (m.ts = ? and e.event_id > ?))',
        p,
        p,
        after.ts,
        after.ts,
        after.event_id,
      )
    }
    return db
      .prepare<unknown[], Mark>(
        `select e.event_id, m.seq, m.ts, m.p from probable m cross join events e on e.seq = m.seq
         where m.cid = ? and m.p >= ? ${bounds.join(' ')} order by m.p desc, m.ts desc, e.event_id limit ?`,
      )
      .all(...values, limit)
      .map((mark) => ({ ...mark, p: probabilityOf(mark.p) }))
  }

  /** The others, among all events. Marks are looked through for the least that the page has, so that only its events are opened. */
  function improbable(cid: number, least: number, before: number, { limit, after }: Page): Mark[] {
    const from = millionths(after?.score ?? 1)
    const behind = from < PROBABLE ? after : undefined
    const under = packed([behind === undefined ? PROBABLE : from])
    const last = scannedAt.get(cid, under, before, limit - 1)
    const low = last === undefined ? least : Math.max(least, unpacked(last, 0))
    return read(
      `from marks m ${PLACED} cross join events e on e.seq = m.seq
       where m.seq < ? and ${WHOLE} < ? and ${WHOLE} >= ?`,
      [cid, before, packed([PROBABLE]), packed([low])],
      { limit, ...(behind === undefined ? {} : { after: behind }) },
    )
  }

  /** Of those that pass a filter, event by event. */
  function within(cid: number, least: number, filter: ToldFilter, page: Page): Mark[] {
    const { from, values } = filtered(cid, filter)
    return read(`${from} and ${WHOLE} >= ?`, [...values, packed([least])], page)
  }

  /** A page of events `e` with marks `m`, most probable first. */
  function read(from: string, values: readonly unknown[], { limit, after }: Page): Mark[] {
    const p = packed([millionths(after?.score ?? 1)])
    const behind = `and (${WHOLE} < ? or (${WHOLE} = ? and (e.ts < ? or (e.ts = ? and e.event_id > ?))))`
    return db
      .prepare<unknown[], Omit<Mark, 'p'> & { p: Buffer }>(
        `select e.event_id, e.seq, e.ts, ${WHOLE} p ${from} ${after === undefined ? '' : behind}
         order by p desc, e.ts desc, e.event_id limit ?`,
      )
      .all(...values, ...(after === undefined ? [] : [p, p, after.ts, after.ts, after.event_id]), limit)
      .map((mark) => ({ ...mark, p: probabilityOf(unpacked(mark.p, 0)) }))
  }

  function find(cid: number, least: number, filter: ToldFilter, page: Page): Counted & { items: Mark[] } {
    const { since, until, before_seq, ...rest } = filter
    const timed = since !== undefined || until !== undefined
    if (where(rest).narrow || (timed && least < PROBABLE))
      return { items: within(cid, least, filter, page), ...count.within(cid, least, filter) }
    const items = probable(cid, least, filter, page)
    const left = page.limit - items.length
    const before = before_seq ?? Number.MAX_SAFE_INTEGER
    if (left > 0 && least < PROBABLE) items.push(...improbable(cid, least, before, { ...page, limit: left }))
    return { ...count.all(cid, least, filter), items }
  }

  // of one moment, although it is asked in several ways
  const together = db.transaction(find)

  return {
    marked(
      concept: string,
      version: number,
      least: number,
      filter: ToldFilter,
      page: Page,
    ): Paged<Mark> & { total: number; histogram: number[] } {
      const cid = cidOf.get(concept, version)
      if (cid === undefined) return { items: [], total: 0, histogram: new Array<number>(BINS).fill(0), next: null }
      const found = together(cid, millionths(least), filter, page)
      const last = found.items.at(-1)
      const more = last !== undefined && found.items.length === page.limit
      return { ...found, next: more ? { score: last.p, ts: last.ts, event_id: last.event_id } : null }
    },

    marksOf(eventIds: readonly string[]): Map<string, Record<string, number>> {
      const found = new Map<string, Record<string, number>>()
      const layouts = new Map<number, { concept: string; at: number }[]>()
      for (const { event_id, layout, p } of rowsOf.all(JSON.stringify(eventIds))) {
        const places = layouts.get(layout) ?? placesOf.all(layout)
        layouts.set(layout, places)
        // a later version of a concept comes later, and stands
        const of = places.map(({ concept, at }) => [concept, probabilityOf(unpacked(p, at - 1))] as const)
        if (of.length > 0) found.set(event_id, Object.fromEntries(of))
      }
      return found
    },
  }
}
