/** By what of an event a search, a count or a monitor can be narrowed. Names are the wire names of the API. */

/** Ids and labels of an event, each compared as a whole. */
export const ID_FIELDS = [
  'user_id',
  'session_id',
  'tenant_id',
  'model',
  'event_type',
  'status',
  'event_id',
  'request_id',
  'parent_event_id',
  'api_key_id',
  'agent_id',
  'ip_address',
  'trace_id',
  'span_id',
  'parent_span_id',
  'correlation_id',
  'producer_id',
  'action',
  'model_version',
  'finish_reason',
  'prompt_hash',
  'response_hash',
  'environment',
  'app_version',
  'service',
  'route',
  'purpose',
  'metric',
] as const

/** What stands inside an object or a list of the event: each name, and where its values are (`[]` for each of a list). */
export const LABEL_PATHS = {
  document_id: ['rag_documents[].id', 'rag_documents[]'],
  tool: ['tools_called[].name', 'tools_called[]'],
  tool_provider: ['tools_called[].provider'],
  template: ['prompt_template.name'],
  template_version: ['prompt_template.version'],
  guardrail_rule: ['guardrails_triggered[].rule'],
  guardrail_category: ['guardrails_triggered[].category'],
  evaluation: ['evaluations[].name'],
  error_type: ['error.type'],
  error_code: ['error.code'],
  role: ['roles[]'],
  auth_subject: ['auth.subject'],
  auth_method: ['auth.method'],
  auth_decision: ['auth.decision'],
  device_id: ['device.id'],
  country: ['geo.country'],
  region: ['geo.region'],
  city: ['geo.city'],
  asn: ['geo.asn'],
  canary_output: ['redaction.canaries.output[]'],
  canary_input: ['redaction.canaries.input[]'],
} as const satisfies Record<string, readonly string[]>

/** Keyed hashes of contents, by which events are found that share them; they are no parameters. */
export const CONTENT_LABELS = ['tool_result', 'document_content', 'prompt_key'] as const

export type LabelField = keyof typeof LABEL_PATHS
export const LABEL_FIELDS = Object.keys(LABEL_PATHS) as LabelField[]

/** Whether one event can have several values of a field. */
export const isListed = (field: string): boolean =>
  field === 'memorised' ||
  (Object.hasOwn(LABEL_PATHS, field) && LABEL_PATHS[field as LabelField].some((path) => path.includes('[]')))

/** Beside these, the cluster that the prompt belongs to, and memorised passages that the answer holds. */
export const FILTER_FIELDS = [...ID_FIELDS, ...LABEL_FIELDS, 'cluster', 'memorised'] as const
export type FilterField = (typeof FILTER_FIELDS)[number]

/** Numbers of an event, and what they are counted in. `tokens_total` is what went in and what came out. */
export const NUMBER_FIELDS = {
  latency_ms: 'ms',
  time_to_first_token_ms: 'ms',
  tokens_input: 'tokens',
  tokens_output: 'tokens',
  tokens_cached: 'tokens',
  tokens_reasoning: 'tokens',
  tokens_total: 'tokens',
  cost_usd: 'usd',
} as const

export type NumberField = keyof typeof NUMBER_FIELDS

/** All given bounds hold; an event without the number is outside. */
export interface NumberBounds {
  min?: number
  max?: number
  /** More than this, less than that. */
  above?: number
  below?: number
}

/** Both of two sets of bounds. */
export function narrower(a: NumberBounds, b: NumberBounds): NumberBounds {
  const both = { ...a, ...b }
  for (const name of ['min', 'above'] as const)
    if (a[name] !== undefined && b[name] !== undefined) both[name] = Math.max(a[name], b[name])
  for (const name of ['max', 'below'] as const)
    if (a[name] !== undefined && b[name] !== undefined) both[name] = Math.min(a[name], b[name])
  return both
}
