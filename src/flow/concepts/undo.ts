import type { ConceptRow, ConceptVersion } from '../../core/concept-record.ts'
import type { RecordWrite } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { formatTime } from '../../core/window.ts'
import { type Change, changeRecords } from '../change-records.ts'
import { labelsFor, withdrawAll } from '../labels.ts'
import { type ConceptOwner, keepVersion, type OwnConceptParts } from './own.ts'
import { blankVersions, conceptRow, rowWrite, turnedTo, versionOf, versionsOf } from './rows.ts'
import { seenConcept } from './show.ts'
import type { ConceptsSeen } from './source.ts'

type UndoParts = Pick<OwnConceptParts, 'engine' | 'clock' | 'concepts'>

/**
 * Removes an own concept: its versions and labels at once, its marks by the job. A built-in one is set back to what was
 * shipped; the labels stay, and the next one that is given counts them again. Throws NOT_FOUND, and CONFLICT where others
 * kept changing it.
 * @returns what became of it
 */
export async function removeConcept(
  parts: UndoParts,
  name: string,
  seen: ConceptsSeen,
): Promise<'removed' | 'set back'> {
  const { key } = await seenConcept(parts, name, seen)
  const { engine, clock } = parts
  const outcome = await changeRecords(
    engine,
    `the concept ${name}`,
    async (): Promise<Change<'removed' | 'set back'>> => {
      const standing = await conceptRow(engine, key)
      // of a built-in one that no job has seen yet there is nothing to take back
      if (standing === null) return { writes: [], made: 'set back' }
      const { row, written } = standing
      const now = clock.now()
      const at = formatTime(now)
      const shippedAgain = row.built_in && row.tenant_id === null ? row.shipped : null
      const turned: ConceptRow = { ...turnedTo(row, shippedAgain, at), labels_rev: (await labelsFor(engine, key)).rev }
      const blank: RecordWrite[] = row.built_in ? [] : blankVersions(row, await versionsOf(engine, row), now)
      return { writes: [rowWrite(turned, written), ...blank], made: row.built_in ? 'set back' : 'removed' }
    },
  )
  if (outcome === 'removed') await withdrawAll(parts, key)
  return outcome
}

/**
 * Goes back to a version: it is repeated as the newest, and brought to stored events like any other. Labels that were given
 * before do not change it; the next one does. Throws NOT_FOUND where there is no such concept or its version is not kept.
 * @returns the number that it has now
 */
export async function restoreVersion(
  parts: UndoParts,
  name: string,
  version: number,
  seen: ConceptsSeen,
  { by }: Pick<ConceptOwner, 'by'>,
): Promise<number> {
  const { key, row } = await seenConcept(parts, name, seen)
  const { engine, clock } = parts
  const made = await versionOf(engine, row, version)
  if (made === null)
    throw new Problem(
      'NOT_FOUND',
      'this version is not kept (any more); GET /v1/concepts/{name}/versions lists those that are',
    )
  if (row.built_in && row.tenant_id === null && version === row.shipped) {
    await removeConcept(parts, name, seen)
    return version
  }
  const { fitted, correction, examples, report }: ConceptVersion = made
  const shipped = row.shipped === null ? {} : { shipped: row.shipped }
  const of = version
  const { rev: labels_rev } = await labelsFor(engine, key)
  const kept = { name: row.name, tenant_id: row.tenant_id, how: 'restored', by, of, fitted, correction } as const
  if ((await conceptRow(engine, key)) === null)
    throw new Problem('CONFLICT', `the concept ${name} is being changed by others; try again`)
  return await keepVersion({ engine, clock }, { ...kept, examples, report, labels_rev, ...shipped })
}
