import type { Engine, Json } from '../core/ports.ts'
import type { Micros } from '../core/window.ts'
import type { JudgeState } from './verify-entries.ts'
import type { Peak } from './verify-peaks.ts'
import type { nodeReader } from './verify-tree.ts'

/**
 * How far passes came, as long as they found nothing amiss. Whoever can write to the store can write this as well: it
 * saves time, and a pass from the start does not look at it.
 */
export interface Progress {
  /** Entries that were judged, from the first. */
  next: number
  peaks: readonly Peak[]
  judge: JudgeState
  /** Whether a pass was cut short there. */
  interrupted: boolean
  /** ISO 8601: when the pass over the first of them began. */
  began: string
  /** ISO 8601: when the last pass over all entries began that came to its end; null before the first. */
  full_at: string | null
}

const PLACE = { kind: 'verify', id: 'pass' }

/** What is put down; null where nothing is, or where the tree is another by now. */
export async function readProgress(
  engine: Pick<Engine, 'records'>,
  nodes: Pick<ReturnType<typeof nodeReader>, 'peaks'>,
): Promise<Progress | null> {
  const [record] = await engine.records(PLACE.kind, { ids: [PLACE.id] }, { order: 'ts', limit: 1 })
  const body = record?.body as unknown as (Omit<Progress, 'peaks'> & { peaks: string[] }) | undefined
  if (body === undefined || !Number.isSafeInteger(body.next) || body.next < 0) return null
  const peaks = await nodes.peaks(body.next)
  if (peaks === null || peaks.map(base64).join() !== body.peaks.join()) return null
  return { ...body, peaks }
}

export async function writeProgress(
  engine: Pick<Engine, 'putRecords'>,
  progress: Progress,
  now: Micros,
): Promise<void> {
  const body = { ...progress, peaks: progress.peaks.map(base64) } as unknown as Json
  const record = { ...PLACE, ts: now, entity: null, tenant_id: null, rank: null, body }
  await engine.putRecords([{ record, expect: null }])
}

/** When a pass over all entries last began that found nothing; null before the first. */
export const fullAt = async (engine: Pick<Engine, 'records'>): Promise<string | null> => {
  const [record] = await engine.records(PLACE.kind, { ids: [PLACE.id] }, { order: 'ts', limit: 1 })
  return (record?.body as { full_at?: string | null } | undefined)?.full_at ?? null
}

const base64 = ({ hash }: Peak) => (hash === null ? '' : Buffer.from(hash).toString('base64'))
