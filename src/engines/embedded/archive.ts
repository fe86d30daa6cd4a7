import type { ArchivedEvent, ArchiveOrder, ArchiveRow, ArchiveStep } from '../../core/archive.ts'
import type { Clock, Entry } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { archiveEntry, toldFile } from './archive-entry.ts'
import type { ArchiveFiles } from './archive-files.ts'
import { type blockSealer, fitsLeaf, isSame, type OpenedText, type wholeTexts } from './archive-rows.ts'
import type { Connection } from './connection.ts'
import { LISTED } from './erased-counts.ts'
import type { expiryReader } from './expiry.ts'
import type { forgetter } from './forget.ts'
import type { SealedBody } from './sealed-body.ts'

export interface ArchiverParts {
  db: Connection
  clock: Clock
  files: ArchiveFiles
  whole: ReturnType<typeof wholeTexts>
  blocks: Pick<ReturnType<typeof blockSealer>, 'open'>
  expiry: Pick<ReturnType<typeof expiryReader>, 'free'>
  forget: ReturnType<typeof forgetter>
  append: (batch: readonly Entry[]) => unknown
}

interface Standing extends SealedBody {
  seq: number
  commitment: Buffer
}

/** Moves texts out of the store once they were read back from where they lie, and reads files again later. */
export function archiver({ db, clock, files, whole, blocks, expiry, forget, append }: ArchiverParts) {
  const move = db.prepare('update events set body = null, archive = ?, hot_until = 0 where seq = ?')
  const subjectOf = db.prepare<[number], Buffer | null>('select subject from events where seq = ?').pluck()
  const coldAt = db.prepare<[number, number], { subject: Buffer | null; event_id: string; commitment: Buffer }>(
    `select e.subject, e.event_id, l.commitment from events e join leaves l on l.seq = e.seq and l.event_id = e.event_id
     where e.seq = ? and e.archive = ?`,
  )

  const drop = db.transaction((order: ArchiveOrder, read: ReadonlyMap<number, OpenedText>): ArchiveStep => {
    const { manifest, rows, entry } = order
    const free = expiry.free()
    const standing = db
      .prepare<unknown[], Standing>(
        `select e.seq, e.event_id, e.subject, e.body, l.commitment from events e join leaves l on l.seq = e.seq
         where e.seq in ${LISTED} and e.body is not null and ${free.sql} order by e.seq`,
      )
      .all(JSON.stringify(rows.map(({ seq }) => seq)), ...free.values)
    const moving = standing.flatMap((row): [number, string][] => {
      const text = read.get(row.seq)
      const own = whole(row)
      // since its block was opened it may have been sealed anew, and the key of the block destroyed
      if (text === undefined || own === null || row.subject?.equals(text.subject) !== true) return []
      return fitsLeaf(text, row.commitment) && isSame(text, own) ? [[row.seq, text.text]] : []
    })
    const moved = new Set(moving.map(([seq]) => seq))
    const left = rows.flatMap(({ seq }) => (moved.has(seq) ? [] : [seq]))
    if (moved.size === 0) return { archived: 0, left }
    const id = files.stand(manifest)
    for (const [seq, text] of moving) {
      forget(seq, text)
      move.run(id, seq)
    }
    append([archiveEntry('archive', entry, toldFile(manifest), [...moved], clock.now())])
    return { archived: moved.size, left }
  }).immediate

  return {
    async archive(order: ArchiveOrder): Promise<ArchiveStep> {
      const { manifest, rows } = order
      const read = await blocks.open(manifest.file, rows, (seq) => subjectOf.get(seq) ?? null)
      return drop(order, read)
    },

    async read(file: string, rows: readonly ArchiveRow[]): Promise<ArchivedEvent[]> {
      const id = files.idOf(file)
      if (id === null) throw new Problem('NOT_FOUND', `no row of the store lies in an archive file ${file}`)
      const texts = await blocks.open(file, rows, (seq) => coldAt.get(seq, id)?.subject ?? null)
      return rows.map(({ seq, event_id }): ArchivedEvent => {
        // asked again: it may have been erased while others were opened
        const row = coldAt.get(seq, id)
        const text = texts.get(seq)
        if (row === undefined) return { seq, event_id, verdict: 'gone', text: null, marks: [] }
        const fits = text !== undefined && row.event_id === event_id && fitsLeaf(text, row.commitment)
        return fits
          ? { seq, event_id, verdict: 'whole', text: text.text, marks: text.marks }
          : { seq, event_id, verdict: 'differs', text: null, marks: [] }
      })
    },
  }
}
