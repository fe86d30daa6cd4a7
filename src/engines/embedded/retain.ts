import { ERASED_PLACES, type ErasedCounts, type ReceiptBody } from '../../core/erasure.ts'
import type { Clock } from '../../core/ports.ts'
import type { RetentionDue, RetentionOrder, RetentionRule, RetentionStep } from '../../core/retention.ts'
import { formatTime, type Micros } from '../../core/window.ts'
import type { Expired } from './class-rows.ts'
import type { Connection } from './connection.ts'
import { type destroyer, rangesOf } from './destroy.ts'
import type { doomedRecords } from './doomed-records.ts'
import { recordCounts, rowCounter } from './erased-counts.ts'
import type { expiryReader } from './expiry.ts'
import type { Shredder } from './shred.ts'
import type { stageLeases } from './stages.ts'
import type { GoneEntity } from './survey.ts'

export interface RetainerParts {
  db: Connection
  clock: Clock
  expiry: ReturnType<typeof expiryReader>
  doomedRecords: ReturnType<typeof doomedRecords>
  destroy: ReturnType<typeof destroyer>
  stages: Pick<ReturnType<typeof stageLeases>, 'takeBack'>
  shred: Pick<Shredder, 'ifLast' | 'now'>
  /** Copies of the store from before upgrades, which hold what is ended: their names, and their end. */
  copies: { list(): readonly string[]; remove(): void }
}

/**
 * Ends events whose time is over, as an erasure ends those of a subject, in steps: each is one commit with its receipt, so
 * that others get their turn in between and a run that dies leaves nothing half done. Unlike an erasure it seals nothing
 * anew that lies under the same key: the key goes with the last text under it.
 */
export function retainer(parts: RetainerParts) {
  const { db, clock, expiry, doomedRecords, destroy, stages, shred, copies } = parts
  const rowCounts = rowCounter(db)
  const left = (column: 'user_id' | 'session_id') =>
    db.prepare(`select 1 from events where ${column} = ? and tenant = ? and body is not null limit 1`)
  const leftOf = { user: left('user_id'), session: left('session_id') }
  const ipSums = db.prepare(
    `delete from rollups where entity_type = 'ip' and entity_id = ? and tenant = ? and start <= ? and start + period * 1000000 > ?`,
  )
  const ipLeft = db.prepare(`select 1 from rollups where entity_type = 'ip' and entity_id = ? and tenant = ? limit 1`)

  /** Users and sessions of the rows that nothing is left of, once these are gone. */
  function goneOf(rows: readonly Expired[]): GoneEntity[] {
    const gone: GoneEntity[] = []
    const seen = new Set<string>()
    for (const { tenant, user_id, session_id } of rows)
      for (const [type, id] of [
        ['user', user_id],
        ['session', session_id],
      ] as const) {
        const key = JSON.stringify([type, id, tenant])
        if (id === null || seen.has(key)) continue
        seen.add(key)
        if (leftOf[type].get(id, tenant) === undefined) gone.push({ type, id, tenant })
      }
    return gone
  }

  /**
   * Addresses have no index, so nobody can say cheaply what is left of one: its sums of the minutes of these rows go, and what
   * is known of it goes with the last of them.
   */
  function addressesOf(rows: readonly Expired[]): { gone: GoneEntity[]; sums: number } {
    const gone = new Map<string, GoneEntity>()
    let sums = 0
    for (const { ip_address: id, tenant, ts } of rows) {
      if (id === null) continue
      const { changes } = ipSums.run(id, tenant, ts, ts)
      sums += changes
      if (changes > 0 && ipLeft.get(id, tenant) === undefined)
        gone.set(JSON.stringify([id, tenant]), { type: 'ip', id, tenant })
    }
    return { gone: [...gone.values()], sums }
  }

  const step = db.transaction((order: RetentionOrder, upgradeCopies: number): RetentionStep | null => {
    const rows = expiry.rows(order)
    const last = rows.at(-1)
    if (last === undefined) return null
    const seqs = rows.map(({ seq }) => seq).sort((a, b) => a - b)
    const nothing = Object.fromEntries(ERASED_PLACES.map((place) => [place, 0])) as ErasedCounts
    const counts: ErasedCounts = { ...nothing, ...rowCounts(seqs), upgrade_copies: upgradeCopies }
    const { receipt_id, by, action, rules, at } = order
    const { name, hash, keep_vectors } = rules[at]!
    if (action === 'delete') for (const seq of seqs) destroy.row(seq)
    else {
      counts.marks = 0
      if (keep_vectors) counts.vectors = 0
      destroy.anonymise(rows, keep_vectors ? ['marks', 'vectors'] : ['marks'])
    }
    stages.takeBack()
    const addresses = addressesOf(rows)
    counts.rollups = addresses.sums
    const entities = [...goneOf(rows), ...addresses.gone]
    for (const entity of entities) {
      const went = destroy.entity(entity)
      counts.rollups += went.rollups
      counts.states += went.states
    }
    // one that is anonymous is still there under its id
    const records = doomedRecords(null, undefined, action === 'delete' ? rows : [], entities)
    destroy.records(records)
    Object.assign(counts, recordCounts(records))
    // one of each subject is enough to ask whether a text is left under its key
    const subjects = new Map(rows.map((row) => [row.subject?.toString('hex'), row]))
    for (const row of subjects.values()) if (shred.ifLast(row)) counts.keys++
    const receipt: ReceiptBody = {
      v: 1,
      leaves: rangesOf(seqs),
      subject: null,
      rule: { name, hash, action },
      by,
      reason: null,
      at: formatTime(clock.now()),
      counts,
    }
    const { tenant, event_type, anonymised, received, seq } = last
    const place = destroy.seal(receipt_id, receipt)
    return { receipt_id, seq: place, receipt, counts, next: { tenant, event_type, anonymised, received, seq } }
  }).immediate

  const due = db.transaction((rules: readonly RetentionRule[], now: Micros): RetentionDue[] => expiry.due(rules, now))

  return {
    due: (rules: readonly RetentionRule[], now: Micros) => due(rules, now),

    /** Where it throws after the commit, keys are destroyed when the store is opened next, or by another call. */
    retain(order: RetentionOrder): RetentionStep | null {
      const upgradeCopies = copies.list().length
      if (upgradeCopies > 0 && expiry.rows({ ...order, limit: 1 }).length > 0) copies.remove()
      const done = step(order, upgradeCopies)
      shred.now()
      return done
    },
  }
}
