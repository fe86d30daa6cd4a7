import { createHmac } from 'node:crypto'
import type { Selection } from '../core/erasure.ts'
import type { Hold } from '../core/hold.ts'
import type { Engine, Json, OtherEntry } from '../core/ports.ts'
import { seal, unseal } from '../encryption/seal.ts'
import { allOthers } from './all-others.ts'

/** Holds as the ledger tells of them. */
export interface ToldHolds {
  /** Every one, oldest first; those that were released too. */
  holds: Hold[]
  /** Ids of those that stand and of which the ledger does not say, or not readably, what they select. */
  unknown: string[]
}

/**
 * What a hold selects, for its entry in the audit: ids in every form that they may have in the store, raw ones too, so it is
 * sealed (AES-256-GCM, base64) and opens for this hold alone.
 * @param key that names subjects, 32 bytes
 */
export const sealSelection = (key: Uint8Array, { hold_id, selection }: Pick<Hold, 'hold_id' | 'selection'>): string =>
  seal(sealingKey(key), Buffer.from(JSON.stringify(selection)), nameOf(hold_id)).toString('base64')

/**
 * Makes holds again of what the access audit tells: the entries `hold.add`, and `hold.release` behind them.
 * @param key that names subjects, 32 bytes
 */
export async function toldHolds(engine: Pick<Engine, 'others'>, key: Uint8Array): Promise<ToldHolds> {
  const released = new Map<string, Hold['released']>()
  for await (const { body } of allOthers(engine, 'audit', { action: 'hold.release' })) {
    const { hold_id, reason, at } = askedOf(body)
    // newest first: the first release is the one that ended it
    if (hold_id !== null) released.set(hold_id, { by: text(body.by) ?? '', reason, at: at ?? text(body.at) ?? '' })
  }
  const told: ToldHolds = { holds: [], unknown: [] }
  for await (const { body } of allOthers(engine, 'audit', { action: 'hold.add' })) {
    const { hold_id, reason, at, sealed } = askedOf(body)
    if (hold_id === null) continue
    const ended = released.get(hold_id) ?? null
    const selection = opened(key, hold_id, sealed)
    if (selection === null) {
      if (ended === null) told.unknown.unshift(hold_id)
      continue
    }
    const whose = { by: text(body.by) ?? '', at: at ?? text(body.at) ?? '' }
    told.holds.unshift({ hold_id, selection, reason: reason ?? '', ...whose, released: ended })
  }
  return told
}

function askedOf({ asked }: OtherEntry['body']) {
  const given = typeof asked === 'object' && asked !== null && !Array.isArray(asked) ? asked : {}
  const { hold_id, reason, at, selection } = given
  return { hold_id: text(hold_id), reason: text(reason), at: text(at), sealed: text(selection) }
}

const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

/** Null where there is none, or it does not open. */
function opened(key: Uint8Array, hold_id: string, sealed: string | null): Selection | null {
  if (sealed === null) return null
  try {
    return JSON.parse(unseal(sealingKey(key), Buffer.from(sealed, 'base64'), nameOf(hold_id)).toString('utf8'))
  } catch {
    return null
  }
}

/** Another key than the one that names subjects, which serves HMAC alone. */
const sealingKey = (key: Uint8Array) => createHmac('sha256', key).update('undercurrent/hold').digest()

const nameOf = (hold_id: string) => `hold ${hold_id}`
