import { randomBytes } from 'node:crypto'
import type { RedactedEvent } from '../../core/event.ts'
import type { Clock, Entry, Primary } from '../../core/ports.ts'
import { commit, leafData, membersOf, SALT_BYTES, textOf } from '../../ledger/leaf.ts'
import { grow, leafHash } from '../../ledger/tree.ts'
import type { Connection } from './connection.ts'
import { type KeyRing, subjectOf } from './key-ring.ts'
import { metaOf } from './meta.ts'
import type { primaryRows } from './primary.ts'
import type { replacer, Standing } from './replace.ts'
import { RANDOM_BYTES, sealBody } from './sealed-body.ts'
import type { Shredder } from './shred.ts'

/** An entry as it will be stored, but for what only the commit can say of it. */
interface Prepared {
  entry: Entry
  /** RFC 8785 text. */
  text: string
  salt: Uint8Array
  /** Of its seal. */
  nonce: Uint8Array
  commitment: Uint8Array
  /** Of an event: whose key it is sealed under, and what it is filtered by. */
  event: { subject: Buffer; meta: string } | null
}

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
    `insert into events(seq, event_id, ts, received, tenant, event_type, user_id, session_id, trace_id, model, status,
     latency_ms, tokens_input, tokens_output, cost_usd, body, subject, meta)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const putOther = db.prepare('insert into others values (?, ?, ?, ?, ?)')

  const store = db.transaction((batch: readonly Prepared[], primary?: Primary) => {
    const head = readHead.get()!
    const now = clock.now()
    const duplicates: number[] = []
    const seqs: (number | undefined)[] = []
    const hashes: Uint8Array[] = []
    shred.now()
    const keys = ring.need(batch.flatMap(({ event }) => (event === null ? [] : [event.subject])))
    const left = new Map<string, Standing>()
    for (const [i, { entry, text, salt, nonce, commitment, event }] of batch.entries()) {
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
      hashes.push(leafHash(leafData(entry.kind, entry.event_id, commitment)))
      putLeaf.run(seq, entry.kind, entry.event_id, commitment, entry.reason ?? null)
      if (event !== null) {
        const { subject, meta } = event
        const sealed = sealBody(keys.get(subject.toString('hex'))!, entry.event_id, salt, text, nonce)
        putEvent.run(
          seq,
          entry.event_id,
          entry.ts,
          received,
          ...columnsOf(entry.body as RedactedEvent),
          sealed,
          subject,
          meta,
        )
      } else putOther.run(seq, entry.kind, entry.ts, salt, text)
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

  // what no other process can change is made before the lock is taken
  return (batch: readonly Entry[], primary?: Primary) => store(prepared(batch), primary)
}

function prepared(batch: readonly Entry[]): Prepared[] {
  const random = randomBytes(RANDOM_BYTES * batch.length)
  return batch.map((given, i) => {
    // as the store will give it back: half a surrogate pair would be sealed as one text and read as another
    const entry = { ...given, event_id: given.event_id.toWellFormed() }
    const salt = random.subarray(i * RANDOM_BYTES, i * RANDOM_BYTES + SALT_BYTES)
    const nonce = random.subarray(i * RANDOM_BYTES + SALT_BYTES, (i + 1) * RANDOM_BYTES)
    const members = membersOf(entry.body)
    const text = textOf(members)
    const body = entry.body as RedactedEvent
    const event = isEvent(entry) ? { subject: subjectOf(body), meta: metaOf(body, members) } : null
    return { entry, text, salt, nonce, commitment: commit(salt, text), event }
  })
}

/** The frontier's hashes, 32 bytes each. */
export function split(frontier: Buffer): Uint8Array[] {
  const hashes: Uint8Array[] = []
  for (let at = 0; at < frontier.length; at += 32) hashes.push(frontier.subarray(at, at + 32))
  return hashes
}

const isEvent = ({ kind }: Entry) => kind === 'event' || kind === 'amendment'

/** Columns from `tenant` to `cost_usd`. */
const columnsOf = (event: RedactedEvent) => [
  event.tenant_id ?? '',
  event.event_type,
  event.user_id ?? null,
  event.session_id ?? null,
  event.trace_id ?? null,
  event.model ?? null,
  event.status ?? null,
  event.latency_ms ?? null,
  event.tokens_input ?? null,
  event.tokens_output ?? null,
  event.cost_usd ?? null,
]
