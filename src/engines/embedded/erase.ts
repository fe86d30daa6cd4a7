import { randomUUID } from 'node:crypto'
import {
  ERASURE,
  type Erased,
  type ErasedCounts,
  type ErasureOrder,
  RESEAL,
  type ReceiptBody,
  type Selection,
} from '../../core/erasure.ts'
import type { Clock, Json } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { rangesOf } from '../../core/ranges.ts'
import { formatTime, type Micros } from '../../core/window.ts'
import type { ArchiveFiles } from './archive-files.ts'
import type { Connection } from './connection.ts'
import type { destroyer } from './destroy.ts'
import type { holdReader } from './holds.ts'
import type { KeyRing } from './key-ring.ts'
import type { recordStore } from './records.ts'
import type { resealer } from './reseal.ts'
import type { Shredder } from './shred.ts'
import type { stageLeases } from './stages.ts'
import type { Survey } from './survey.ts'

export interface EraserParts {
  db: Connection
  clock: Clock
  ring: Pick<KeyRing, 'keyOf'>
  survey: (selection: Selection) => Survey
  holds: Pick<ReturnType<typeof holdReader>, 'refuse'>
  destroy: ReturnType<typeof destroyer>
  reseal: ReturnType<typeof resealer>
  files: Pick<ArchiveFiles, 'endEmpty' | 'lost'>
  records: Pick<ReturnType<typeof recordStore>, 'write'>
  stages: Pick<ReturnType<typeof stageLeases>, 'takeBack'>
  shred: Shredder
  /** Copies of the store from before upgrades, which hold what is erased: their names, and their end. */
  copies: { list(): readonly string[]; remove(): void }
}

/** A row that has a text somewhere. */
interface Held {
  seq: number
  user_id: string | null
  tenant: string
  archive: number | null
}

/** Ranges that one record of what was resealed has at most. */
const MOST_RANGES = 5_000

/**
 * Destroys what is known of a subject: texts, salts, words, vectors, marks, what was derived of them, in one commit with
 * the receipt, which is a leaf like any other; then the keys that the texts lay under, also in copies. All other leaves
 * stay, so that every proof still holds; the vector index learns of it through `gone`.
 */
export function eraser(parts: EraserParts) {
  const { db, clock, ring, survey, holds, destroy, reseal, files, records, stages, shred, copies } = parts
  const sealed = db.prepare<[], Held & { subject: Buffer }>(
    'select seq, subject, user_id, tenant, archive from events where subject is not null',
  )

  /** Copies hold them under keys that are destroyed now: whoever makes copies gives them again. */
  function noteResealed(id: string, seq: number, ranges: readonly [number, number][], ts: Micros): void {
    for (let at = 0; at < ranges.length; at += MOST_RANGES) {
      const body = { receipt: seq, ranges: ranges.slice(at, at + MOST_RANGES) as Json }
      const place = { kind: RESEAL, id: `${id}:${at}`, ts, entity: null, tenant_id: null, rank: null }
      records.write({ record: { ...place, body }, expect: null })
    }
  }

  const erase = db.transaction((selection: Selection, order: ErasureOrder, upgradeCopies: number): Erased | null => {
    holds.refuse(selection)
    const found = survey(selection)
    const counts: ErasedCounts = { ...found.counts, upgrade_copies: upgradeCopies }
    if (Object.values(counts).every((n) => n === 0)) return null
    if (found.cold.length > 0)
      throw new Problem(
        'ENGINE_BUSY',
        `${found.cold.length} texts in archive files lie under the same keys and have to be brought back first: try again`,
      )
    // before the rows that share their keys: what is left must open
    reseal(found.others)
    for (const { seq } of found.rows) destroy.row(seq)
    files.endEmpty(found.rows.map(({ archive }) => archive))
    stages.takeBack()
    for (const entity of found.entities) destroy.entity(entity)
    if (found.tenant !== null) destroy.tenant(found.tenant)
    destroy.records(found.records)
    const { receipt_id, subject, by, reason } = order
    const now = clock.now()
    const receipt: ReceiptBody = {
      v: 1,
      leaves: rangesOf(found.rows.map(({ seq }) => seq)),
      subject: { by: [...subject.by], hash: subject.hash },
      by,
      reason,
      at: formatTime(now),
      counts,
    }
    const seq = destroy.seal(receipt_id, receipt)
    const body = { subject: subject.hash, seq, receipt }
    const place = { kind: ERASURE, id: receipt_id, ts: now, entity: null, tenant_id: selection.tenant_id ?? null }
    records.write({ record: { ...place, rank: null, body }, expect: null })
    noteResealed(receipt_id, seq, rangesOf(found.others), now)
    // last: to append may destroy what is doomed already
    for (const one of found.subjects) shred.later(one)
    return { receipt_id, seq, receipt }
  }).immediate

  const follow = db.transaction((): void => {
    const lostFiles = new Set<number | null>(files.lost())
    const lost: Held[] = []
    for (const one of sealed.iterate())
      if (ring.keyOf(one.subject) === null || lostFiles.has(one.archive)) lost.push(one)
    for (const { seq, user_id, tenant } of lost) {
      destroy.lost(seq)
      if (user_id !== null) destroy.entity({ type: 'user', id: user_id, tenant })
    }
    if (lost.length > 0)
      destroy.seal(randomUUID(), {
        v: 1,
        leaves: rangesOf(lost.map(({ seq }) => seq)),
        subject: null,
        by: 'undercurrent',
        reason: 'their keys were destroyed before this copy of the store was opened',
        at: formatTime(clock.now()),
        counts: { events: lost.length },
      })
    files.endEmpty(lost.map(({ archive }) => archive))
    shred.caughtUp()
  }).immediate

  const weigh = db.transaction((selection: Selection) => survey(selection).counts)

  return {
    /**
     * Null where nothing is held of the subject, and then nothing is written. Where it throws after the commit, what it
     * had begun is finished when the store is opened next, or by another call. Throws Problem CONFLICT under a hold.
     */
    erase(selection: Selection, order: ErasureOrder): Erased | null {
      // they cannot be part of the commit, and may go without it: they are spare. But not for an erasure that is refused
      holds.refuse(selection)
      const upgradeCopies = copies.list().length
      copies.remove()
      const erased = erase(selection, order, upgradeCopies)
      shred.now()
      return erased
    },

    /** What `erase` would take away. */
    survey: (selection: Selection): ErasedCounts => ({ ...weigh(selection), upgrade_copies: copies.list().length }),

    /** Finishes what a process left that died, and in a copy from before an erasure what that would have done there. */
    finish(): void {
      const standing = shred.standing()
      shred.now()
      if (standing !== 'level') follow()
    },
  }
}
