import type { Connection } from './connection.ts'
import type { MarkRows } from './mark-rows.ts'

/** Takes marks of a version away that answers no more; see `dropMarks` of the port. */
export function markDropper(db: Connection, marks: Pick<MarkRows, 'dropConcept'>) {
  const cohorts = db.prepare<[], { made: string }>('select made from cohorts where n > 0')

  /** Whether events came with such marks, which nothing makes again. */
  const first = (concept: string, version: number) =>
    cohorts.all().some(({ made }) => {
      const { marks: own } = JSON.parse(made) as { marks: [string, number][] }
      return own.some(([name, number]) => name === concept && number === version)
    })

  return db.transaction((concept: string, version: number, withFirst = false): boolean => {
    if (!withFirst && first(concept, version)) return false
    marks.dropConcept(concept, version)
    return true
  }).immediate
}
