import type { RedactedEvent } from '../../core/event.ts'
import type { Entry, KeptEntry } from '../../core/ports.ts'
import { leafData } from '../../ledger/leaf.ts'
import { grow, leafHash } from '../../ledger/tree.ts'
import type { Connection } from './connection.ts'

/** The tree as it stands: its size, and the hashes of its frontier. */
export interface Head {
  size: number
  frontier: Uint8Array[]
}

/** What the row of an event has beside its text. */
export interface EventPlace {
  seq: number
  event_id: string
  ts: number
  received: number
}

/** Inserts of a commit that makes the ledger longer: leaves, the rows that stand for them, and the tree above. */
export function leafWriter(db: Connection) {
  const readHead = db.prepare<[], { size: number; frontier: Buffer }>('select size, frontier from head')
  const writeHead = db.prepare('update head set size = ?, frontier = ?')
  const putLeaf = db.prepare('insert into leaves(seq, kind, event_id, commitment, reason) values (?, ?, ?, ?, ?)')
  const putNode = db.prepare('insert into nodes values (?, ?, ?)')
  const putEvent = db.prepare(
    `insert into events(seq, event_id, ts, received, tenant, event_type, user_id, session_id, trace_id, model, status,
     latency_ms, tokens_input, tokens_output, cost_usd, body, subject, meta, anonymised)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const putOther = db.prepare('insert into others values (?, ?, ?, ?, ?)')

  return {
    head(): Head {
      const { size, frontier } = readHead.get()!
      return { size, frontier: split(frontier) }
    },

    /** Puts a leaf; returns its hash. */
    leaf({
      seq,
      kind,
      event_id,
      commitment,
      reason,
    }: Pick<KeptEntry, 'seq' | 'kind' | 'event_id' | 'commitment' | 'reason'>): Uint8Array {
      putLeaf.run(seq, kind, event_id, commitment, reason)
      return leafHash(leafData(kind, event_id, commitment))
    },

    /**
     * Puts the row of an event. What it is found by is made of the event; of none that can be read it stays empty.
     * @param meta see `metaOf`
     */
    event(
      { seq, event_id, ts, received }: EventPlace,
      event: Partial<RedactedEvent> | null,
      meta: string | null,
      body: Uint8Array | null,
      subject: Uint8Array | null,
    ): void {
      putEvent.run(
        seq,
        event_id,
        ts,
        received,
        ...columnsOf(event),
        body,
        subject,
        meta,
        event?.redaction?.anonymised === true ? 1 : 0,
      )
    },

    other: (seq: number, kind: Entry['kind'], ts: number, salt: Uint8Array | null, body: string | null) =>
      void putOther.run(seq, kind, ts, salt, body),

    /** Brings the tree to the leaves that were put since a head; returns its size. */
    grow(head: Head, hashes: readonly Uint8Array[]): number {
      const grown = grow(head.size, head.frontier, hashes)
      for (const node of grown.made) if (node.level > 0) putNode.run(node.level, node.index, node.hash)
      const size = head.size + hashes.length
      writeHead.run(size, Buffer.concat(grown.frontier))
      return size
    },
  }
}

/** The frontier's hashes, 32 bytes each. */
export function split(frontier: Buffer): Uint8Array[] {
  const hashes: Uint8Array[] = []
  for (let at = 0; at < frontier.length; at += 32) hashes.push(frontier.subarray(at, at + 32))
  return hashes
}

/** Columns from `tenant` to `cost_usd`. */
const columnsOf = (event: Partial<RedactedEvent> | null) => [
  event?.tenant_id ?? '',
  event?.event_type ?? '',
  event?.user_id ?? null,
  event?.session_id ?? null,
  event?.trace_id ?? null,
  event?.model ?? null,
  event?.status ?? null,
  event?.latency_ms ?? null,
  event?.tokens_input ?? null,
  event?.tokens_output ?? null,
  event?.cost_usd ?? null,
]
