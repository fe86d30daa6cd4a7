import type { Hit, IndexStatus, Log, Page, Paged } from '../../core/ports.ts'
import type { VectorHit } from './best.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { labelledSeqs, passing } from './passing.ts'
import type { Bounds, VectorIndex } from './vectors.ts'

export interface HitOptions {
  dir: string
  /** Of the snapshots. */
  key: Uint8Array
  writable: boolean
  segmentSize?: number
  graphMemory?: number
  log?: Log
}

/** Forms of filters whose statement is kept. */
const MOST_STATEMENTS = 100

type Place = { score?: number; ts: number }

/** Above 0 where the first comes after the second: less near, or as near and older. */
const order = (a: Place, b: Place) => (b.score ?? 0) - (a.score ?? 0) || b.ts - a.ts

/** The nearest chunk of each text, or the whole; nearest first, as they are given. */
function bestOfText(hits: readonly VectorHit[]): VectorHit[] {
  const seen = new Set<number>()
  return hits.filter(({ seq, part }) => {
    const text = 2 * seq + (part === 'prompt' ? 0 : 1)
    return !seen.has(text) && seen.add(text)
  })
}

/**
 * Nearest and range search over the vector index, with filters answered by rows. The index and its native library are
 * loaded at the first question, so that whoever only stores pays nothing for them.
 */
export function hitReader(db: Connection, options: HitOptions) {
  let loading: Promise<VectorIndex> | null = null
  const open = () => {
    loading ??= import('./vectors.ts').then(({ createVectorIndex }) => createVectorIndex({ db, ...options }))
    return loading
  }
  const statements = new Map<string, ReturnType<typeof db.prepare<unknown[], { event_id: string }>>>()
  function prepared(sql: string) {
    const statement = statements.get(sql) ?? db.prepare<unknown[], { event_id: string }>(sql)
    if (statements.size >= MOST_STATEMENTS) statements.clear()
    statements.set(sql, statement)
    return statement
  }

  /** Ids of what was found, of events that pass the filter: a row may have gone since the index was asked, and is found under its new number or not at all. */
  function named(hits: readonly VectorHit[], filter: ToldFilter | null): Hit[] {
    const { sql, values } = where(filter ?? {})
    const idOf = prepared(`select e.event_id from events e where e.seq = ? and e.body is not null and ${sql}`)
    return hits
      .flatMap(({ chunk, ...hit }) => {
        const event_id = idOf.get(hit.seq, ...values)?.event_id
        return event_id === undefined ? [] : [{ ...hit, ...(chunk === 0 ? {} : { chunk }), event_id }]
      })
      .sort((a, b) => b.score - a.score || b.ts - a.ts || (a.event_id < b.event_id ? -1 : 1))
  }

  const seqsOf = (sql: string, values: readonly unknown[]) =>
    Float64Array.from(
      db
        .prepare<unknown[], number>(sql)
        .pluck()
        .all(...values),
    )

  /**
   * What the index is told of a filter: times, ledger size, tenant and users as bounds, which it checks itself. Where there
   * is more, the ledger numbers that pass, ascending. `checked` is what is left to be compared with what it finds.
   */
  function narrowed(filter: ToldFilter): {
    candidates: 'all' | Float64Array
    bounds: Bounds
    checked: ToldFilter | null
  } {
    const { since, until, before_seq: before, tenant_id: tenant, part: _, ...rest } = filter
    const { user_id: user, ...fields } = rest.fields ?? {}
    const bounds: Bounds = {
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(before === undefined ? {} : { before }),
    }
    if (!where({ ...rest, fields }).narrow) {
      const users = user === undefined ? null : typeof user === 'string' ? [user] : user
      const own = {
        ...bounds,
        ...(tenant === undefined ? {} : { tenant }),
        ...(users === null ? {} : { users }),
      }
      return { candidates: 'all', bounds: own, checked: tenant === undefined && users === null ? null : filter }
    }
    const labelled = labelledSeqs(filter)
    if (labelled !== null) {
      const candidates = seqsOf(`select distinct seq from (${labelled.sql}) order by seq`, labelled.values)
      // their labels hold for as long as their places do
      return { candidates, bounds, checked: { ...filter, fields: {} } }
    }
    // here the times narrow what SQL reads
    const { sql, values } = passing(filter)
    // numbers alone are sorted here in half the time
    return { candidates: seqsOf(`select e.seq ${sql}`, values).sort(), bounds, checked: null }
  }

  return {
    async nearest(q: Float32Array, space: string, k: number, filter: ToldFilter) {
      const index = await open()
      const { candidates, bounds, checked } = narrowed(filter)
      // chunks of one text may be among the nearest together, and then others are behind them
      for (let wanted = k; ; wanted *= 2) {
        const { hits, ...rest } = await index.nearest(q, space, wanted, candidates, filter.part, bounds)
        const texts = bestOfText(hits)
        if (texts.length >= k || hits.length < wanted) return { hits: named(texts.slice(0, k), checked), ...rest }
      }
    },

    async within(
      q: Float32Array,
      space: string,
      cosine: number,
      filter: ToldFilter,
      page: Page,
    ): Promise<Paged<Hit> & { total: number }> {
      const index = await open()
      index.catchUp()
      const { candidates, bounds, checked } = narrowed(filter)
      const all = bestOfText(index.within(q, space, cosine, candidates, filter.part, bounds))
      const { after, limit } = page
      // ids are looked up for the page alone, and for those that only their id tells apart from its first and last
      const from = after === undefined ? 0 : all.findIndex((hit) => order(hit, after) >= 0)
      const rest = from === -1 ? [] : all.slice(from)
      const level = after === undefined ? 0 : rest.filter((hit) => order(hit, after) === 0).length
      let end = Math.min(rest.length, level + limit)
      while (end > 0 && end < rest.length && order(rest[end]!, rest[end - 1]!) === 0) end++
      const near = named(rest.slice(0, end), checked).filter(
        (hit) => after === undefined || order(hit, after) > 0 || hit.event_id > after.event_id,
      )
      const items = near.slice(0, limit)
      const last = items.at(-1)
      const more = near.length > items.length || end < rest.length
      const next = last !== undefined && more ? { score: last.score, ts: last.ts, event_id: last.event_id } : null
      return { items, total: all.length, next }
    },

    /** Whoever never searches and keeps no snapshots has no index to look after. */
    async tend(limit: number): Promise<number> {
      if (loading === null && !options.writable) return 0
      const index = await open()
      return await index.tend(limit)
    },

    async status(): Promise<IndexStatus> {
      return (await open()).status()
    },

    async close() {
      if (loading !== null) await (await loading).close()
    },
  }
}
