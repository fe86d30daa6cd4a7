import type { Entry, KeptEntry, NodeId, SealedEntry, Unsealed } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { leafData } from '../../ledger/leaf.ts'
import { leafHash, rootOf } from '../../ledger/tree.ts'
import type { ColdColumns, coldRows } from './cold-row.ts'
import type { Connection } from './connection.ts'
import { split } from './leaf-writer.ts'
import { editedColumns, FIELDS, PLAIN_COLUMNS, type PlainColumns } from './plain-columns.ts'
import type { BodyOpener } from './sealed-body.ts'

/** What a row holds: of an event it is sealed, of any other entry in clear. */
interface Stored {
  event_id: string
  sealed: 0 | 1
  subject: Buffer | null
  salt: Buffer | null
  body: Buffer | null
}

/** A leaf beside the row at its place; where there is none, `standing` is the seq of the row that stands for the event today. */
interface Row extends Omit<SealedEntry, 'salt' | 'body' | 'state' | 'ts' | 'edited_columns'>, Stored, PlainColumns {
  ts: number | null
  at: number | null
  /** Whether its text lies in a file of the archive. */
  cold: 0 | 1
  standing: number | null
}

/**
 * A row belongs to a leaf where place and event agree; one that was moved or renamed stands for nothing. Types are
 * forced: a column of SQLite holds whatever was written there.
 */
const ROWS = `select l.seq, l.kind, l.event_id, cast(l.commitment as blob) commitment, l.reason,
  coalesce(e.seq, o.seq) at, coalesce(e.ts, o.ts) ts, e.received,
  case when coalesce(e.seq, o.seq) is null and l.kind in ('event', 'amendment')
    then (select s.seq from events s where s.event_id = l.event_id and s.seq > l.seq) end standing,
  e.seq is not null sealed, e.archive is not null cold, cast(e.subject as blob) subject, cast(coalesce(e.salt, o.salt) as blob) salt,
  cast(coalesce(e.body, o.body) as blob) body,
  ${PLAIN_COLUMNS}
  from leaves l
  left join events e on e.seq = l.seq and e.event_id = l.event_id and l.kind in ('event', 'amendment')
  left join others o on o.seq = l.seq and o.kind = l.kind`

/** Rows at a place where no leaf, or that of another entry, stands. */
const STRAYS = `select seq, event_id, 1 sealed, cast(subject as blob) subject, cast(salt as blob) salt, cast(body as blob) body
    from events e
    where e.seq >= :from and e.seq < :to and not exists (select 1 from leaves l
      where l.seq = e.seq and l.event_id = e.event_id and l.kind in ('event', 'amendment'))
  union all select seq, '', 0, null, cast(salt as blob), cast(body as blob) from others o
    where o.seq >= :from and o.seq < :to
      and not exists (select 1 from leaves l where l.seq = o.seq and l.kind = o.kind)
  limit :limit`

/** Reading the ledger: head, leaf data, subtree hashes, and entries with their rows. */
export function ledgerReader(db: Connection, bodies: BodyOpener, cold: Pick<ReturnType<typeof coldRows>, 'seal'>) {
  const head = db.prepare<[], { size: number; frontier: Buffer }>('select size, frontier from head')
  const leaf = db.prepare<[number, number], { kind: Entry['kind']; event_id: string; commitment: Buffer }>(
    'select kind, event_id, commitment from leaves where seq >= ? and seq < ? order by seq',
  )
  const node = db.prepare<[number, number], { hash: Buffer }>('select hash from nodes where level = ? and idx = ?')
  const rows = db.prepare<[number, number], Row>(`${ROWS} where l.seq >= ? and l.seq < ? order by l.seq`)
  const strays = db.prepare<[{ from: number; to: number; limit: number }], Stored & { seq: number }>(STRAYS)
  const rowOf = db.prepare<[string, string | null, string | null], Row>(
    `${ROWS} where l.seq = (select seq from events where event_id = ? and (? is null or tenant = ?))`,
  )

  const keptRows = db.prepare<[number, number], KeptRow>(KEPT)

  /** Salt and text of a row. What is not as it was sealed reads as empty, so that it fits no leaf. */
  function contentOf(row: Stored): { salt: Buffer | null; body: string | null } {
    if (row.sealed === 0) return { salt: row.salt, body: row.body?.toString('utf8') ?? null }
    const opened = bodies.open(row)
    if (opened === 'erased') return { salt: null, body: null }
    return opened === 'altered' ? { salt: Buffer.alloc(0), body: '' } : { salt: opened.salt, body: opened.text }
  }

  function entryOf(row: Row): SealedEntry {
    const { seq, kind, event_id, commitment, reason, ts, received } = row
    const { salt, body } = contentOf(row)
    const state = body === null && row.cold === 1 ? 'archived' : stateOf(row.at, row.standing, body)
    const isEvent = kind === 'event' || kind === 'amendment'
    const edited_columns = isEvent && body !== null ? editedColumns(row, body) : []
    return { seq, kind, event_id, commitment, reason, ts, received, salt, body, state, edited_columns }
  }

  return {
    kept: (from: number, to: number): KeptEntry[] =>
      bodies.together(() => {
        const entries: KeptEntry[] = []
        let room = KEPT_BYTES
        for (const kept of keptRows.iterate(from, to)) {
          const { seq, kind, event_id, commitment, reason, salt, body, ts, received, subject, archive } = kept
          // of an event the row is sealed already, and what has no key any more is nothing
          const lost = subject !== null && ((body === null && archive === null) || bodies.isLost(subject))
          const whole = body !== null && (subject !== null || salt !== null)
          const bytes = lost || !whole ? null : Buffer.concat([salt ?? Buffer.alloc(0), body])
          room -= bytes?.length ?? 0
          if (room < 0 && entries.length > 0) break
          const row = archive === null || subject === null || lost ? null : cold.seal(event_id, subject, kept)
          const elsewhere = lost || archive === null ? {} : { archive, ...(row !== null && { row }) }
          const leaf = { seq, kind, event_id, commitment, reason, ts: ts ?? 0, received: received ?? 0 }
          entries.push({ ...leaf, subject: lost ? null : subject, body: bytes, ...elsewhere })
        }
        return entries
      }),

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

    sealed: (from: number, to: number): SealedEntry[] => bodies.together(() => rows.all(from, to).map(entryOf)),

    unsealed: (from: number, to: number, limit: number): Unsealed[] =>
      strays.all({ from, to, limit }).map((row) => ({ seq: row.seq, event_id: row.event_id, ...contentOf(row) })),

    entryOf(eventId: string, tenant: string | null = null): SealedEntry | null {
      const row = rowOf.get(eventId, tenant, tenant)
      return row === undefined ? null : entryOf(row)
    },
  }
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
  subject: Buffer | null
  salt: Buffer | null
  body: Buffer | null
  archive: string | null
} & ColdColumns

/** What the row of an archived event is found by; no other needs them. */
const FOUND_BY = Object.keys(FIELDS)
  .map((name) => `iif(e.archive is null, null, e.${name}) ${name}`)
  .join(', ')

const KEPT = `select l.seq, l.kind, l.event_id, l.commitment, l.reason, coalesce(e.ts, o.ts) ts,
  coalesce(e.received, o.ts) received, cast(e.subject as blob) subject, cast(o.salt as blob) salt,
  cast(coalesce(e.body, o.body) as blob) body, (select file from archives where id = e.archive) archive, iif(e.archive is null, null, e.meta) meta,
  ${FOUND_BY}
  from leaves l left join events e on e.seq = l.seq left join others o on o.seq = l.seq
  where l.seq >= ? and l.seq < ? order by l.seq`
