import type { Entry, KeptEntry, NodeId, SealedEntry, Unsealed } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { leafData } from '../../ledger/leaf.ts'
import { leafHash, rootOf } from '../../ledger/tree.ts'
import { split } from './append.ts'
import type { Connection } from './connection.ts'
import { editedColumns, PLAIN_COLUMNS, type PlainColumns } from './plain-columns.ts'

/** A leaf beside the row at its place; `standing` is the seq of the row that stands for the event today. */
interface Row extends Omit<SealedEntry, 'salt' | 'body' | 'state' | 'ts' | 'edited_columns'>, PlainColumns {
  ts: number | null
  at: number | null
  standing: number | null
  salt: Buffer | null
  body: string | null
}

/**
 * A row belongs to a leaf where place and event agree; one that was moved or renamed stands for nothing. Types are
 * forced: a column of SQLite holds whatever was written there.
 */
const ROWS = `select l.seq, l.kind, l.event_id, cast(l.commitment as blob) commitment, l.reason,
  coalesce(e.seq, o.seq) at, coalesce(e.ts, o.ts) ts, e.received, s.seq standing,
  cast(coalesce(e.salt, o.salt) as blob) salt, cast(coalesce(e.body, o.body) as text) body,
  ${PLAIN_COLUMNS}
  from leaves l
  left join events e on e.seq = l.seq and e.event_id = l.event_id and l.kind in ('event', 'amendment')
  left join others o on o.seq = l.seq and o.kind = l.kind
  left join events s on s.event_id = l.event_id and s.seq > l.seq and l.kind in ('event', 'amendment')`

/** Rows at a place where no leaf, or that of another entry, stands. */
const STRAYS = `select seq, event_id, cast(salt as blob) salt, cast(body as text) body from events e
    where not exists (select 1 from leaves l
      where l.seq = e.seq and l.event_id = e.event_id and l.kind in ('event', 'amendment'))
  union all select seq, '', cast(salt as blob), cast(body as text) from others o
    where not exists (select 1 from leaves l where l.seq = o.seq and l.kind = o.kind)
  limit ?`

/** Reading the ledger: head, leaf data, subtree hashes, and entries with their rows. */
export function ledgerReader(db: Connection) {
  const head = db.prepare<[], { size: number; frontier: Buffer }>('select size, frontier from head')
  const leaf = db.prepare<[number, number], { kind: Entry['kind']; event_id: string; commitment: Buffer }>(
    'select kind, event_id, commitment from leaves where seq >= ? and seq < ? order by seq',
  )
  const node = db.prepare<[number, number], { hash: Buffer }>('select hash from nodes where level = ? and idx = ?')
  const rows = db.prepare<[number, number], Row>(`${ROWS} where l.seq >= ? and l.seq < ? order by l.seq`)
  const strays = db.prepare<[number], Unsealed>(STRAYS)
  const rowOf = db.prepare<[string, string | null, string | null], Row>(
    `${ROWS} where l.seq = (select seq from events where event_id = ? and (? is null or tenant = ?))`,
  )

  const keptRows = db.prepare<[number, number], KeptRow>(KEPT)

  return {
    kept(from: number, to: number): KeptEntry[] {
      const entries: KeptEntry[] = []
      let room = KEPT_BYTES
      for (const { salt, body, ts, received, ...row } of keptRows.iterate(from, to)) {
        const bytes = salt === null || body === null ? null : Buffer.concat([salt, Buffer.from(body)])
        room -= bytes?.length ?? 0
        if (room < 0 && entries.length > 0) break
        entries.push({ ...row, ts: ts ?? 0, received: received ?? 0, subject: null, body: bytes })
      }
      return entries
    },

    head() {
      const { size, frontier } = head.get()!
      return { size, root: rootOf(split(frontier)) }
    },

    leaves: (from: number, to: number): Uint8Array[] =>
      leaf.all(from, to).map((row) => leafData(row.kind, row.event_id, row.commitment)),

    nodes: (ids: readonly NodeId[]): Uint8Array[] =>
      ids.map(({ level, index }) => {
        // the lowest level is not kept: a leaf's hash is one hash away from its row
        const bottom = level === 0 ? leaf.get(index, index + 1) : undefined
        if (bottom !== undefined) return leafHash(leafData(bottom.kind, bottom.event_id, bottom.commitment))
        const row = node.get(level, index)
        if (row === undefined)
          throw new Problem('NOT_FOUND', `the ledger has no complete subtree at level ${level}, index ${index}`)
        return row.hash
      }),

    sealed: (from: number, to: number): SealedEntry[] => rows.all(from, to).map(entryOf),

    unsealed: (limit: number): Unsealed[] => strays.all(limit),

    entryOf(eventId: string, tenant: string | null = null): SealedEntry | null {
      const row = rowOf.get(eventId, tenant, tenant)
      return row === undefined ? null : entryOf(row)
    },
  }
}

function entryOf(row: Row): SealedEntry {
  const { seq, kind, event_id, commitment, reason, ts, received, salt } = row
  const body = bodyOf(row)
  const state = stateOf(row.at, row.standing, row.body)
  const isEvent = kind === 'event' || kind === 'amendment'
  const edited_columns = isEvent && body !== null ? editedColumns(row, body) : []
  return { seq, kind, event_id, commitment, reason, ts, received, salt, body, state, edited_columns }
}

/** The text that was sealed, as it is read from its column. */
function bodyOf({ body }: Pick<Row, 'body'>): string | null {
  return body
}

function stateOf(at: number | null, standing: number | null, body: string | null): SealedEntry['state'] {
  if (at !== null) return body === null ? 'erased' : 'held'
  return standing === null ? 'missing' : 'amended'
}

/** Bodies that one answer of `kept` brings along, in bytes. */
const KEPT_BYTES = 16 * 2 ** 20

type KeptRow = Pick<KeptEntry, 'seq' | 'kind' | 'event_id' | 'commitment' | 'reason'> & {
  ts: number | null
  received: number | null
  salt: Buffer | null
  body: string | null
}

const KEPT = `select l.seq, l.kind, l.event_id, l.commitment, l.reason, coalesce(e.ts, o.ts) ts,
  coalesce(e.received, o.ts) received, coalesce(e.salt, o.salt) salt, coalesce(e.body, o.body) body
  from leaves l left join events e on e.seq = l.seq left join others o on o.seq = l.seq
  where l.seq >= ? and l.seq < ? order by l.seq`
