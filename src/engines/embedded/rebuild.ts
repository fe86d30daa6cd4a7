import type { RedactedEvent } from '../../core/event.ts'
import type { Entry, KeptEntry, Rebuild } from '../../core/ports.ts'
import { rangesTold } from '../../core/ranges.ts'
import { commit, SALT_BYTES } from '../../ledger/leaf.ts'
import { blanker } from './blank.ts'
import { coldRows } from './cold-row.ts'
import { connect } from './connection.ts'
import { labelKey } from './event-labels.ts'
import { guarded } from './failures.ts'
import { keyRing, subjectOfFile } from './key-ring.ts'
import { leafWriter } from './leaf-writer.ts'
import { ledgerReader } from './ledger-rows.ts'
import { metaOf } from './meta.ts'
import { bodyOpener, type SealedBody } from './sealed-body.ts'
import { HELD } from './selection.ts'

/**
 * Makes the database of a folder that holds a key ring and nothing else, entry by entry. It is a draft until it is
 * closed: nothing is flushed in between, and whoever goes on with it flushes its files first. Entries that were erased or
 * amended before they were copied have no text; those whose key is gone lose theirs when the engine is opened. Throws
 * Problem: STORE_BROKEN (no key ring, or under another key), DISK_FULL.
 * @param key that of the store, 32 bytes
 */
export function openRebuild(dataDir: string, key: Uint8Array): Rebuild {
  // a ring that is missing must not be made: nothing would open then
  const ring = keyRing(dataDir, key, 'write')
  const db = (() => {
    try {
      return connect(dataDir, true, key)
    } catch (error) {
      ring.close()
      throw error
    }
  })()
  db.pragma('synchronous = OFF')
  const bodies = bodyOpener(ring)
  const cold = coldRows(ring)
  const ledger = ledgerReader(db, bodies, cold)
  const put = leafWriter(db)
  const leafAt = db.prepare<[number], { event_id: string; commitment: Buffer }>(
    'select event_id, commitment from leaves where seq = ?',
  )
  const rowAt = db.prepare<[number], SealedBody>('select event_id, subject, body from events where seq = ?')
  const leaveAt = db.prepare('delete from events where seq = ?')
  const leave = db.prepare('delete from events where event_id = ?')
  const within = db.prepare<[number, number], { seq: number; subject: Buffer | null }>(
    `select seq, subject from events where seq >= ? and seq < ? and ${HELD}`,
  )
  const blank = blanker(db)
  const left = db.prepare<[], Buffer>('select distinct subject from events where subject is not null').pluck()
  const nameFile = db.prepare('insert or ignore into archives(file) values (?)')
  const putInFile = db.prepare('update events set archive = (select id from archives where file = ?) where seq = ?')
  const putAnew = db.prepare(
    `update events set archive = (select id from archives where file = ?)
     where seq >= ? and seq < ? and archive is not null`,
  )
  const filed = db.prepare<[string], unknown>(
    'select 1 from events where archive = (select id from archives where file = ?) limit 1',
  )
  const hashKey = labelKey(db)
  /** Subjects of what was struck, by hex. */
  const struck = new Map<string, Buffer>()
  /** Archive files that the audit tells of. */
  const files = new Set<string>()

  function putEvent({ seq, event_id, ts, received, subject, body, archive, row }: KeptEntry): void {
    const place = { seq, event_id, ts, received }
    const sealed = subject !== null && body !== null
    const text = sealed ? bodies.textOf({ event_id, subject: Buffer.from(subject), body: Buffer.from(body) }) : null
    const event = text === null ? null : (JSON.parse(text) as RedactedEvent)
    // what its key does not open is for verification to name
    const isFiled = archive !== undefined && subject !== null && body === null
    const found = isFiled ? cold.open(event_id, subject, row) : event && { event, meta: metaOf(event, hashKey) }
    put.event(
      place,
      found?.event ?? null,
      found?.meta ?? null,
      sealed ? body : null,
      sealed || isFiled ? subject : null,
    )
    if (!isFiled) return
    nameFile.run(archive)
    putInFile.run(archive, seq)
  }

  /** Of rows without their texts, those that an entry of the audit says went into a file: a later file has what an earlier one had. */
  function fileAnew({ file, leaves }: Filed): void {
    nameFile.run(file)
    for (const [from, to] of leaves) putAnew.run(file, from, to)
    files.add(file)
  }

  const take = db.transaction((entries: readonly KeptEntry[]) => {
    const head = put.head()
    const hashes: Uint8Array[] = []
    const receipts: { seq: number; body: string }[] = []
    for (const entry of entries) {
      const { seq, kind, ts, received, body } = entry
      if (seq !== head.size + hashes.length) throw new Error(`entry ${seq} is not the next of ${head.size}`)
      hashes.push(put.leaf(entry))
      if (kind === 'amendment') leave.run(entry.event_id)
      // nothing stood at its place any more when it was copied: a later amendment stands for it
      if (body === null && received === 0) continue
      if (isEvent(kind)) putEvent(entry)
      else {
        const text = body === null ? null : Buffer.from(body.subarray(SALT_BYTES)).toString('utf8')
        put.other(seq, kind, ts, body?.subarray(0, SALT_BYTES) ?? null, text)
        if (kind === 'receipt' && text !== null) receipts.push({ seq, body: text })
        if (kind === 'audit' && text !== null) for (const file of filedIn(text, seq)) fileAnew(file)
      }
    }
    put.grow(head, hashes)
    return receipts
  }).immediate

  /** Whether what is taken again is to stand: it opens, and is what was sealed, or what stands does not even open. */
  function isBetter({ seq, event_id, subject, body, commitment }: KeptEntry): boolean {
    const row = rowAt.get(seq)
    // amended since, or not there yet
    if (row?.event_id !== event_id || subject === null || body === null) return false
    const opened = bodies.open({ event_id, subject: Buffer.from(subject), body: Buffer.from(body) })
    // its key was destroyed as well
    if (typeof opened === 'string') return false
    return Buffer.from(commit(opened.salt, opened.text)).equals(commitment) || bodies.textOf(row) === null
  }

  const takeResealed = db.transaction((entries: readonly KeptEntry[]) => {
    const others: number[] = []
    for (const entry of entries) {
      const { seq, event_id, commitment } = entry
      const leaf = leafAt.get(seq)
      if (leaf === undefined) continue
      if (leaf.event_id !== event_id || !leaf.commitment.equals(commitment)) others.push(seq)
      else if (isBetter(entry)) {
        leaveAt.run(seq)
        putEvent(entry)
      }
    }
    return others
  }).immediate

  const strike = db.transaction((from: number, to: number): void => {
    for (const { seq, subject } of within.all(from, to)) {
      if (subject !== null) struck.set(subject.toString('hex'), subject)
      blank(seq)
    }
  }).immediate

  /** A key ring from before an erasure has its key still. */
  function finish(): void {
    for (const [name, subject] of struck) if (ring.keyOf(subject) === null) struck.delete(name)
    if (struck.size > 0) for (const subject of left.iterate()) struck.delete(subject.toString('hex'))
    // texts that were archived are in the store again: nobody would end their files any more
    const unused = [...files].filter((file) => filed.get(file) === undefined).map(subjectOfFile)
    const doomed = [...struck.values(), ...unused.filter((subject) => ring.keyOf(subject) !== null)]
    if (doomed.length === 0) return
    ring.destroy(doomed)
    ring.scrub()
  }

  return {
    take: async (entries) => guarded(() => take(entries)),
    takeResealed: async (entries) => guarded(() => takeResealed(entries)),
    strike: async (from, to) => guarded(() => strike(from, to)),
    finish: async () => guarded(finish),
    head: async () => ledger.head(),
    sealed: async (from, to) => guarded(() => ledger.sealed(from, to)),
    unsealed: async (from, to, limit) => guarded(() => ledger.unsealed(from, to, limit)),
    nodes: async (ids) => guarded(() => ledger.nodes(ids)),
    async close() {
      ring.close()
      db.close()
    },
  }
}

interface Filed {
  file: string
  leaves: readonly (readonly [from: number, to: number])[]
}

/** The archive file that an entry of the audit at a place says texts went to, and theirs. */
function filedIn(text: string, at: number): Filed[] {
  try {
    const { action, asked, leaves } = JSON.parse(text) as {
      action?: unknown
      asked?: { file?: unknown }
      leaves?: unknown
    }
    if (action !== 'archive' || typeof asked?.file !== 'string') return []
    return [{ file: asked.file, leaves: rangesTold(leaves, at) }]
  } catch {
    return []
  }
}

const isEvent = (kind: Entry['kind']) => kind === 'event' || kind === 'amendment'
