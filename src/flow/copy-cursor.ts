import type { Engine, Json, RecordRow, RecordWrite } from '../core/ports.ts'
import { type Micros, SECOND } from '../core/window.ts'

/** How far a target is. Kept as a record of kind `copy` under the target's name; times are epoch microseconds. */
export interface CopyCursor {
  /** Kind and place that it is about. */
  place: string
  /** Rev of the last checkpoint record that the target has; of the last timestamp record. */
  checkpoint_rev: number
  timestamp_rev: number
  /** Of segments: the target has all entries below this. */
  to: number
  /** Of segments: where the one ends that was on its way; made again with the same bounds. */
  pending: number | null
  /** Of segments: rev of the last record of what was resealed that the target has. */
  reseal_rev: number
  /** Rev of the last of those that are on their way, and below which place in the ledger the target has them. */
  reseal_until: number | null
  reseal_from: number
  /** Since when something waits that the target has not; null where it has all. */
  behind_since: Micros | null
  failures: number
  last_error: string | null
  /** Tries in a row that failed; 0 once one went well. */
  tries: number
  /** Before this it is not tried again; null where the last try went well. */
  retry_at: Micros | null
}

export interface OpenCursor {
  readonly state: CopyCursor
  /** Commits changes, together with other writes. Throws an Error where another run moved the cursor. */
  move(changes: Partial<CopyCursor>, writes?: readonly RecordWrite[]): Promise<void>
}

const KIND = 'copy'

const FRESH = {
  checkpoint_rev: 0,
  timestamp_rev: 0,
  to: 0,
  pending: null,
  reseal_rev: 0,
  reseal_until: null,
  reseal_from: 0,
  behind_since: null,
  failures: 0,
  last_error: null,
  tries: 0,
  retry_at: null,
}

/** How long a target is left alone after a first failure, and at most after many: twice as long each time. */
const FIRST_WAIT: Micros = 5 * SECOND
const LONGEST_WAIT: Micros = 300 * SECOND

/** What a failure changes of a cursor. */
export function afterFailure({ failures, tries }: CopyCursor, message: string, now: Micros): Partial<CopyCursor> {
  const wait = Math.min(FIRST_WAIT * 2 ** Math.min(tries, 30), LONGEST_WAIT)
  return { failures: failures + 1, last_error: message, tries: tries + 1, retry_at: now + wait }
}

/** Whether a target that failed is left alone for now. Never for longer than the longest wait: clocks go back. */
export const isWaiting = ({ retry_at }: CopyCursor, now: Micros): boolean =>
  retry_at !== null && now < retry_at && retry_at - now <= LONGEST_WAIT

/** The cursor of a target; a fresh one where its place is another than before. */
export async function openCursor(
  engine: Pick<Engine, 'records' | 'putRecords'>,
  { name, place }: { name: string; place: string },
  now: () => Micros,
): Promise<OpenCursor> {
  const [found] = await engine.records(KIND, { ids: [name] }, { order: 'ts', limit: 1 })
  const stored = found?.body as unknown as CopyCursor | undefined
  // one of an earlier release lacks what came since
  let state: CopyCursor = stored?.place === place ? { ...FRESH, ...stored } : { ...FRESH, place }
  let version = found?.version ?? 0
  return {
    get state() {
      return state
    },
    async move(changes, writes = []) {
      const next = { ...state, ...changes }
      const body = next as unknown as Json
      const record: RecordRow = { kind: KIND, id: name, ts: now(), entity: null, tenant_id: null, rank: null, body }
      if ((await engine.putRecords([{ record, expect: version }, ...writes])) === 'stale')
        throw new Error(`the cursor of the copy ${name} was moved by another run`)
      state = next
      version++
    },
  }
}

/** How every target stands, for metrics. One that is in the copies file no more waits for nothing. */
export async function copyStates(engine: Pick<Engine, 'records'>): Promise<(CopyCursor & { target: string })[]> {
  const found = await engine.records(KIND, {}, { order: 'rev', limit: 200 })
  return found.map(({ id, body }) => ({ target: id, ...(body as unknown as CopyCursor) }))
}

/** Says of targets that are in the copies file no more that nothing waits for them. */
export async function retireOthers(
  engine: Pick<Engine, 'records' | 'putRecords'>,
  names: ReadonlySet<string>,
  now: () => Micros,
): Promise<void> {
  for (const { target, place, behind_since } of await copyStates(engine))
    if (!names.has(target) && behind_since !== null)
      await (await openCursor(engine, { name: target, place }, now)).move({ behind_since: null })
}
