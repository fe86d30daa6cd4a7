import { NUMBER_FIELDS } from '../../core/filter-fields.ts'
import { LABELLED, labelLists, NARROW, OWN, type ToldFilter, where } from './filter.ts'

/** Fields that `events_columns` has, beside all numbers: see migrations/016-plain-fields.ts. */
const COLUMNED: ReadonlySet<string> = new Set([
  'tenant_id',
  'model',
  'status',
  'event_type',
  'environment',
  'service',
  'route',
  'app_version',
  'model_version',
  'finish_reason',
  'purpose',
  'action',
  'producer_id',
  'metric',
])

/** Fields of which another index, or another table, says which places have a value. */
const PLACED: ReadonlySet<string> = new Set([...LABELLED, ...OWN, 'cluster', 'memorised'])

/** What has any of these is found without looking through all events. */
const SOUGHT = ['user_id', ...NARROW, ...LABELLED]

/** Tenants that hold events, one step down an index for each. */
const NEXT_TENANT = 'select min(tenant) from events indexed by events_columns where seq >= 0 and body is not null'
const TENANTS = `with recursive held(tenant) as (${NEXT_TENANT}
  union all select (${NEXT_TENANT} and tenant > held.tenant) from held where held.tenant is not null)
  select tenant from held where tenant is not null`

interface Places {
  sql: string
  values: unknown[]
}

/** Whether what passes is found without every row being read. */
export function isIndexed(filter: ToldFilter): boolean {
  const { since, until, tenant_id, event_ids, fields } = filter
  return (
    isColumned(filter) ||
    since !== undefined ||
    until !== undefined ||
    event_ids !== undefined ||
    (tenant_id ?? '') !== '' ||
    SOUGHT.some((field) => fields?.[field] !== undefined)
  )
}

/**
 * Events that pass and still have their texts, as `from … where …` over `events e`. Rows are large, and sealed by page: they
 * are read where an index leads to a few of them, or where no index has what is asked.
 */
export function passing(filter: ToldFilter): Places {
  const { sql, values } = where(filter)
  if (!isColumned(filter)) return { sql: `from events e where ${sql} and e.body is not null`, values }
  const { since, until, tenant_id, fields } = filter
  const timed = since !== undefined || until !== undefined
  // the index begins with the tenant, and goes on with the time
  const each =
    timed && tenant_id === undefined && fields?.tenant_id === undefined ? ` and e.tenant in (${TENANTS})` : ''
  const of = 'from events e indexed by events_columns where e.seq >= 0 and e.body is not null'
  return { sql: `${of}${each} and ${sql}`, values }
}

/**
 * SQL for the places of the events that pass, in no order; their place in the ledger, and where no index says it whether their
 * text is still there, are left to be compared. So a user's places are read without his rows.
 */
export function passingSeqs(filter: ToldFilter): Places {
  const { before_seq: _, ...conditions } = filter
  const timed = filter.since !== undefined || filter.until !== undefined
  const labelled = timed ? null : labelledSeqs(conditions)
  if (labelled !== null) return labelled
  if (!isColumned(conditions)) {
    const { sql, values } = where(conditions)
    return { sql: `select e.seq from events e where ${sql}`, values }
  }
  const { sql, values } = passing(conditions)
  return { sql: `select e.seq ${sql}`, values }
}

/**
 * Places of the events that pass, from the table of labels: where the filter asks for labels and, besides, for no more than a
 * time, a tenant and a place in the ledger. Times and places are left to be compared, as is whether a text is still there.
 * Null where it asks for more, or for no label.
 */
export function labelledSeqs(filter: ToldFilter): Places | null {
  const { fields = {}, without = {}, since: _, until: __, before_seq: ___, part: ____, tenant_id, ...more } = filter
  const named = Object.entries(fields)
  if (named.length === 0 || !named.every(([field]) => LABELLED.has(field))) return null
  if ([...Object.values(more), ...Object.values(without)].some((one) => one !== undefined)) return null
  const lists = named.map(([field, value]) => labelLists(field, typeof value === 'string' ? [value] : value, tenant_id))
  return {
    sql: lists.map(([sql]) => `select seq from (${sql})`).join(' intersect '),
    values: lists.flatMap(([, ...values]) => values),
  }
}

/**
 * Whether `events_columns`, with what is told of places elsewhere, says what passes, and is the least to be read: of a tenant
 * alone a narrower index does.
 */
function isColumned({ fields = {}, numbers = {}, without = {}, event_ids, tenant_id }: ToldFilter): boolean {
  const asked = Object.keys(fields)
  const refused = Object.keys(without.fields ?? {})
  const bounded = Object.keys(numbers)
  const isColumn = (field: string) => COLUMNED.has(field)
  return (
    event_ids === undefined &&
    ((tenant_id ?? '') === '' || bounded.length > 0 || [...asked, ...refused].some(isColumn)) &&
    asked.every((field) => isColumn(field) || (LABELLED.has(field) && !NARROW.includes(field))) &&
    refused.every((field) => isColumn(field) || PLACED.has(field)) &&
    bounded.every((field) => Object.hasOwn(NUMBER_FIELDS, field))
  )
}
