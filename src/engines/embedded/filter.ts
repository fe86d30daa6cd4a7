import { clusterNumberOf } from '../../core/cluster.ts'
import { CONTENT_LABELS, LABEL_FIELDS, type NumberBounds } from '../../core/filter-fields.ts'
import { prefixRange } from '../../core/ip-range.ts'
import type { Filter, MarkBound } from '../../core/ports.ts'
import { MARK_BYTES, millionths, packed } from './packed-marks.ts'
import { expressionOf, type WordQuery } from './word-query.ts'

/** A filter whose words the word index has read; see `told` in words.ts. */
export type ToldFilter = Omit<Filter, 'words'> & {
  said?: {
    all: WordQuery | null
    some: WordQuery | null
    /** Entries that the index has not taken in and that hold all of the one, or some of the other. */
    holding: readonly number[]
    spoiled: readonly number[]
  }
}

/** Event fields that have a column of their own; every other field is looked up in `meta`. */
export const COLUMNS = new Set(['event_type', 'user_id', 'session_id', 'trace_id', 'model', 'status'])

/** Ids of which events have an index each. */
const IDS = ['session_id', 'trace_id', 'span_id', 'parent_span_id', 'parent_event_id']

/** The same, and users, who may have many. */
export const OWN: ReadonlySet<string> = new Set(['user_id', ...IDS])

/** Fields with an index of their own and few events to a value, those of other tenants among them. */
export const NARROW: readonly string[] = [
  ...IDS,
  'document_id',
  'request_id',
  'correlation_id',
  'prompt_hash',
  'memorised',
  ...CONTENT_LABELS,
]

/** What the table of labels has: see migrations/013-labels.ts. */
export const LABELLED: ReadonlySet<string> = new Set([
  ...LABEL_FIELDS,
  ...CONTENT_LABELS,
  'request_id',
  'correlation_id',
  'prompt_hash',
  'response_hash',
  'api_key_id',
  'agent_id',
  'ip_address',
])

const FIELD = /^[a-z][a-z0-9_]{0,63}$/

/** SQL for a filter over `events e`: a condition (always true where the filter is empty) and its values. */
export function where(filter: ToldFilter): { sql: string; values: unknown[]; narrow: boolean } {
  const parts: string[] = []
  const values: unknown[] = []
  const add = (sql: string, ...given: unknown[]) => {
    parts.push(sql)
    values.push(...given)
  }
  // SQLite cannot know what narrows most: + keeps the tenant's index, where there is a better one, and the ledger's order
  // (a page's bound, which nearly all events pass) out of its choice
  const few = filter.event_ids !== undefined || NARROW.some((field) => filter.fields?.[field] !== undefined)
  if (filter.since !== undefined) add('e.ts >= ?', filter.since)
  if (filter.until !== undefined) add('e.ts < ?', filter.until)
  if (filter.tenant_id !== undefined)
    // said twice, because the index holds only events that name a tenant
    add(few ? '+e.tenant = ?' : `e.tenant = ?${filter.tenant_id === '' ? '' : " and e.tenant <> ''"}`, filter.tenant_id)
  if (filter.event_ids !== undefined)
    add(
      'e.seq in (select seq from events where event_id in (select value from json_each(?)))',
      JSON.stringify(filter.event_ids),
    )
  for (const [field, value] of Object.entries(filter.fields ?? {})) {
    const any: readonly string[] = typeof value === 'string' ? [value] : value
    add(...amongSql(field, any, filter.tenant_id))
  }
  for (const [field, bounds] of Object.entries(filter.numbers ?? {})) {
    const number = numberSql(field)
    for (const [name, sign] of BOUNDS) if (bounds[name] !== undefined) add(`${number} ${sign} ?`, bounds[name])
  }
  for (const mark of filter.marks ?? []) add(...markSql(mark))
  const { all = null, some = null, holding, spoiled } = filter.said ?? {}
  if (all !== null) add(...wordSql(all, filter, holding))
  if (some !== null) {
    const [sql, ...given] = wordSql(some, filter, spoiled)
    add(`not (${sql})`, ...given)
  }
  const { fields, event_ids, time } = filter.without ?? {}
  if (time !== undefined)
    add('(e.ts < ? or e.ts >= ?)', time.since ?? Number.MIN_SAFE_INTEGER, time.until ?? Number.MAX_SAFE_INTEGER)
  for (const [field, any] of Object.entries(fields ?? {})) {
    const [sql, ...given] = amongSql(field, any, filter.tenant_id)
    // an event without the field has none of the values; an index of their own knows those that have one
    if (OWN.has(field)) add(`e.seq not in (select e.seq from events e where ${sql})`, ...given)
    else add(`(${sql}) is not true`, ...given)
  }
  if (event_ids !== undefined && event_ids.length > 0)
    add(
      'e.seq not in (select seq from events where event_id in (select value from json_each(?)))',
      JSON.stringify(event_ids),
    )
  const narrow = parts.length > 0
  if (filter.before_seq !== undefined) add('+e.seq < ?', filter.before_seq)
  return { sql: parts.length === 0 ? '1' : parts.join(' and '), values, narrow }
}

type Condition = [sql: string, ...values: unknown[]]

/** Whether a field of `events e` is one of some values. */
function amongSql(field: string, any: readonly string[], tenant?: string): Condition {
  const among = `in (${any.map(() => '?').join(', ')})`
  if (field === 'tenant_id') return [`e.tenant ${among}`, ...any]
  if (field === 'cluster') return clusterSql(any)
  if (field === 'memorised') return [`e.seq in (select seq from fingerprints where passage ${among})`, ...any]
  if (COLUMNS.has(field)) return [`e.${field} ${among}`, ...any]
  if (LABELLED.has(field)) return labelSql(field, any, tenant)
  if (FIELD.test(field)) return [`cast(e.meta ->> '$.${field}' as text) ${among}`, ...any]
  // no event can hold a field of such a name at its top level
  return ['0']
}

/** Ids that are none match nothing. */
function clusterSql(ids: readonly string[]): Condition {
  const numbers = ids.flatMap((id) => clusterNumberOf(id) ?? [])
  return [`e.seq in (select seq from cluster_of where cluster in (${numbers.map(() => '?').join(', ')}))`, ...numbers]
}

/** Whether an event has a label with one of some values. */
function labelSql(field: string, any: readonly string[], tenant: string | undefined): Condition {
  const [sql, ...values] = labelLists(field, any, tenant)
  return [`e.seq in (${sql})`, ...values]
}

/** Places of the events that have a label with one of some values; an address may be a prefix (`192.0.2.0/24`). */
export function labelLists(field: string, any: readonly string[], tenant: string | undefined): Condition {
  const ranges = field === 'ip_address' ? any.map(prefixRange).filter((range) => range !== null) : []
  const own = tenant === undefined ? '' : ' and tenant = ?'
  const values = tenant === undefined ? [] : [tenant]
  const parts: Condition[] = [
    [
      `select seq from labels where name = ? and value in (${any.map(() => '?').join(', ')})${own}`,
      field,
      ...any,
      ...values,
    ],
    ...ranges.map(
      ([first, last]): Condition => [
        `select seq from labels where name = 'ip' and value between ? and ?${own}`,
        first,
        last,
        ...values,
      ],
    ),
  ]
  return [parts.map(([sql]) => sql).join(' union all '), ...parts.flatMap(([, ...given]) => given)]
}

const BOUNDS = [
  ['min', '>='],
  ['max', '<='],
  ['above', '>'],
  ['below', '<'],
] as const satisfies readonly (readonly [keyof NumberBounds, string])[]

const NUMBER_COLUMNS = new Set(['latency_ms', 'tokens_input', 'tokens_output', 'cost_usd'])

function numberSql(field: string): string {
  if (field === 'tokens_total')
    return 'iif(e.tokens_input is null and e.tokens_output is null, null, coalesce(e.tokens_input, 0) + coalesce(e.tokens_output, 0))'
  if (NUMBER_COLUMNS.has(field)) return `e.${field}`
  return FIELD.test(field) ? `cast(e.meta ->> '$.${field}' as real)` : 'null'
}

/** The one place where a filter reads marks. */
const SCORED = `exists (select 1 from marks f join scored s on s.concept = ? and s.version = ?
  join places x on x.layout = f.layout and x.cid = s.cid where f.seq = e.seq and substr(f.p, x.at, ${MARK_BYTES}) >= ?)`

function markSql({ concept, version, least, below }: MarkBound): Condition {
  const parts: string[] = []
  const values: unknown[] = []
  for (const [sign, bound] of [
    ['', least],
    ['not ', below],
  ] as const)
    if (bound !== undefined) {
      parts.push(`${sign}${SCORED}`)
      values.push(concept, version, packed([millionths(bound)]))
    }
  return [parts.length === 0 ? '1' : parts.join(' and '), ...values]
}

/** Whether the texts of an event hold what is said. */
function wordSql(query: WordQuery, filter: ToldFilter, unindexed: readonly number[] = []): Condition {
  return [
    'e.seq in (select rowid from words where words match ? union all select value from json_each(?))',
    expressionOf(query, filter),
    JSON.stringify(unindexed),
  ]
}
