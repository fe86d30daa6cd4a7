import type { ColdBeside, ColdDue, ColdFile } from '../../core/archive.ts'
import type { Selection } from '../../core/erasure.ts'
import type { Filter } from '../../core/ports.ts'
import { type RetentionRule, retentionSteps } from '../../core/retention.ts'
import { type Micros, startOfDay } from '../../core/window.ts'
import type { ArchiveFiles } from './archive-files.ts'
import { classRows, TEXTS } from './class-rows.ts'
import type { Connection } from './connection.ts'
import type { expiryReader } from './expiry.ts'
import { where } from './filter.ts'
import { any, both, meets, termsOf } from './rule-terms.ts'
import type { Survey } from './survey.ts'

/** Tells which rows have their texts in which files. */
export function coldReader(
  db: Connection,
  files: Pick<ArchiveFiles, 'idOf' | 'nameOf' | 'manifest'>,
  expiry: Pick<ReturnType<typeof expiryReader>, 'free'>,
  survey: (selection: Selection) => Pick<Survey, 'cold'>,
) {
  const inFiles = classRows(db, TEXTS.files)
  const seqsOf = db.prepare<[number], number>('select seq from events where archive = ? order by seq').pluck()

  /** Rows in files that rules delete, or (`anonymise`) make anonymous, by the number of the file. */
  function dueBy(
    action: 'delete' | 'anonymise',
    rules: readonly RetentionRule[],
    now: Micros,
  ): Map<number, Set<number>> {
    const free = expiry.free()
    const found = new Map<number, Set<number>>()
    for (const of of inFiles.classes()) {
      const here = termsOf(rules, of, now)
      const steps = retentionSteps(rules).filter((step) => step.action === action && meets(step.rule, action, of))
      if (steps.length === 0) continue
      const due = any(steps.map(({ rule }) => both(here.over(rule, action), here.may(rule, action))))
      for (const { archive, seq } of inFiles.rows(of, both(due, free), null, -1)) {
        const seqs = found.get(archive!) ?? new Set()
        found.set(archive!, seqs.add(seq))
      }
    }
    return found
  }

  const due = db.transaction((rules: readonly RetentionRule[], now: Micros): ColdDue[] => {
    const then = startOfDay(now)
    const deleted = dueBy('delete', rules, then)
    const touched = new Set([...deleted.keys(), ...dueBy('anonymise', rules, then).keys()])
    return [...touched].map((id) => {
      const ends = deleted.get(id) ?? new Set()
      return { file: files.nameOf(id), ends: ends.size, stay: seqsOf.all(id).filter((seq) => !ends.has(seq)) }
    })
  })

  const beside = db.transaction((selection: Selection): ColdBeside[] => {
    const found = new Map<number, number[]>()
    for (const { seq, archive } of survey(selection).cold) found.set(archive, [...(found.get(archive) ?? []), seq])
    return [...found].map(([id, seqs]) => ({ file: files.nameOf(id), seqs: seqs.sort((a, b) => a - b) }))
  })

  return {
    cold(filter: Filter): ColdFile[] {
      const { sql, values } = where(filter)
      return db
        .prepare<unknown[], { archive: number; rows: number }>(
          `select e.archive, count(*) rows from events e where e.archive is not null and ${sql} group by e.archive`,
        )
        .all(...values)
        .flatMap(({ archive, rows }) => {
          const manifest = files.manifest(files.nameOf(archive))
          return manifest === null ? [] : [{ manifest, rows }]
        })
        .sort(({ manifest: a }, { manifest: b }) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.file < b.file ? -1 : 1))
    },

    coldRows(file: string, filter: Filter): number[] {
      const id = files.idOf(file)
      if (id === null) return []
      const { sql, values } = where(filter)
      return db
        .prepare<unknown[], number>(`select e.seq from events e where e.archive = ? and ${sql} order by e.seq`)
        .pluck()
        .all(id, ...values)
    },

    coldDue: (rules: readonly RetentionRule[], now: Micros): ColdDue[] => due(rules, now),
    coldBeside: (selection: Selection): ColdBeside[] => beside(selection),
  }
}
