import type { Draw, Drawn, Examined } from '../../core/ports.ts'
import { firstOf } from '../../stats/keyed-order.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { filtered, PLACED, WHOLE } from './mark-counts.ts'
import { millionths, probabilityOf, unpacked } from './packed-marks.ts'
import { PARTS } from './vector-rows.ts'

/** What is kept of an event while others may still come before it; in millionths. */
interface Seen {
  seq: number
  p: number
}

/** Draws events at random from all that pass a filter. Every mark, or every vector, is looked at once; no text is opened. */
export function drawReader(db: Connection) {
  const cidOf = db.prepare<[string, number], number>('select cid from scored where concept = ? and version = ?').pluck()
  const spaceOf = db.prepare<[string], number>('select id from spaces where space = ?').pluck()
  const named = db.prepare<[string], { seq: number; event_id: string }>(
    'select seq, event_id from events where seq in (select value from json_each(?)) and body is not null',
  )

  /** Whether events themselves have to be asked; else a place tells enough, and no page of theirs is opened. */
  const isNarrow = ({ before_seq: _, ...rest }: ToldFilter) => where(rest).narrow
  const endOf = ({ before_seq = Number.MAX_SAFE_INTEGER }: ToldFilter) => before_seq

  /** Places and probabilities of all that was read of a concept. */
  function scored(cid: number, filter: ToldFilter): Iterable<[number, Buffer]> {
    const { from, values } = isNarrow(filter)
      ? filtered(cid, filter)
      : { from: `from marks m ${PLACED} where m.seq < ?`, values: [cid, endOf(filter)] }
    const rows = db.prepare<unknown[]>(`select m.seq, ${WHOLE} ${from}`).raw()
    return rows.iterate(...values) as Iterable<[number, Buffer]>
  }

  /** Places of all that a model has read. */
  function embedded(space: string, { part, ...filter }: ToldFilter): Iterable<[number]> {
    const side = part === undefined ? '' : `and v.part = ${PARTS[part]}`
    const { sql, values } = isNarrow(filter) ? where(filter) : { sql: 'v.seq < ?', values: [endOf(filter)] }
    const events = isNarrow(filter) ? 'cross join events e on e.seq = v.seq' : ''
    const rows = db
      .prepare<unknown[]>(
        `select distinct v.seq from vectors v indexed by vectors_seq ${events}
         where v.space_id = ? and v.chunk = 0 ${side} and ${sql}`,
      )
      .raw()
    return rows.iterate(spaceOf.get(space) ?? -1, ...values) as Iterable<[number]>
  }

  /** The draw of each band, by place. */
  function draws(of: Examined, filter: ToldFilter, { salt, limit, edges }: Draw) {
    const bands = edges.map(() => firstOf<Seen>(limit, salt))
    if ('space' in of) {
      for (const [seq] of embedded(of.space, filter)) bands[0]!.take(seq, () => ({ seq, p: 0 }))
      return bands
    }
    const cid = cidOf.get(of.concept, of.version)
    const lows = edges.map(millionths)
    for (const [seq, bytes] of cid === undefined ? [] : scored(cid, filter)) {
      const p = unpacked(bytes, 0)
      const band = lows.findLastIndex((low) => p >= low)
      if (band >= 0) bands[band]!.take(seq, () => ({ seq, p }))
    }
    return bands
  }

  // of one moment, although it is asked in several ways
  return db.transaction((of: Examined, filter: ToldFilter, draw: Draw): Drawn[] =>
    draws(of, filter, draw).map((band) => {
      const { size, items } = band.drawn()
      const ids = new Map(named.all(JSON.stringify(items.map(({ seq }) => seq))).map((one) => [one.seq, one.event_id]))
      const held = items.flatMap(({ seq, p }) => {
        const event_id = ids.get(seq)
        return event_id === undefined ? [] : [{ seq, event_id, p: probabilityOf(p) }]
      })
      return { size, items: held }
    }),
  )
}
