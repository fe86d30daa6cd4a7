import { randomBytes } from 'node:crypto'
import type { RedactedEvent } from '../../core/event.ts'
import type { Clock, Entry, Primary } from '../../core/ports.ts'
import { commit, leafData, SALT_BYTES, serialise } from '../../ledger/leaf.ts'
import { grow, leafHash } from '../../ledger/tree.ts'
import type { Connection } from './connection.ts'
import { type KeyRing, subjectOf } from './key-ring.ts'
import { metaOf } from './meta.ts'
import type { primaryRows } from './primary.ts'
import type { replacer, Standing } from './replace.ts'
import { sealBody } from './sealed-body.ts'
import type { Shredder } from './shred.ts'

/**
 * Seals a batch and stores it, both or neither: leaf, tree nodes, head and rows in one commit.
 * The head is read inside the commit, so two processes on one database cannot seal the same place twice; so are the keys
 * of the texts, so that none is sealed under a key that an erasure destroys at that moment. New keys are on the disk first.
 */
export function appender(
  db: Connection,
  clock: Clock,
  primaries: Pick<ReturnType<typeof primaryRows>, 'put'>,
  replace: ReturnType<typeof replacer>,
  ring: Pick<KeyRing, 'need'>,
  shred: Pick<Shredder, 'now' | 'ifLast'>,
) {
  const readHead = db.prepare<[], { size: number; frontier: Buffer }>('select size, frontier from head')
  const writeHead = db.prepare('update head set size = ?, frontier = ?')
  const held = db.prepare<[string], unknown>('select 1 from events where event_id = ?')
  const putLeaf = db.prepare('insert into leaves(seq, kind, event_id, commitment, reason) values (?, ?, ?, ?, ?)')
  const putNode = db.prepare('insert into nodes values (?, ?, ?)')
  const putEvent = db.prepare(
    `insert into events values (:seq, :event_id, :ts, :received, :tenant, :event_type, :user_id, :session_id, :trace_id,
     :model, :status, :latency_ms, :tokens_input, :tokens_output, :cost_usd, null, :body, :subject, :meta)`,
  )
  const putOther = db.prepare('insert into others values (?, ?, ?, ?, ?)')

  return db.transaction((batch: readonly Entry[], primary?: Primary) => {
    const head = readHead.get()!
    const now = clock.now()
    const duplicates: number[] = []
    const seqs: (number | undefined)[] = []
    const hashes: Uint8Array[] = []
    shred.now()
    const subjects = batch.map((entry) => (isEvent(entry) ? subjectOf(entry.body as RedactedEvent) : null))
    const keys = ring.need(subjects.filter((subject) => subject !== null))
    const left = new Map<string, Standing>()
    const salts = randomBytes(SALT_BYTES * batch.length)
    for (const [i, given] of batch.entries()) {
      // as the store will give it back: half a surrogate pair would be sealed as one text and read as another
      const entry = { ...given, event_id: given.event_id.toWellFormed() }
      const seq = head.size + hashes.length
      let received: number | null = now
      if (entry.kind === 'event' && held.get(entry.event_id) !== undefined) received = null
      if (entry.kind === 'amendment') {
        const old = replace(entry, seq)
        received = old?.received ?? null
        if (old?.subject) left.set(old.subject.toString('hex'), old)
      }
      if (received === null) {
        duplicates.push(i)
        continue
      }
      seqs[i] = seq
      const salt = salts.subarray(i * SALT_BYTES, (i + 1) * SALT_BYTES)
      const body = serialise(entry.body)
      const commitment = commit(salt, body)
      hashes.push(leafHash(leafData(entry.kind, entry.event_id, commitment)))
      putLeaf.run(seq, entry.kind, entry.event_id, commitment, entry.reason ?? null)
      const subject = subjects[i]
      if (subject) {
        const sealed = sealBody(keys.get(subject.toString('hex'))!, entry.event_id, salt, body)
        putEvent.run(row(seq, entry, received, sealed, subject))
      } else putOther.run(seq, entry.kind, entry.ts, salt, body)
    }
    // an amended text is gone also from copies where its key has no other
    for (const old of left.values()) shred.ifLast(old)
    if (primary !== undefined) primaries.put(primary, seqs)
    const grown = grow(head.size, split(head.frontier), hashes)
    for (const node of grown.made) if (node.level > 0) putNode.run(node.level, node.index, node.hash)
    const size = head.size + hashes.length
    writeHead.run(size, Buffer.concat(grown.frontier))
    return { accepted: hashes.length, duplicates, size }
  }).immediate
}

/** The frontier's hashes, 32 bytes each. */
export function split(frontier: Buffer): Uint8Array[] {
  const hashes: Uint8Array[] = []
  for (let at = 0; at < frontier.length; at += 32) hashes.push(frontier.subarray(at, at + 32))
  return hashes
}

const isEvent = ({ kind }: Entry) => kind === 'event' || kind === 'amendment'

function row(seq: number, entry: Entry, received: number, body: Buffer, subject: Buffer) {
  const event = entry.body as RedactedEvent
  return {
    seq,
    event_id: entry.event_id,
    ts: entry.ts,
    received,
    tenant: event.tenant_id ?? '',
    event_type: event.event_type,
    user_id: event.user_id ?? null,
    session_id: event.session_id ?? null,
    trace_id: event.trace_id ?? null,
    model: event.model ?? null,
    status: event.status ?? null,
    latency_ms: event.latency_ms ?? null,
    tokens_input: event.tokens_input ?? null,
    tokens_output: event.tokens_output ?? null,
    cost_usd: event.cost_usd ?? null,
    body,
    subject,
    meta: metaOf(event),
  }
}
