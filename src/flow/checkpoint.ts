import type { Engine, RecordRow } from '../core/ports.ts'
import { formatTime, type Micros } from '../core/window.ts'

/** Size and root of the ledger at a time. */
export interface Checkpoint {
  size: number
  /** RFC 6962 root hash, base64. */
  root: string
  /** ISO 8601 */
  at: string
}

/** The ledger as it stands. */
export async function checkpoint({ engine }: { engine: Pick<Engine, 'head'> }, now: Micros): Promise<Checkpoint> {
  return of(await engine.head(), now)
}

/** The record of a checkpoint: one per size, so that two of one size could only agree. */
export function checkpointRecord(head: { size: number; root: Uint8Array }, now: Micros): RecordRow & { id: string } {
  return {
    kind: 'checkpoint',
    id: String(head.size).padStart(16, '0'),
    ts: now,
    entity: null,
    tenant_id: null,
    rank: null,
    body: { ...of(head, now) },
  }
}

function of(head: { size: number; root: Uint8Array }, now: Micros): Checkpoint {
  return { size: head.size, root: Buffer.from(head.root).toString('base64'), at: formatTime(now) }
}
