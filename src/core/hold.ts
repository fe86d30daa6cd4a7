import type { Selection } from './erasure.ts'

/** A legal hold: what it selects is neither erased nor deleted until somebody releases it. */
export interface Hold {
  hold_id: string
  /** By ids as they are stored. */
  selection: Selection
  reason: string
  by: string
  /** ISO 8601 */
  at: string
  /** Null while it stands. */
  released: { by: string; reason: string | null; at: string } | null
}

/** Kind of the records that holds are. */
export const HOLD = 'hold'
