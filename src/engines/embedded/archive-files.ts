import { ARCHIVE, type ArchiveManifest, archiveRecord } from '../../core/archive.ts'
import { Problem } from '../../core/problem.ts'
import type { Connection } from './connection.ts'
import { type KeyRing, subjectOfFile } from './key-ring.ts'
import type { recordStore } from './records.ts'
import type { Shredder } from './shred.ts'

/** Files of the archive as the store knows them: the numbers that rows name them by, their records, their keys. */
export function archiveFiles(
  db: Connection,
  ring: Pick<KeyRing, 'need' | 'keyOf'>,
  records: Pick<ReturnType<typeof recordStore>, 'write'>,
  shred: Pick<Shredder, 'later' | 'now'>,
) {
  const idOf = db.prepare<[string], number>('select id from archives where file = ?').pluck()
  const nameOf = db.prepare<[number], string>('select file from archives where id = ?').pluck()
  const name = db.prepare<[string], number>('insert into archives(file) values (?) returning id').pluck()
  const body = db.prepare<[string], string>(`select body from records where kind = '${ARCHIVE}' and id = ?`).pluck()
  const standing = db.prepare<[number], unknown>('select 1 from events where archive = ? limit 1')
  const inUse = db.prepare<[], number>('select distinct archive from events where archive is not null').pluck()

  function manifest(file: string): ArchiveManifest | null {
    const text = body.get(file)
    return text === undefined ? null : (JSON.parse(text) as ArchiveManifest)
  }

  const put = (manifest: ArchiveManifest) => records.write({ record: archiveRecord(manifest), expect: null })

  function end(file: string): void {
    const known = manifest(file)
    if (known !== null && known.state !== 'removed') put({ ...known, state: 'ended' })
    shred.later(subjectOfFile(file))
  }

  /** Whether the file is known by a number that rows have. */
  const isTaken = (file: string): boolean => {
    const id = idOf.get(file)
    return id !== undefined && standing.get(id) !== undefined
  }

  return {
    manifest,
    keyOf: (file: string): Uint8Array | null => ring.keyOf(subjectOfFile(file)),
    idOf: (file: string): number | null => idOf.get(file) ?? null,
    nameOf: (id: number): string => nameOf.get(id)!,

    /** Key and record of a file that is to be. Throws Problem CONFLICT where there is one of this name. */
    begin: db.transaction((begun: ArchiveManifest): Uint8Array => {
      if (manifest(begun.file) !== null) throw new Problem('CONFLICT', `there is an archive file ${begun.file} already`)
      shred.now()
      const subject = subjectOfFile(begun.file)
      const key = ring.need([subject]).get(subject.toString('hex'))!
      put({ ...begun, state: 'begun' })
      return key
    }).immediate,

    /** Inside the commit that takes rows out of the store: the number of the file that they go to. Throws Problem CONFLICT where the file has ended, or is another. */
    stand(given: ArchiveManifest): number {
      const known = manifest(given.file)
      const goesOn = known?.state === 'standing' && known.sha256 === given.sha256
      if (!(known?.state === 'begun' || goesOn) || ring.keyOf(subjectOfFile(given.file)) === null)
        throw new Problem(
          'CONFLICT',
          `nothing can be put into the archive file ${given.file}: it was not begun, or has ended`,
        )
      if (!goesOn) put({ ...given, state: 'standing' })
      return idOf.get(given.file) ?? name.get(given.file)!
    },

    /** Inside a commit that took rows from files: those of which none is left end, and their keys are doomed. */
    endEmpty(ids: Iterable<number | null>): void {
      for (const id of new Set(ids)) if (id !== null && standing.get(id) === undefined) end(nameOf.get(id)!)
    },

    /** Ends a file of which no row was taken; false where one was. */
    drop: db.transaction((file: string): boolean => {
      if (isTaken(file)) return false
      end(file)
      return true
    }).immediate,

    /** Numbers of files whose keys are gone although rows have their texts there. */
    lost: (): number[] => inUse.all().filter((id) => ring.keyOf(subjectOfFile(nameOf.get(id)!)) === null),
  }
}

export type ArchiveFiles = ReturnType<typeof archiveFiles>
