import type { LogEvent, RedactedEvent } from '../core/event.ts'
import type { Keep } from '../core/redaction-policy.ts'
import { isPlaceholder, type Tagger } from './placeholder.ts'

/** What is kept of a field of the event. */
export type Verdict = (field: TextField) => Keep

/**
 * A copy of an event in which the texts of some fields are replaced by their keyed hash and length, or removed. Redacted
 * text goes in, so that nothing is derived from the raw one. Identifiers, closed vocabularies, names of tools and
 * documents, and numbers stay; whatever else stands in such a field goes, under whatever name. `redaction.withheld` says
 * which fields lost text. An event without such text is returned as it is; withholding again changes nothing.
 */
export function withhold(event: RedactedEvent, verdict: Verdict, tagger: Pick<Tagger, 'withheld'>): RedactedEvent {
  const withheld: Record<string, 'hash' | 'drop'> = {}
  const fields = Object.entries(event).flatMap(([name, value]): [string, unknown][] => {
    const labels = isTextField(name) ? HOLDS[name] : null
    const keep = labels === null ? 'redacted' : verdict(name as TextField)
    if (labels === null || keep === 'redacted') return [[name, value]]
    if (labels === 'label' && typeof value === 'string' && LABEL.test(value)) return [[name, value]]
    const taking: Taking = {
      keep,
      labels: labels === 'label' ? [] : labels,
      words: MAY_BE_WORDS.has(name),
      taken: false,
      hash: (text) => tagger.withheld(event.tenant_id ?? '', text),
    }
    const left = typeof value === 'string' ? textOf(taking, value) : bagOf(taking, value)
    if (taking.taken) withheld[name] = keep
    return left === undefined ? [] : [[name, left]]
  })
  if (Object.keys(withheld).length === 0) return event
  const redaction = { ...event.redaction, withheld: { ...event.redaction.withheld, ...withheld } }
  return { ...Object.fromEntries(fields), redaction } as RedactedEvent
}

type Holds = null | 'label' | readonly string[]

/**
 * What each field of an event holds: null for no text; 'label' for a short one that is kept and a long one that is not;
 * otherwise text, and the names within it whose values are labels. A new field of the event must be placed here to compile.
 */
const HOLDS = {
  event_id: null,
  timestamp: null,
  event_type: null,
  request_id: null,
  parent_event_id: null,
  user_id: null,
  session_id: null,
  tenant_id: null,
  api_key_id: null,
  agent_id: null,
  roles: null,
  ip_address: null,
  user_agent: null,
  device: ['type', 'os', 'model', 'platform', 'browser'],
  geo: ['country', 'region', 'city'],
  auth: ['subject', 'issuer', 'method', 'scopes', 'decision'],
  trace_id: null,
  span_id: null,
  parent_span_id: null,
  correlation_id: null,
  producer_id: null,
  sequence: null,
  action: 'label',
  model: null,
  model_version: null,
  params: [],
  prompt_template: ['name', 'version'],
  system: [],
  prompt: [],
  messages: ['role', 'type'],
  response: [],
  reasoning: [],
  finish_reason: 'label',
  // without a key, so that a short text can be guessed from it
  prompt_hash: [],
  response_hash: [],
  rag_query: [],
  rag_documents: ['source', 'version', 'access', 'classification'],
  tools_called: ['name', 'provider', 'type'],
  tokens_input: null,
  tokens_output: null,
  tokens_cached: null,
  tokens_reasoning: null,
  latency_ms: null,
  time_to_first_token_ms: null,
  cost_usd: null,
  status: null,
  error: ['type', 'code'],
  guardrails_triggered: ['rule', 'category', 'severity', 'action', 'stage'],
  guardrails_evaluated: null,
  evaluations: ['name', 'label', 'source'],
  citations: [],
  environment: null,
  app_version: null,
  service: null,
  route: null,
  purpose: 'label',
  metric: null,
  value: null,
  message: ['from', 'to', 'kind'],
  memory: ['op', 'store', 'key', 'written_by'],
  quota: ['name'],
  http: ['method', 'path'],
  data_access: ['system', 'operation', 'resource', 'decision'],
  file: ['mime', 'direction'],
  change: ['target', 'kind', 'actor', 'approved_by'],
  integrity: ['artefact'],
  review: ['reviewer', 'decision'],
  attributes: [],
} as const satisfies Readonly<Record<keyof LogEvent, Holds>>

/** A top-level field of the event that holds text. */
export type TextField = {
  [F in keyof typeof HOLDS]: (typeof HOLDS)[F] extends null ? never : F
}[keyof typeof HOLDS]

export const TEXT_FIELDS = (Object.keys(HOLDS) as (keyof typeof HOLDS)[]).filter(
  (name): name is TextField => HOLDS[name] !== null,
)

export const isTextField = (name: string): name is TextField => (TEXT_FIELDS as readonly string[]).includes(name)

/** Lists whose plain strings are names of tools, or ids of documents. */
const MAY_BE_WORDS: ReadonlySet<string> = new Set(['rag_documents', 'tools_called'])
/** A value of a closed vocabulary: short, in one line. Longer, and it is a text under a label's name. */
const LABEL = /^[^\r\n]{0,64}$/
/** An identifier: one word. */
const WORD = /^[\w.:/@#+=~-]{1,128}$/
/** Names of fields that hold an identifier or a digest. */
const IDENTIFIER_FIELD = /(?:^|[_.-])(?:id|ids|hash|sha\d{1,3}|version)$|[a-z]Id$/
/** What may be the name of a field; any other is a text in the place of one. */
const NAME = /^[A-Za-z_$@][\w.:/$@-]{0,63}$/
/** Its content must be there, if only as an empty text. */
const REQUIRED = 'content'

interface Taking {
  keep: 'hash' | 'drop'
  labels: readonly string[]
  /** Whether one word alone in a list stays. */
  words: boolean
  /** Whether there was anything to take. */
  taken: boolean
  hash(text: string): string
}

/** What is left of a text; undefined where nothing is. */
function textOf(taking: Taking, value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text === '' || (/^\[(?:TEXT|REDACTION_FAILED):/.test(text) && isPlaceholder(text))) return text
  taking.taken = true
  return taking.keep === 'hash' ? taking.hash(text) : undefined
}

/** What is left of a list or an object; of its parts, whatever is not a label, an identifier, a number or a switch, is text as a whole. */
function bagOf(taking: Taking, value: unknown): unknown {
  if (Array.isArray(value))
    return value.flatMap((item) => {
      const text = typeof item === 'string' && !(taking.words && WORD.test(item))
      const left = text ? textOf(taking, item) : bagOf(taking, item)
      return left === undefined ? [] : [left]
    })
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
    const left = stays(taking.labels, name, item) ? item : textOf(taking, item)
    const shown = NAME.test(name) ? name : textOf(taking, name)
    if (shown === undefined) return []
    if (left === undefined) return name === REQUIRED ? [[shown, '']] : []
    return [[shown, left]]
  })
  return Object.fromEntries(fields)
}

function stays(labels: readonly string[], name: string, item: unknown): boolean {
  if (typeof item === 'number' || typeof item === 'boolean' || item === null || item === undefined) return true
  const values: readonly unknown[] = Array.isArray(item) ? item : [item]
  const form = labels.includes(name) ? LABEL : IDENTIFIER_FIELD.test(name) ? WORD : null
  return form !== null && values.every((one) => typeof one === 'string' && form.test(one))
}
