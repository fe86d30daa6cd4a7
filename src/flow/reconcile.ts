import type { Clock, Engine, Json, RecordWrite, StoredRecord } from '../core/ports.ts'
import type { EntityType } from '../core/score.ts'
import { HOUR, type Micros, parseTime, startOfDay } from '../core/window.ts'
import type { Usage } from '../formats/in/usage.ts'
import { breath } from './breath.ts'
import { DOUBT, type Doubt, touchedDays } from './doubted-hours.ts'
import { tellMismatches } from './mismatch-findings.ts'
import { type Comparison, compare, type Edges, type Mismatch, type StoreRow } from './reconcile-compare.ts'
import { ENTITY_FIELDS } from './rollup.ts'

export interface ReconcileParts {
  engine: Pick<Engine, 'tally' | 'records' | 'putRecords'>
  clock: Clock
}

export interface ReconcileAsk {
  /** Only events of this tenant, as it is stored. */
  tenant_id?: string
  /** Types of events that are requests to a model. */
  event_types: readonly string[]
  /** Time around the start of an hour within which either hour may have counted an event. */
  edge: Micros
  /** Share by which tokens may differ. */
  tolerance: number
}

/** Entity types whose sums an hour of a key or model is part of, and how many of each are noted. */
const PARTS: readonly EntityType[] = ['user', 'model', 'tenant', 'agent', 'api_key', 'source', 'route']
const MOST_PARTS = 1000
const BATCH = 200

/**
 * Compares what a second witness says with what the store holds. Each hour on which they differ is written down as
 * doubted, so that it trains no baseline, and becomes part of a finding of its key or model; an hour of which the
 * witness speaks again and that agrees now is believed again. Doing it again with the same witness changes nothing.
 */
export async function reconcile(parts: ReconcileParts, usage: Usage, ask: ReconcileAsk): Promise<Comparison> {
  const store = await storeRows(parts.engine, usage, ask)
  const rough = compare(usage, store, new Map(), ask.tolerance)
  const edges = await edgesOf(parts.engine, rough.mismatches, ask)
  const found = compare(usage, store, edges, ask.tolerance)
  await writeDown(parts, found, ask, usage.covers === 'all')
  return found
}

async function storeRows({ tally }: Pick<Engine, 'tally'>, usage: Usage, ask: ReconcileAsk): Promise<StoreRow[]> {
  const rows: StoreRow[] = []
  const hours = new Set(usage.hours)
  const days = new Set(usage.hours.map(startOfDay))
  for (const day of days) {
    const span = { since: day, until: day + 24 * HOUR }
    for (const row of await rowsOf({ tally }, ['hour', 'model', 'api_key_id', 'status'], span, ask))
      if (hours.has(row.hour)) rows.push(row)
    await breath()
  }
  return rows
}

async function rowsOf(
  { tally }: Pick<Engine, 'tally'>,
  by: readonly string[],
  span: { since: Micros; until: Micros },
  { tenant_id, event_types }: ReconcileAsk,
): Promise<StoreRow[]> {
  const filter = { ...span, fields: { event_type: event_types }, ...(tenant_id === undefined ? {} : { tenant_id }) }
  return (await tally(by, filter)).map(({ key: [hour, model, api_key_id, status], n, ...sums }) => ({
    hour: parseTime(hour ?? '') ?? span.since,
    model: model ?? null,
    api_key_id: api_key_id ?? null,
    status: status ?? null,
    requests: n,
    tokens_input: sums.tokens_input,
    tokens_output: sums.tokens_output,
  }))
}

/** The events at both ends of the hours that differ at first sight. */
async function edgesOf(engine: Pick<Engine, 'tally'>, rough: readonly Mismatch[], ask: ReconcileAsk): Promise<Edges> {
  const edges = new Map<Micros, { before: StoreRow[]; after: StoreRow[] }>()
  const by = ['hour', 'model', 'api_key_id', 'status']
  if (ask.edge === 0) return edges
  for (const at of new Set(rough.flatMap(({ hour }) => [hour, hour + HOUR]))) {
    const before = await rowsOf(engine, by, { since: at - ask.edge, until: at }, ask)
    const after = await rowsOf(engine, by, { since: at, until: at + ask.edge }, ask)
    edges.set(at, { before, after })
    await breath()
  }
  return edges
}

async function writeDown(parts: ReconcileParts, found: Comparison, ask: ReconcileAsk, all: boolean): Promise<void> {
  const { engine } = parts
  const scope = ask.tenant_id ?? ''
  const standing = await doubtsOf(engine, found.hours, scope)
  const changed: { record: StoredRecord | undefined; id: string; body: Doubt }[] = []
  const told = new Set<string>()
  for (const mismatch of found.mismatches) {
    const id = doubtId(scope, mismatch)
    told.add(id)
    const { hour, model, api_key_id, store, witness } = mismatch
    const entities = await entitiesOf(engine, mismatch, ask)
    const body: Doubt = { state: 'standing', scope, hour, model, api_key_id, store, witness, entities }
    const record = standing.get(id)
    if (record === undefined || JSON.stringify(record.body) !== JSON.stringify(body)) changed.push({ record, id, body })
  }
  // under other names, what was doubted before may be compared no more
  const spoken = new Set(found.series.map(({ model, api_key_id }) => JSON.stringify([model, api_key_id])))
  for (const [id, record] of standing) {
    const body = record.body as unknown as Doubt
    const again = all || spoken.has(JSON.stringify([body.model, body.api_key_id]))
    if (again && body.state === 'standing' && !told.has(id))
      changed.push({ record, id, body: { ...body, state: 'lifted' } })
  }
  for (let i = 0; i < changed.length; i += BATCH) {
    const some = changed.slice(i, i + BATCH)
    const writes: RecordWrite[] = some.map(({ id, body }) => ({ record: rowOf(id, body), expect: null }))
    // in one commit, so that no night misses a change of what it may learn from
    await engine.putRecords([...writes, ...touchedDays(some.map(({ body }) => body.hour))])
  }
  // those known before too: a run that was killed may have told of none
  const known = [...standing.values()].map(({ body }) => body as unknown as Doubt)
  await tellMismatches(parts, scope, [...known, ...changed.map(({ body }) => body)])
}

/** Every record of a doubt about these hours. */
async function doubtsOf(engine: Pick<Engine, 'records'>, hours: readonly Micros[], scope: string) {
  const known = new Map<string, StoredRecord>()
  const [first = 0] = hours
  const among = new Set(hours)
  for (let after: StoredRecord | undefined; ; ) {
    const page = { order: 'ts', limit: 1000, ...(after === undefined ? {} : { after }) } as const
    const span = { since: first, until: (hours.at(-1) ?? 0) + HOUR }
    const records = await engine.records(DOUBT, { ...span, fields: { scope } }, page)
    for (const record of records) if (among.has(record.ts)) known.set(record.id, record)
    after = records.at(-1)
    if (records.length < 1000) return known
  }
}

/** Whose sums the hour is part of, and who is named by either side. */
async function entitiesOf(
  { tally }: Pick<Engine, 'tally'>,
  { hour, model, models, api_key_id }: Mismatch,
  { tenant_id }: ReconcileAsk,
): Promise<Doubt['entities']> {
  const entities: Doubt['entities'] = []
  const fields = { ...(model === null ? {} : { model: models }), ...(api_key_id === null ? {} : { api_key_id }) }
  const filter = { since: hour, until: hour + HOUR, fields, ...(tenant_id === undefined ? {} : { tenant_id }) }
  for (const type of PARTS) {
    const rows = await tally([ENTITY_FIELDS[type as keyof typeof ENTITY_FIELDS], 'tenant_id'], filter)
    const own = rows.flatMap(({ key: [id, tenant] }) =>
      id ? [[type, tenant ?? '', id] as Doubt['entities'][number]] : [],
    )
    entities.push(...own.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)).slice(0, MOST_PARTS))
  }
  return entities
}

function doubtId(scope: string, { hour, model, api_key_id }: Mismatch): string {
  return JSON.stringify([scope, hour, model, api_key_id])
}

function rowOf(id: string, body: Doubt) {
  return {
    kind: DOUBT,
    id,
    ts: body.hour,
    entity: null,
    tenant_id: body.scope === '' ? null : body.scope,
    rank: null,
    body: body as unknown as Json,
  }
}
