import type { OtherEntry, OtherSum, RecordFilter } from '../../core/ports.ts'
import type { Connection } from './connection.ts'

const FIELD = /^[a-z][a-z0-9_]{0,63}$/
const PATH = /^[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63}){0,2}$/
/** Forced to text, and nothing where it is no JSON: a column of SQLite holds whatever was written there. */
const BODY = "case when json_valid(cast(o.body as text)) then cast(o.body as text) else '{}' end"

/** Reading what the ledger holds besides events, from its end. The table has nothing else in it, so no index is kept. */
export function otherReader(db: Connection) {
  return (
    kind: 'audit' | 'receipt',
    { since, until, fields = {} }: Pick<RecordFilter, 'since' | 'until' | 'fields'>,
    { limit, before_seq }: { limit: number; before_seq?: number },
  ): OtherEntry[] => {
    const parts = ['o.kind = ?', 'o.body is not null']
    const values: unknown[] = [kind]
    const add = (sql: string, ...given: unknown[]) => {
      parts.push(sql)
      values.push(...given)
    }
    if (before_seq !== undefined) add('o.seq < ?', before_seq)
    if (since !== undefined) add('o.ts >= ?', since)
    if (until !== undefined) add('o.ts < ?', until)
    for (const [field, value] of Object.entries(fields))
      if (FIELD.test(field)) add(`(${BODY}) ->> '$.${field}' = ?`, value)
      else add('0')
    return db
      .prepare<unknown[], Omit<OtherEntry, 'body'> & { body: string }>(
        `select o.seq, l.event_id, o.ts, ${BODY} body from others o join leaves l on l.seq = o.seq and l.kind = o.kind
         where ${parts.join(' and ')} order by o.seq desc limit ?`,
      )
      .all(...values, limit)
      .map((row) => ({ ...row, body: JSON.parse(row.body) }))
  }
}

/** Counting what the ledger holds besides events, by what it says. */
export function otherSummer(db: Connection) {
  return (
    kind: 'audit' | 'receipt',
    { by, sum }: { by: string; sum?: string },
    { since, until }: Pick<RecordFilter, 'since' | 'until'>,
  ): OtherSum[] => {
    for (const path of [by, sum ?? by]) if (!PATH.test(path)) throw new Error(`${path} is no path of a body`)
    // what is no number counts nothing
    const number = sum === undefined ? '0' : `(${BODY}) ->> '$.${sum}'`
    return db
      .prepare<unknown[], OtherSum>(
        `select (${BODY}) ->> '$.${by}' value, count(*) n, total(${number}) sum, min(o.ts) first, max(o.ts) last
         from others o join leaves l on l.seq = o.seq and l.kind = o.kind
         where o.kind = ? and o.body is not null and o.ts >= ? and o.ts < ? group by 1 order by 1`,
      )
      .all(kind, since ?? Number.MIN_SAFE_INTEGER, until ?? Number.MAX_SAFE_INTEGER)
  }
}
