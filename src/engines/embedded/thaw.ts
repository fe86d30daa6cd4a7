import type { ThawOrder, ThawStep } from '../../core/archive.ts'
import type { RedactedEvent } from '../../core/event.ts'
import type { Clock, Entry } from '../../core/ports.ts'
import { archiveEntry } from './archive-entry.ts'
import type { ArchiveFiles } from './archive-files.ts'
import { type blockSealer, fitsLeaf, type WholeText } from './archive-rows.ts'
import type { Connection } from './connection.ts'
import { labelKey } from './event-labels.ts'
import type { KeyRing } from './key-ring.ts'
import type { MarkRows } from './mark-rows.ts'
import { metaOf } from './meta.ts'
import type { primaryRows } from './primary.ts'
import { sealBody } from './sealed-body.ts'
import type { Shredder } from './shred.ts'
import { floatsOf, type vectorRows } from './vector-rows.ts'
import type { wordIndex } from './words.ts'

export interface ThawerParts {
  db: Connection
  clock: Clock
  ring: Pick<KeyRing, 'keyOf'>
  files: ArchiveFiles
  blocks: Pick<ReturnType<typeof blockSealer>, 'open'>
  vectors: Pick<ReturnType<typeof vectorRows>, 'put'>
  marks: Pick<MarkRows, 'put'>
  primaries: Pick<ReturnType<typeof primaryRows>, 'adopt'>
  words: Pick<ReturnType<typeof wordIndex>, 'restore'>
  shred: Pick<Shredder, 'now'>
  append: (batch: readonly Entry[]) => unknown
}

interface Cold {
  event_id: string
  tenant: string
  subject: Buffer
  commitment: Buffer
}

/** Brings texts back from a file, with all that was made of them, so that the store is as if they had never left. */
export function thawer(parts: ThawerParts) {
  const { db, clock, ring, files, blocks, vectors, marks, primaries, words, shred, append } = parts
  const coldAt = db.prepare<[number, number], Cold>(
    `select e.event_id, e.tenant, e.subject, l.commitment from events e join leaves l on l.seq = e.seq and l.event_id = e.event_id
     where e.seq = ? and e.archive = ? and e.subject is not null`,
  )
  const hashKey = labelKey(db)
  const put = db.prepare('update events set body = ?, meta = ?, archive = null, hot_until = ? where seq = ?')

  function restore(seq: number, row: Cold, text: WholeText, hotUntil: number): boolean {
    const key = ring.keyOf(row.subject)
    if (key === null) return false
    const event = JSON.parse(text.text) as RedactedEvent
    put.run(sealBody(key, row.event_id, text.salt, text.text), metaOf(event, hashKey), hotUntil, seq)
    marks.put(text.marks.map((mark) => ({ ...mark, seq })))
    for (const { part, chunk, space, content, vector } of text.vectors)
      vectors.put({ seq, part, chunk, space, tenant_id: row.tenant || null, content, vector: floatsOf(vector) })
    // what cannot be made again: it came with its event, or is what was left to one that is anonymous
    if (event.redaction.withheld !== undefined || event.redaction.anonymised === true) primaries.adopt(seq)
    words.restore(seq, text.text)
    return true
  }

  const bring = db.transaction((order: ThawOrder, read: ReadonlyMap<number, WholeText>): ThawStep => {
    const { file, rows, hot_until, entry } = order
    const id = files.idOf(file)
    const wanted = order.seqs === null ? null : new Set(order.seqs)
    const thawed: number[] = []
    const differs: number[] = []
    for (const { seq } of rows) {
      if (wanted?.has(seq) === false) continue
      const row = id === null ? undefined : coldAt.get(seq, id)
      if (row === undefined) continue
      const text = read.get(seq)
      const came = text !== undefined && fitsLeaf(text, row.commitment) && restore(seq, row, text, hot_until)
      ;(came ? thawed : differs).push(seq)
    }
    if (thawed.length > 0) {
      const sha256 = files.manifest(file)?.sha256 ?? null
      append([archiveEntry('archive.restore', entry, { file, sha256 }, thawed, clock.now())])
      files.endEmpty([id])
    }
    return { thawed: thawed.length, differs }
  }).immediate

  return async (order: ThawOrder): Promise<ThawStep> => {
    const id = files.idOf(order.file)
    const read = await blocks.open(order.file, order.rows, (seq) =>
      id === null ? null : (coldAt.get(seq, id)?.subject ?? null),
    )
    const done = bring(order, read)
    // where it was the last of its file
    shred.now()
    return done
  }
}
