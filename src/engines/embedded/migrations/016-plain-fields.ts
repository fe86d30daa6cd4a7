/** Fields of the text's own level that many events share; they stand in `meta`. */
const SHARED = [
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
]
/** Ids there that few have in common. */
const IDS = ['span_id', 'parent_span_id', 'parent_event_id']

/** Numbers there. */
const NUMBERS = ['time_to_first_token_ms', 'tokens_cached', 'tokens_reasoning']

/** As filters ask for a field: SQLite knows an expression of an index again where it is written alike. */
const textOf = (field: string) => `cast(meta ->> '$.${field}' as text)`
const numberOf = (field: string) => `cast(meta ->> '$.${field}' as real)`

/**
 * Whatever searches are narrowed by, of each event that has its text, in one index from which what passes is read without a
 * row: that begins with the tenant and the time, so that of all that many events share only what is in question is read. Ids
 * have indexes of their own.
 */
export const plainFields = `
drop index events_columns;
create index events_columns on events(tenant, ts, model, status, event_type, ${SHARED.map(textOf).join(', ')},
  latency_ms, tokens_input, tokens_output, cost_usd, ${NUMBERS.map(numberOf).join(', ')}) where seq >= 0 and body is not null;
${IDS.map((id) => `create index events_${id} on events(${textOf(id)}) where ${textOf(id)} is not null;`).join('\n')}
`
