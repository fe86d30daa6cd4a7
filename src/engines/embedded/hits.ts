import type { Filter, Hit, IndexStatus, Log, Page, Paged } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import type { Bounds } from './exact.ts'
import { where } from './filter.ts'
import type { VectorIndex } from './vectors.ts'

export interface HitOptions {
  dir: string
  writable: boolean
  segmentSize?: number
  log?: Log
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
  const idOf = db.prepare<[number], { event_id: string }>('select event_id from events where seq = ?')
  const named = (hits: readonly Omit<Hit, 'event_id'>[]): Hit[] =>
    hits
      .map((hit) => ({ ...hit, event_id: idOf.get(hit.seq)?.event_id ?? '' }))
      .sort((a, b) => b.score - a.score || b.ts - a.ts || (a.event_id < b.event_id ? -1 : 1))

  /**
   * What the index is told of a filter: times and ledger size as bounds, which it checks itself, and the rest as the
   * ledger numbers that pass, ascending; 'all' where nothing else narrows it.
   */
  function narrowed(filter: Filter): { candidates: 'all' | Float64Array; bounds: Bounds } {
    const { since, until, before_seq: before, ...rest } = filter
    const bounds: Bounds = {
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(before === undefined ? {} : { before }),
    }
    if (!where(rest).narrow) return { candidates: 'all', bounds }
    // here the times narrow what SQL reads
    const { sql, values } = where(filter)
    const seqs = db
      .prepare<unknown[], number>(`select e.seq from events e where ${sql} and e.body is not null order by e.seq`)
      .pluck()
      .all(...values)
    return { candidates: Float64Array.from(seqs), bounds }
  }

  return {
    async nearest(q: Float32Array, space: string, k: number, filter: Filter) {
      const index = await open()
      const { candidates, bounds } = narrowed(filter)
      const { hits, how, complete } = await index.nearest(q, space, k, candidates, filter.part, bounds)
      return { hits: named(hits), how, complete }
    },

    async within(
      q: Float32Array,
      space: string,
      cosine: number,
      filter: Filter,
      page: Page,
    ): Promise<Paged<Hit> & { total: number }> {
      const index = await open()
      index.catchUp()
      const { candidates, bounds } = narrowed(filter)
      const all = named(index.within(q, space, cosine, candidates, filter.part, bounds))
      const after = page.after
      const rest =
        after === undefined
          ? all
          : all.filter(
              (hit) =>
                hit.score < (after.score ?? 0) ||
                (hit.score === after.score &&
                  (hit.ts < after.ts || (hit.ts === after.ts && hit.event_id > after.event_id))),
            )
      const items = rest.slice(0, page.limit)
      const last = items.at(-1)
      const next =
        last !== undefined && rest.length > items.length
          ? { score: last.score, ts: last.ts, event_id: last.event_id }
          : null
      return { items, total: all.length, next }
    },

    /** Whoever never searches and keeps no snapshots has no index to look after. */
    async tend(limit: number): Promise<number> {
      if (loading === null && !options.writable) return 0
      const index = await open()
      return index.catchUp(limit) + (await index.tend(limit))
    },

    async status(): Promise<IndexStatus> {
      return (await open()).status()
    },

    async close() {
      if (loading !== null) await (await loading).close()
    },
  }
}
