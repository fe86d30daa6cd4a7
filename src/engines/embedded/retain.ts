import type { ColdEnd, ColdEnded } from '../../core/archive.ts'
import {
  type RetentionDue,
  type RetentionOrder,
  type RetentionRule,
  type RetentionStep,
  retentionSteps,
} from '../../core/retention.ts'
import type { Micros } from '../../core/window.ts'
import type { ArchiveFiles } from './archive-files.ts'
import type { Connection } from './connection.ts'
import type { rowEnder } from './end-rows.ts'
import type { expiryReader } from './expiry.ts'
import type { Shredder } from './shred.ts'

export interface RetainerParts {
  db: Connection
  expiry: ReturnType<typeof expiryReader>
  end: ReturnType<typeof rowEnder>
  files: Pick<ArchiveFiles, 'idOf' | 'endEmpty'>
  shred: Pick<Shredder, 'now'>
  /** Copies of the store from before upgrades, which hold what is ended: their names, and their end. */
  copies: { list(): readonly string[]; remove(): void }
}

/**
 * Ends events whose time is over, as an erasure ends those of a subject, in steps: each is one commit with its receipt, so
 * that others get their turn in between and a run that dies leaves nothing half done.
 */
export function retainer({ db, expiry, end, files, shred, copies }: RetainerParts) {
  const step = db.transaction((order: RetentionOrder, upgradeCopies: number): RetentionStep | null => {
    const rows = expiry.rows(order)
    const last = rows.at(-1)
    if (last === undefined) return null
    const { receipt_id, by, action, rules, at } = order
    const ended = end({ rows, rule: rules[at]!, action, receipt_id, by, upgradeCopies })
    const { tenant, event_type, anonymised, received, seq } = last
    return { ...ended, receipt_id, next: { tenant, event_type, anonymised, received, seq } }
  }).immediate

  const endFile = db.transaction((order: ColdEnd, upgradeCopies: number): ColdEnded[] | null => {
    const { rules, by, receipt_ids } = order
    const id = files.idOf(order.file)
    const byRule = id === null ? null : expiry.ofFile(id, rules, order.now)
    if (id === null || byRule === null) return null
    const ended = retentionSteps(rules).flatMap(({ rule, at, action }): ColdEnded[] => {
      const rows = action === 'delete' ? (byRule.get(rule) ?? []) : []
      if (rows.length === 0) return []
      const receipt_id = receipt_ids[at]!
      const { seq, receipt, counts } = end({ rows, rule, action: 'delete', receipt_id, by, upgradeCopies })
      return [{ rule: rule.name, events: rows.length, receipt_id, seq, receipt, keys: counts.keys }]
    })
    files.endEmpty([id])
    return ended
  }).immediate

  const due = db.transaction((rules: readonly RetentionRule[], now: Micros): RetentionDue[] => expiry.due(rules, now))

  /** They are spare, and cannot be part of the commit. */
  function removeCopies(isDue: () => boolean): number {
    const upgradeCopies = copies.list().length
    if (upgradeCopies > 0 && isDue()) copies.remove()
    return upgradeCopies
  }

  return {
    due: (rules: readonly RetentionRule[], now: Micros) => due(rules, now),

    /** Where it throws after the commit, keys are destroyed when the store is opened next, or by another call. */
    retain(order: RetentionOrder): RetentionStep | null {
      const done = step(
        order,
        removeCopies(() => expiry.rows({ ...order, limit: 1 }).length > 0),
      )
      shred.now()
      return done
    },

    /** The same of a file of the archive and all rows whose texts lie there. */
    endCold(order: ColdEnd): ColdEnded[] | null {
      const done = endFile(
        order,
        removeCopies(() => true),
      )
      shred.now()
      return done
    },
  }
}
