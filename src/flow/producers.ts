import type { Engine, Json, RecordRow, RecordWrite, StoredEvent, StoredRecord } from '../core/ports.ts'
import { logGap, type Producer } from '../detectors/log-gap.ts'
import { recordsById } from './records-by-id.ts'
import { nameOf, scoreId } from './watched.ts'

/** Kind of the record of a producer, and of the one that says up to when arrivals are in them. */
const KIND = 'producer'
const HEARD = 'heard'
const PAGE = 500

/**
 * What a ticket of the stage that sums changes in what is known of its producers, to be settled with it, so that each
 * event is shown to the numbers of its producer once. Events without `producer_id` change nothing.
 */
export async function producerChanges(
  engine: Pick<Engine, 'records'>,
  events: readonly StoredEvent[],
): Promise<RecordWrite[]> {
  const groups = new Map<string, StoredEvent[]>()
  for (const one of events) {
    const { producer_id, tenant_id } = one.event
    if (producer_id === undefined) continue
    const id = scoreId(tenant_id ?? '', 'source', producer_id)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [one])
    else group.push(one)
  }
  const last = events.at(-1)
  if (groups.size === 0 || last === undefined) return []
  const known = await recordsById(engine, KIND, [...groups.keys()])
  const writes: RecordWrite[] = [write({ kind: HEARD, id: HEARD, ts: last.received, entity: null, body: {} })]
  for (const [id, own] of groups) {
    const before = producerOf(known.get(id))
    const after = own.reduce((state, one) => logGap.observe(state, heard(one)), before)
    if (after === before) continue
    const { producer_id = '', tenant_id } = (own[0] as StoredEvent).event
    const body = { version: logGap.version, producer_id, ...after } as unknown as Json
    const ts = own.reduce((latest, one) => Math.max(latest, one.ts), 0)
    const entity = nameOf({ type: 'source', id: producer_id })
    writes.push(write({ kind: KIND, id, ts, entity, body }, tenant_id ?? null))
  }
  return writes
}

/** A producer as it stands in the store. */
export interface KnownProducer {
  id: string
  tenant: string
  state: Producer
}

/** Every producer that was heard, page by page. */
export async function* producersOf(engine: Pick<Engine, 'records'>): AsyncGenerator<KnownProducer[]> {
  for (let after: StoredRecord | undefined; ; ) {
    const page = { order: 'rev', limit: PAGE, ...(after === undefined ? {} : { after }) } as const
    const records = await engine.records(KIND, {}, page)
    yield records.map((record) => ({
      id: (record.body as { producer_id: string }).producer_id,
      tenant: record.tenant_id ?? '',
      state: producerOf(record),
    }))
    after = records.at(-1)
    if (records.length < PAGE) return
  }
}

/** Time up to which every arrival has been shown to the numbers of its producer: now where nothing waits. */
export async function heardUntil(engine: Pick<Engine, 'records' | 'waiting'>, now: number): Promise<number> {
  if ((await engine.waiting('baseline')) === 0) return now
  const [record] = await engine.records(HEARD, { ids: [HEARD] }, { order: 'ts', limit: 1 })
  return Math.min(now, record?.ts ?? 0)
}

/** As it was stored; begun anew where it is of another version. */
function producerOf(record: StoredRecord | undefined): Producer {
  const body = record?.body as (Producer & { version: number }) | undefined
  if (body?.version !== logGap.version) return logGap.empty()
  return { sequence: body.sequence, lags: body.lags }
}

function heard({ event, was, ts, received }: StoredEvent) {
  const again =
    was !== undefined &&
    was.event.producer_id === event.producer_id &&
    was.event.tenant_id === event.tenant_id &&
    was.event.sequence === event.sequence
  return { sequence: event.sequence, ts, at: received, again }
}

function write(row: Omit<RecordRow, 'tenant_id' | 'rank'>, tenant_id: string | null = null): RecordWrite {
  return { record: { ...row, tenant_id, rank: null }, expect: null }
}
