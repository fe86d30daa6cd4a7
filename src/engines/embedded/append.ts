import { randomBytes } from 'node:crypto'
import type { RedactedEvent } from '../../core/event.ts'
import type { Clock, Entry, Primary } from '../../core/ports.ts'
import { commit, membersOf, SALT_BYTES, textOf } from '../../ledger/leaf.ts'
import type { Connection } from './connection.ts'
import { labelKey } from './event-labels.ts'
import { type KeyRing, SUBJECT_BYTES, subjectOf } from './key-ring.ts'
import { leafWriter } from './leaf-writer.ts'
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
  const put = leafWriter(db)
  const key = labelKey(db)
  const held = db.prepare<[string], unknown>('select 1 from events where event_id = ?')

  const store = db.transaction((batch: readonly Prepared[], primary?: Primary) => {
    const head = put.head()
    const now = clock.now()
    const duplicates: number[] = []
    const seqs: (number | undefined)[] = []
    const hashes: Uint8Array[] = []
    // a batch that seals nothing under a key may be part of a commit that dooms some
    if (batch.some(({ event }) => event !== null)) shred.now()
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
      const { kind, event_id, ts, reason = null } = entry
      hashes.push(put.leaf({ seq, kind, event_id, commitment, reason }))
      if (event !== null) {
        const { subject, meta } = event
        const sealed = sealBody(keys.get(subject.toString('hex'))!, event_id, salt, text, nonce)
        put.event({ seq, event_id, ts, received }, entry.body as RedactedEvent, meta, sealed, subject)
      } else put.other(seq, kind, ts, salt, text)
    }
    // an amended text is gone also from copies where its key has no other
    for (const old of left.values()) shred.ifLast(old)
    if (primary !== undefined) primaries.put(primary, seqs)
    const size = put.grow(head, hashes)
    return { accepted: hashes.length, duplicates, size }
  }).immediate

  // what no other process can change is made before the lock is taken
  return (batch: readonly Entry[], primary?: Primary) => store(prepared(batch, key), primary)
}

function prepared(batch: readonly Entry[], key: Uint8Array): Prepared[] {
  const random = randomBytes(RANDOM_BYTES * batch.length)
  return batch.map((given, i) => {
    // as the store will give it back: half a surrogate pair would be sealed as one text and read as another
    const entry = { ...given, event_id: given.event_id.toWellFormed() }
    const salt = random.subarray(i * RANDOM_BYTES, i * RANDOM_BYTES + SALT_BYTES)
    const nonce = random.subarray(i * RANDOM_BYTES + SALT_BYTES, (i + 1) * RANDOM_BYTES)
    const members = membersOf(entry.body)
    const text = textOf(members)
    const body = entry.body as RedactedEvent
    const event = isEvent(entry) ? { subject: subjectFor(entry), meta: metaOf(body, key, members) } : null
    return { entry, text, salt, nonce, commitment: commit(salt, text), event }
  })
}

/** An event that is made anonymous gets a key that it shares with nobody, not even with itself before. */
const subjectFor = ({ reason, body }: Entry): Buffer =>
  reason === 'anonymisation' ? randomBytes(SUBJECT_BYTES) : subjectOf(body as RedactedEvent)

const isEvent = ({ kind }: Entry) => kind === 'event' || kind === 'amendment'
