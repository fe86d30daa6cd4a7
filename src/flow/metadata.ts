import type { LogEvent } from '../core/event.ts'
import type { EventAnswer } from '../core/event-answer.ts'
import { ID_FIELDS } from '../core/filter-fields.ts'
import type { Json } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { SearchAnswer, SearchAsk } from '../core/search.ts'

/**
 * What is seen of an event by whoever may not see its texts: ids, numbers, labels and concepts. A hash of a text tells
 * whoever guesses it, so it goes with the texts.
 */

/** Longest label in characters; what is longer says something. Ids are bounded where they come in. */
const LABEL_LENGTH = 128
const ID = /^(.*_)?id$/

/** Of each field of an event: all of it, nothing, or these members of it. A field that is not decided upon does not compile. */
const SHOWN: Readonly<Record<keyof LogEvent, boolean | readonly string[]>> = {
  event_id: true,
  timestamp: true,
  event_type: true,
  request_id: true,
  parent_event_id: true,
  user_id: true,
  session_id: true,
  tenant_id: true,
  api_key_id: true,
  agent_id: true,
  roles: true,
  ip_address: true,
  user_agent: false,
  device: ['id', 'type', 'os'],
  geo: ['country', 'region', 'city', 'lat', 'lon', 'asn'],
  auth: ['subject', 'issuer', 'method', 'mfa', 'scopes', 'decision'],
  trace_id: true,
  span_id: true,
  parent_span_id: true,
  correlation_id: true,
  producer_id: true,
  sequence: true,
  action: true,
  model: true,
  model_version: true,
  params: ['temperature', 'top_p', 'max_tokens'],
  prompt_template: ['name', 'version'],
  system: false,
  prompt: false,
  messages: false,
  response: false,
  reasoning: false,
  finish_reason: true,
  prompt_hash: false,
  response_hash: false,
  rag_query: false,
  rag_documents: ['id', 'score', 'version', 'access', 'tenant_id', 'classification'],
  tools_called: ['id', 'name', 'ok', 'latency_ms', 'provider'],
  tokens_input: true,
  tokens_output: true,
  tokens_cached: true,
  tokens_reasoning: true,
  latency_ms: true,
  time_to_first_token_ms: true,
  cost_usd: true,
  status: true,
  error: ['type', 'code'],
  guardrails_triggered: ['rule', 'category', 'severity', 'action', 'score', 'stage'],
  guardrails_evaluated: true,
  evaluations: ['name', 'score', 'source', 'target_event_id'],
  citations: false,
  environment: true,
  app_version: true,
  service: true,
  route: true,
  purpose: false,
  metric: true,
  value: true,
  message: ['from', 'to', 'kind'],
  memory: ['op', 'store', 'bytes', 'written_by'],
  quota: ['name', 'limit', 'used', 'remaining', 'window_s'],
  http: ['method', 'status_code', 'bytes_in', 'bytes_out'],
  data_access: ['system', 'operation', 'rows', 'bytes', 'decision'],
  file: ['size', 'mime', 'direction'],
  change: ['target', 'kind', 'before_hash', 'after_hash', 'actor', 'approved_by'],
  integrity: ['artefact', 'sha256', 'expected_sha256', 'ok'],
  review: ['reviewer', 'decision', 'event_id'],
  attributes: false,
}

/** An event as it is shown without its texts. */
export function eventMetadata(answer: EventAnswer): EventAnswer {
  const { redaction, concepts, scores, neighbours, ...event } = answer
  const fields = Object.entries(event).flatMap(([name, value]): [string, Json][] => {
    const left = seen(name, value as Json, SHOWN[name as keyof LogEvent])
    return left === undefined ? [] : [[name, left]]
  })
  // pointers to what could not be redacted hold names that the sender chose
  const { failed: _, ...note } = redaction
  return { ...Object.fromEntries(fields), redaction: note, concepts, scores, neighbours } as EventAnswer
}

/** Found events as they are shown without their texts. */
export function searchMetadata<Answer extends Pick<SearchAnswer, 'items'>>(answer: Answer): Answer {
  const items = answer.items.map((item) => ({ ...item, prompt: null, response: null, highlights: {} }))
  return { ...answer, items }
}

/**
 * What may be asked without seeing texts: by concept, by example, and by the fields that are shown. Words are not among
 * them, since how many events hold a word tells what they say. Throws FORBIDDEN with the path of what may not be asked.
 */
export function checkMetadataAsk(ask: SearchAsk): void {
  const unseen = ID_FIELDS.filter(
    (name) => (ask[name] !== undefined || ask.not?.[name] !== undefined) && SHOWN[name] === false,
  )
  const asked = [...(ask.q === undefined ? [] : ['q']), ...unseen]
  if (asked.length === 0) return
  throw new Problem('FORBIDDEN', 'a key that sees no texts asks by concept, example or id; ask without words', {
    errors: asked.map((name) => ({ path: `/${name}`, message: 'asks about texts' })),
  })
}

/** What is left of a value; undefined where nothing is. */
function seen(name: string, value: Json, shown: boolean | readonly string[] | undefined): Json | undefined {
  if (shown === undefined || shown === false) return undefined
  if (Array.isArray(value)) return value.map((one) => seen(name, one, shown)).filter((one) => one !== undefined)
  if (shown === true) return isLabel(value) || (ID.test(name) && typeof value === 'string') ? value : undefined
  if (value === null || typeof value !== 'object') return undefined
  const members = shown.flatMap((key): [string, Json][] => {
    const member = Object.hasOwn(value, key) ? value[key] : undefined
    const left = member === undefined ? undefined : seen(key, member, true)
    return left === undefined ? [] : [[key, left]]
  })
  return Object.fromEntries(members)
}

/** A number, a switch, or a text that is short enough to be a name. */
function isLabel(value: Json): boolean {
  return typeof value === 'string' ? value.length <= LABEL_LENGTH : value === null || typeof value !== 'object'
}
