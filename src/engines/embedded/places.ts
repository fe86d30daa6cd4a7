import { type ClusterCount, clusterIdOf, type Placed } from '../../core/cluster.ts'
import type { Connection } from './connection.ts'
import { type ToldFilter, where } from './filter.ts'
import { floatsOf, PARTS } from './vector-rows.ts'

interface Row {
  vid: number
  seq: number
  event_id: string
  tenant: string
  user_id: string | null
  emb: Buffer
}

const COLUMNS = 'v.vid, e.seq, e.event_id, e.tenant, e.user_id, m.emb'
/** Of the whole prompt, in the space that is asked about. */
const VECTORS = `vectors v join spaces s on s.id = v.space_id and s.space = ? and v.chunk = 0 join events e on e.seq = v.seq
  join embeddings m on m.id = v.embedding_id`

/** Which cluster each prompt belongs to. */
export function placeRows(db: Connection) {
  const at = db.prepare<[string], number>('select value from counters where name = ?').pluck()
  const move = db.prepare('insert into counters values (?, ?) on conflict(name) do update set value = excluded.value')
  const next = db.prepare<[string, number, number], Row>(
    `select ${COLUMNS} from ${VECTORS} where v.part = ${PARTS.prompt} and v.vid > ? order by v.vid limit ?`,
  )
  const put = db.prepare(
    'insert or replace into cluster_of(seq, cluster) select ?, ? from events where seq = ? and body is not null',
  )
  const known = db.prepare<[number], number>('select cluster from cluster_of where seq = ?').pluck()
  const merge = db.prepare('update cluster_of set cluster = ? where cluster = ?')
  const counter = (space: string) => `clusters:${space}`

  const placed = ({ seq, event_id, tenant, user_id, emb }: Row): Placed => ({
    seq,
    event_id,
    tenant_id: tenant === '' ? null : tenant,
    user_id,
    vector: floatsOf(emb),
  })

  return {
    /** The next prompts of a space that have no place yet; `upto` is to be given to `place` with what was made of them, and null when level. */
    unplaced(space: string, limit: number): { rows: Placed[]; upto: number | null } {
      const from = at.get(counter(space)) ?? 0
      const found = next.all(space, from, limit)
      return {
        rows: found.filter(({ seq }) => known.get(seq) === undefined).map(placed),
        upto: found.at(-1)?.vid ?? null,
      }
    },

    /** Puts prompts into clusters (0: none), those that are still there, and remembers how far that went; in one commit. */
    place: db.transaction(
      (rows: readonly { seq: number; cluster: number }[], done?: { space: string; upto: number }): void => {
        for (const { seq, cluster } of rows) put.run(seq, cluster, seq)
        if (done !== undefined) move.run(counter(done.space), done.upto)
      },
    ).immediate,

    /** All prompts of one cluster belong to another one from now on. */
    mergeClusters: (from: number, into: number): void => void merge.run(into, from),

    /** Prompts of a cluster (0: of none), newest in the ledger first, with their vectors. */
    placed(cluster: number, space: string, page: { limit: number; before_seq?: number; tenant_id?: string }): Placed[] {
      const whose = page.tenant_id === undefined ? '' : 'and e.tenant = ?'
      return db
        .prepare<unknown[], Row>(
          `select ${COLUMNS} from cluster_of p indexed by cluster_members cross join ${VECTORS} and v.seq = p.seq
           where p.cluster = ? and p.seq < ? and v.part = ${PARTS.prompt} ${whose} order by p.seq desc limit ?`,
        )
        .all(
          space,
          cluster,
          page.before_seq ?? Number.MAX_SAFE_INTEGER,
          ...(page.tenant_id === undefined ? [] : [page.tenant_id]),
          page.limit,
        )
        .map(placed)
    },

    /** What the store has of each cluster among the events that pass a filter. */
    clusters(filter: ToldFilter): ClusterCount[] {
      const { sql, values } = where(filter)
      return db
        .prepare<unknown[], { cluster: number; n: number; users: number; first: number; last: number }>(
          `select p.cluster, count(*) n, count(distinct e.user_id) users, min(e.ts) first, max(e.ts) last
           from events e join cluster_of p on p.seq = e.seq where ${sql} and e.body is not null group by p.cluster order by p.cluster`,
        )
        .all(...values)
        .map(({ cluster, ...count }) => ({ cluster_id: cluster === 0 ? null : clusterIdOf(cluster), ...count }))
    },

    /** Events of a filter that have a place, evenly over the ledger, at most `limit`, with their vectors; and how many there are. */
    sample(
      filter: ToldFilter,
      space: string,
      limit: number,
    ): { points: (Placed & { cluster_id: string | null })[]; total: number } {
      const { sql, values } = where(filter)
      const from = `from events e join cluster_of p on p.seq = e.seq where ${sql} and e.body is not null`
      const total = db
        .prepare<unknown[], number>(`select count(*) ${from}`)
        .pluck()
        .get(...values)!
      const step = Math.max(1, Math.ceil(total / Math.max(1, limit)))
      const rows = db
        .prepare<unknown[], Row & { cluster: number }>(
          `select ${COLUMNS}, c.cluster from (select seq, cluster from (select p.seq, p.cluster, row_number() over (order by p.seq) nth ${from})
             where nth % ? = 0 limit ?) c cross join ${VECTORS} and v.seq = c.seq where v.part = ${PARTS.prompt}`,
        )
        .all(...values, step === 1 ? 1 : step, limit, space)
      return {
        total,
        points: rows.map((row) => ({
          ...placed(row),
          cluster_id: row.cluster === 0 ? null : clusterIdOf(row.cluster),
        })),
      }
    },
  }
}
