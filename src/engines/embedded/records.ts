import type { RecordFilter, RecordPage, RecordWrite, StoredRecord } from '../../core/ports.ts'
import type { Connection } from './connection.ts'

interface Row extends Omit<StoredRecord, 'body' | 'tenant_id'> {
  tenant: string | null
  body: string
}

const FIELD = /^[a-z][a-z0-9_]{0,63}$/

/** Small documents by kind and id, each write with a place in one order, so that a feed can follow them. */
export function recordStore(db: Connection) {
  const versionOf = db.prepare<[string, string], { version: number }>(
    'select version from records where kind = ? and id = ?',
  )
  const nextRev = db.prepare<[], { value: number }>(
    "update counters set value = value + 1 where name = 'rev' returning value",
  )
  const put = db.prepare('insert or replace into records values (?, ?, ?, ?, ?, ?, ?, ?, ?)')

  /** Inside a commit of the caller. Returns false where the expected version does not stand. */
  function write({ record, expect }: RecordWrite): boolean {
    const version = versionOf.get(record.kind, record.id)?.version ?? 0
    if (expect !== null && expect !== version) return false
    const rev = nextRev.get()!.value
    put.run(
      record.kind,
      record.id,
      record.ts,
      record.entity,
      record.tenant_id,
      record.rank,
      version + 1,
      rev,
      JSON.stringify(record.body),
    )
    return true
  }

  class Stale extends Error {}
  const writeAll = db.transaction((writes: readonly RecordWrite[]) => {
    for (const one of writes) if (!write(one)) throw new Stale()
  }).immediate

  return {
    write,

    putAll(writes: readonly RecordWrite[]): 'stored' | 'stale' {
      try {
        writeAll(writes)
        return 'stored'
      } catch (error) {
        if (error instanceof Stale) return 'stale'
        throw error
      }
    },

    list(kind: string, filter: RecordFilter, page: RecordPage): StoredRecord[] {
      const parts = ['kind = ?']
      const values: unknown[] = [kind]
      const add = (sql: string, ...given: unknown[]) => {
        parts.push(sql)
        values.push(...given)
      }
      if (filter.ids !== undefined) add('id in (select value from json_each(?))', JSON.stringify(filter.ids))
      if (filter.entities !== undefined)
        add(`entity in (${filter.entities.map(() => '?').join(', ')})`, ...filter.entities)
      // SQLite does not know how few records an id or an entity has, and would walk all of the kind in order
      const few = filter.ids !== undefined || filter.entities !== undefined
      if (filter.tenant_id !== undefined)
        // said twice, because the indexes hold only records that name a tenant
        add(few || filter.tenant_id === '' ? '+tenant = ?' : "tenant = ? and tenant <> ''", filter.tenant_id)
      if (filter.since !== undefined) add('ts >= ?', filter.since)
      if (filter.until !== undefined) add('ts < ?', filter.until)
      if (filter.min_rank !== undefined) add('rank >= ?', filter.min_rank)
      for (const [field, value] of Object.entries(filter.fields ?? {}))
        if (FIELD.test(field)) add(`body ->> '$.${field}' = ?`, value)
        else add('0')
      const after = page.after
      if (page.order === 'rev') {
        if (after !== undefined) add('rev > ?', after.rev)
      } else if (page.order === 'ts') {
        if (after !== undefined) add('(ts < ? or (ts = ? and id > ?))', after.ts, after.ts, after.id)
      } else if (after !== undefined) {
        const rank = after.rank ?? -1
        add('(coalesce(rank, -1) < ? or (coalesce(rank, -1) = ? and id > ?))', rank, rank, after.id)
      }
      const order = { rev: 'rev', ts: 'ts desc, id', rank: 'coalesce(rank, -1) desc, id' }[page.order]
      const from = filter.ids === undefined && few ? 'records indexed by records_entity' : 'records'
      return db
        .prepare<unknown[], Row>(
          `select kind, id, ts, entity, tenant, rank, version, rev, body from ${from}
           where ${parts.join(' and ')} order by ${few ? '+' : ''}${order} limit ?`,
        )
        .all(...values, page.limit)
        .map(({ tenant, body, ...rest }) => ({ ...rest, tenant_id: tenant, body: JSON.parse(body) }))
    },
  }
}
