import { ERASED_PLACES, type ErasedCounts, type ReceiptBody } from '../../core/erasure.ts'
import type { Clock } from '../../core/ports.ts'
import { rangesOf } from '../../core/ranges.ts'
import type { EndingAction, RetentionRule } from '../../core/retention.ts'
import { formatTime } from '../../core/window.ts'
import type { Expired } from './class-rows.ts'
import type { Connection } from './connection.ts'
import type { destroyer } from './destroy.ts'
import type { doomedRecords } from './doomed-records.ts'
import { recordCounts, rowCounter } from './erased-counts.ts'
import { HELD } from './selection.ts'
import type { Shredder } from './shred.ts'
import type { stageLeases } from './stages.ts'
import type { GoneEntity } from './survey.ts'

export interface EnderParts {
  db: Connection
  clock: Clock
  doomedRecords: ReturnType<typeof doomedRecords>
  destroy: ReturnType<typeof destroyer>
  stages: Pick<ReturnType<typeof stageLeases>, 'takeBack'>
  shred: Pick<Shredder, 'ifLast'>
}

/** Rows that end by one rule. */
export interface Ending {
  rows: readonly Expired[]
  rule: Pick<RetentionRule, 'name' | 'hash' | 'keep_vectors'>
  action: EndingAction
  /** Names the receipt in the ledger. */
  receipt_id: string
  by: string
  /** Copies from before upgrades that went with them. */
  upgradeCopies: number
}

/** A receipt, and where it stands in the ledger. */
export interface Ended {
  seq: number
  receipt: ReceiptBody
  counts: ErasedCounts
}

/**
 * Ends rows inside a commit, with all that was derived of them, and seals the receipt. Unlike an erasure it seals nothing
 * anew that lies under the same key: the key goes with the last text under it.
 */
export function rowEnder({ db, clock, doomedRecords, destroy, stages, shred }: EnderParts) {
  const rowCounts = rowCounter(db)
  const left = (column: 'user_id' | 'session_id') =>
    db.prepare(`select 1 from events where ${column} = ? and tenant = ? and ${HELD} limit 1`)
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

  return ({ rows, rule, action, receipt_id, by, upgradeCopies }: Ending): Ended => {
    const { name, hash, keep_vectors } = rule
    const seqs = rows.map(({ seq }) => seq).sort((a, b) => a - b)
    const nothing = Object.fromEntries(ERASED_PLACES.map((place) => [place, 0])) as ErasedCounts
    const counts: ErasedCounts = { ...nothing, ...rowCounts(rows), upgrade_copies: upgradeCopies }
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
    return { seq: destroy.seal(receipt_id, receipt), receipt, counts }
  }
}
