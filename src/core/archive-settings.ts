import Type, { type Static } from 'typebox'
import { BUCKET, LOCK } from './copies.ts'
import { meantFaults } from './copies-check.ts'
import type { FieldError } from './problem.ts'

const Strict = { additionalProperties: false }

/** Where the archive lies: the member `archive` of a retention file. Either of the two. */
export const ArchiveSettings = Type.Object(
  {
    folder: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
    s3: Type.Optional(
      Type.Object({ ...BUCKET, lock: Type.Optional(LOCK.lock), retain_days: Type.Optional(LOCK.retain_days) }, Strict),
    ),
  },
  Strict,
)
export type ArchiveSettings = Static<typeof ArchiveSettings>

/** What the shape of the settings cannot say. Paths are JSON Pointers. */
export function archiveFaults({ folder, s3 }: ArchiveSettings): FieldError[] {
  if ((folder === undefined) === (s3 === undefined)) return [{ path: '', message: 'needs either folder or s3' }]
  if (s3 === undefined) return []
  const faults = meantFaults({ kind: 's3', ...s3 })
  if ((s3.lock === undefined) !== (s3.retain_days === undefined))
    faults.push({ path: '/retain_days', message: 'and lock need each other' })
  return faults.map((fault) => ({ ...fault, path: `/s3${fault.path}` }))
}
