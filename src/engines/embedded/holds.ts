import { SELECTED_IDS, type Selection } from '../../core/erasure.ts'
import { HOLD, type Hold } from '../../core/hold.ts'
import { Problem } from '../../core/problem.ts'
import type { Connection } from './connection.ts'
import { HELD, mayMeet, selected } from './selection.ts'

/** Legal holds, as far as they stand in the way of whoever destroys. */
export function holdReader(db: Connection) {
  const all = db.prepare<[], string>(`select body from records where kind = '${HOLD}'`).pluck()

  /** An event that both select, or an id that both name: what is derived of it is held as well. */
  function meet(hold: Selection, selection: Selection): boolean {
    if (!mayMeet(hold, selection)) return false
    if (SELECTED_IDS.some((field) => hold[field] !== undefined && selection[field] !== undefined)) return true
    if (SELECTED_IDS.every((field) => hold[field] === undefined && selection[field] === undefined)) return true
    const [one, other] = [selected(hold), selected(selection)]
    const both = db.prepare(`select 1 from events e where ${one.sql} and ${other.sql} and ${HELD} limit 1`)
    return both.get(...one.values, ...other.values) !== undefined
  }

  const standing = (): Hold[] =>
    all
      .all()
      .map((body) => JSON.parse(body) as Hold)
      .filter(({ released }) => released === null)

  return {
    /** Those that were not released. */
    standing,

    /** Inside the commit that destroys. Throws Problem CONFLICT, which names the holds. */
    refuse(selection: Selection): void {
      const held = standing().flatMap((hold) => (meet(hold.selection, selection) ? [hold.hold_id] : []))
      if (held.length > 0)
        throw new Problem(
          'CONFLICT',
          `a legal hold stands in the way (${held.join(', ')}): nothing was erased; release it first`,
        )
    },
  }
}
