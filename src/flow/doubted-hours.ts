import type { Engine, RecordWrite, Rollup, StoredRecord } from '../core/ports.ts'
import type { EntityType } from '../core/score.ts'
import { DAY, dateOf, type Micros, startOfDay } from '../core/window.ts'

/** Kind of the record of a model and key in an hour of which a second witness says otherwise. */
export const DOUBT = 'doubt'

/** One side of an hour: requests and tokens, null where that side does not say. */
export type Side = { requests: number | null; tokens_input: number | null; tokens_output: number | null }

/** Body of such a record. */
export type Doubt = {
  /** `lifted` once both sides agree. */
  state: 'standing' | 'lifted'
  /** `tenant` of the comparison; '' for all. */
  scope: string
  hour: Micros
  model: string | null
  api_key_id: string | null
  store: Side
  witness: Side
  /** Whose sums the hour is part of: entity type, tenant, id. */
  entities: [EntityType, string, string][]
}

/** Hours that train nothing. */
export interface Doubted {
  /** Whether an hour of an entity is doubted. */
  hour(of: Pick<Rollup, 'entity_type' | 'entity_id' | 'tenant_id'>, start: Micros): boolean
  /** Whether any hour of the UTC day is. */
  day(of: Pick<Rollup, 'entity_type' | 'entity_id' | 'tenant_id'>, start: Micros): boolean
}

export const NOTHING_DOUBTED: Doubted = { hour: () => false, day: () => false }

const PAGE = 1000

/** The doubted hours within a span. */
export async function doubtedHours(engine: Pick<Engine, 'records'>, since: Micros, until: Micros): Promise<Doubted> {
  const seen = new Set<string>()
  for (let after: StoredRecord | undefined; ; ) {
    const page = { order: 'ts', limit: PAGE, ...(after === undefined ? {} : { after }) } as const
    const records = await engine.records(DOUBT, { since, until, fields: { state: 'standing' } }, page)
    for (const { body } of records) {
      const { hour, entities } = body as unknown as Doubt
      for (const [type, tenant, id] of entities) {
        seen.add(JSON.stringify([type, tenant, id, hour]))
        seen.add(JSON.stringify([type, tenant, id, 'day', startOfDay(hour)]))
      }
    }
    after = records.at(-1)
    if (records.length < PAGE) break
  }
  if (seen.size === 0) return NOTHING_DOUBTED
  return {
    hour: (of, start) => seen.has(JSON.stringify([of.entity_type, of.tenant_id, of.entity_id, start])),
    day: (of, start) =>
      seen.has(JSON.stringify([of.entity_type, of.tenant_id, of.entity_id, 'day', startOfDay(start)])),
  }
}

/** Lets the nights work through days again, as events that come late do. */
export function touchedDays(hours: Iterable<Micros>): RecordWrite[] {
  const days = new Set(Array.from(hours, (hour) => Math.floor(hour / DAY) * DAY))
  return Array.from(days, (day) => ({
    record: { kind: 'touched', id: dateOf(day), ts: day, entity: null, tenant_id: null, rank: null, body: {} },
    expect: null,
  }))
}
