import { anonymous } from '../../core/anonymous.ts'
import type { ReceiptBody } from '../../core/erasure.ts'
import type { RedactedEvent } from '../../core/event.ts'
import type { Clock, Entry } from '../../core/ports.ts'
import { blanker } from './blank.ts'
import type { Connection } from './connection.ts'
import type { DoomedRecords } from './doomed-records.ts'
import type { forgetter } from './forget.ts'
import type { BodyOpener, SealedBody } from './sealed-body.ts'
import type { GoneEntity } from './survey.ts'

/** What whoever destroys does inside his commit: rows, what was derived of them, and the receipt for it. */
export function destroyer(
  db: Connection,
  clock: Clock,
  bodies: Pick<BodyOpener, 'textOf'>,
  forget: ReturnType<typeof forgetter>,
  append: (batch: readonly Entry[]) => { size: number },
) {
  const held = db.prepare<[number], SealedBody>('select event_id, subject, body from events where seq = ?')
  const cold = db.prepare<[number], unknown>('select 1 from events where seq = ? and archive is not null')
  const blank = blanker(db)
  const ofEntity = (table: 'rollups' | 'states') =>
    db.prepare(`delete from ${table} where entity_id = ? and entity_type = ? and (? is null or tenant = ?)`)
  const [rollups, states] = [ofEntity('rollups'), ofEntity('states')]
  const ofTenant = ['rollups', 'states'].map((table) => db.prepare(`delete from ${table} where tenant = ?`))
  const dropRecord = db.prepare('delete from records where kind = ? and id = ?')
  // its place in the order of all writes stays: feeds that follow that order are told nothing new
  const strike = db.prepare('update records set body = ?, version = version + 1 where kind = ? and id = ?')
  const strikeState = db.prepare(
    "update states set state = ? where detector = ? and entity_type = 'analyst' and entity_id = ? and tenant = ?",
  )

  function row(seq: number, text: string | null): void {
    // of a text in a file nothing was left in the store
    if (cold.get(seq) === undefined) forget(seq, text)
    blank(seq)
  }

  return {
    /** Text, salt and ids of a row, and what was made of the text. */
    row: (seq: number): void => row(seq, bodies.textOf(held.get(seq)!)),

    /** All but numbers and classes of events, which are amended so; one that cannot be read goes as a whole. */
    anonymise(rows: readonly { seq: number; ts: number }[], keeps: NonNullable<Entry['keeps']>): void {
      const batch = rows.flatMap(({ seq, ts }): Entry[] => {
        const text = bodies.textOf(held.get(seq)!)
        if (text === null) {
          row(seq, null)
          return []
        }
        const body = anonymous(JSON.parse(text) as RedactedEvent)
        return [{ kind: 'amendment', reason: 'anonymisation', of: seq, event_id: body.event_id, ts, body, keeps }]
      })
      append(batch)
    },

    /** The same of a row that nobody can read any more. */
    lost: (seq: number): void => row(seq, null),

    /** Sums and states of somebody or something; how many there were. */
    entity({ type, id, tenant }: GoneEntity): { rollups: number; states: number } {
      const of = [id, type, tenant, tenant]
      return { rollups: rollups.run(...of).changes, states: states.run(...of).changes }
    },

    /** All sums and states of a tenant. */
    tenant(tenant: string): void {
      for (const one of ofTenant) one.run(tenant)
    },

    records({ gone, struck, states: remembered }: DoomedRecords): void {
      for (const { kind, id } of gone) dropRecord.run(kind, id)
      for (const { kind, id, body } of struck) strike.run(body, kind, id)
      for (const { detector, entity_id, tenant, state } of remembered)
        strikeState.run(state, detector, entity_id, tenant)
    },

    /** Seals a receipt as the next entry of the ledger; its place. */
    seal(id: string, receipt: ReceiptBody): number {
      const entry: Entry = { kind: 'receipt', event_id: id, ts: clock.now(), body: receipt }
      return append([entry]).size - 1
    },
  }
}
