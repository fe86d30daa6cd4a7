import { createHash } from 'node:crypto'
import type { Clock, Engine, Json } from '../core/ports.ts'
import { formatTime, type Micros, parseTime } from '../core/window.ts'
import { changeRecords } from './change-records.ts'
import type { IngestAnswer, ReadRecord } from './ingest.ts'

/** What decides what is kept, found and said, beside where it comes from. */
export type PolicyKind = 'model' | 'concept' | 'redaction' | 'setting'

/** What stands for policy, by target: `models/concepts/refusal.json`, `redaction/rules`, `settings/alert_budget`. */
export type Policy = Readonly<Record<string, PolicyPart>>

export interface PolicyPart {
  kind: PolicyKind
  /** SHA-256, hex. */
  hash: string
}

/** One part that is another than before; null where there was none, or is none any more. */
export interface PolicyChange {
  target: string
  kind: PolicyKind
  before_hash: string | null
  after_hash: string | null
}

export interface RecordPolicyParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  /** The way that every event goes: validated, redacted, sealed. */
  ingest(records: Iterable<ReadRecord>): Promise<Pick<IngestAnswer, 'rejected'>>
  clock: Clock
}

/** Event type of what is appended where policy changed. */
export const ADMIN_CHANGE = 'admin.change'
const PLACE = { kind: 'setting', id: 'integrity' }

/**
 * Puts down what policy runs from now on. Each part that is another than what was put down last becomes an event
 * `admin.change` in the ledger; the very first time there is nothing to compare with. The events come before the record,
 * and their ids hang on its version: a crash between the two, or a second process that starts at the same moment, makes the
 * same events again, which are duplicates. Throws Problem as the engine does.
 */
export async function recordPolicy(parts: RecordPolicyParts, policy: Policy): Promise<PolicyChange[]> {
  const { engine, ingest, clock } = parts
  return await changeRecords(engine, 'what is recorded of policy', async () => {
    const { last, version, begun, since } = await read(engine)
    const changes = last === null ? [] : policyChanges(last, policy)
    if (last !== null && changes.length === 0) return { writes: [], made: [] }
    const now = clock.now()
    const records = changes.map((change) => ({ value: eventOf(change, version, formatTime(now)) }))
    const { rejected } = await ingest(records)
    if (rejected.length > 0) throw new Error(`a change of policy was no event: ${rejected[0]!.path}`)
    const at = formatTime(now)
    const changed = Object.fromEntries(changes.map(({ target }) => [target, at]))
    const body = { at, policy, begun: begun ?? at, since: { ...since, ...changed } } as unknown as Json
    const record = { ...PLACE, ts: now, entity: null, tenant_id: null, rank: null, body }
    return { writes: [{ record, expect: version }], made: changes }
  })
}

/** What was put down last; null before the first start. */
export const recordedPolicy = async (engine: Pick<Engine, 'records'>): Promise<Policy | null> =>
  (await read(engine)).last

/** When policy was put down first, and each part whose change was put down, with when it changed last; null before the first start. */
export async function policyTimes(
  engine: Pick<Engine, 'records'>,
): Promise<{ begun: Micros; changed: ReadonlyMap<string, Micros> } | null> {
  const { begun, since } = await read(engine)
  if (begun === null) return null
  return {
    begun: parseTime(begun) ?? 0,
    changed: new Map(Object.entries(since).map(([target, at]) => [target, parseTime(at) ?? 0])),
  }
}

/** What differs, by target. Pure. */
export function policyChanges(before: Policy, after: Policy): PolicyChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((target): PolicyChange[] => {
    const [was, is] = [before[target], after[target]]
    if (was?.hash === is?.hash) return []
    const kind = (is ?? was)!.kind
    return [{ target, kind, before_hash: was?.hash ?? null, after_hash: is?.hash ?? null }]
  })
}

interface Recorded {
  last: Policy | null
  version: number
  /** ISO 8601; of a record of before it was kept, when that was written. */
  begun: string | null
  since: Record<string, string>
}

async function read(engine: Pick<Engine, 'records'>): Promise<Recorded> {
  const [record] = await engine.records(PLACE.kind, { ids: [PLACE.id] }, { order: 'ts', limit: 1 })
  const body = (record?.body ?? {}) as { policy?: Policy; at?: string; begun?: string; since?: Record<string, string> }
  const { policy = null, at = null, begun = at, since = {} } = body
  return { last: policy, version: record?.version ?? 0, begun, since }
}

function eventOf(change: PolicyChange, version: number, timestamp: string) {
  const { target, before_hash, after_hash } = change
  const name = JSON.stringify([ADMIN_CHANGE, version, target, before_hash, after_hash])
  return {
    event_id: `change_${createHash('sha256').update(name).digest('hex').slice(0, 24)}`,
    timestamp,
    event_type: ADMIN_CHANGE,
    change: { ...change, actor: 'undercurrent' },
  }
}
