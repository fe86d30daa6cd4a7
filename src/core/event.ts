import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

/**
 * One log record of an LLM application. Names are the wire names of the API. What a producer sends that is not named
 * here is kept under `attributes`.
 */

const Text = Type.String()
/** Sums of any number of these stay finite and exact enough to compare. */
const MOST = 1e15
const Count = Type.Number({ minimum: 0, maximum: MOST })
const Open = { additionalProperties: true }
const Any = Type.Unknown()

export const Message = Type.Object({ role: Text, content: Any }, Open)

export const RagDocument = Type.Union([
  Text,
  Type.Object(
    {
      id: Type.Optional(Text),
      score: Type.Optional(Type.Number()),
      content: Type.Optional(Text),
      source: Type.Optional(Text),
      version: Type.Optional(Text),
      access: Type.Optional(Text),
      tenant_id: Type.Optional(Text),
      classification: Type.Optional(Text),
    },
    Open,
  ),
])

export const ToolCall = Type.Union([
  Text,
  Type.Object(
    {
      id: Type.Optional(Text),
      name: Type.Optional(Text),
      arguments: Type.Optional(Any),
      result: Type.Optional(Any),
      ok: Type.Optional(Type.Boolean()),
      error: Type.Optional(Any),
      latency_ms: Type.Optional(Count),
      provider: Type.Optional(Text),
    },
    Open,
  ),
])

export const Guardrail = Type.Object(
  {
    rule: Type.Optional(Text),
    category: Type.Optional(Text),
    severity: Type.Optional(Text),
    action: Type.Optional(Text),
    score: Type.Optional(Type.Number()),
    stage: Type.Optional(Text),
    content_hash: Type.Optional(Text),
  },
  Open,
)

export const Evaluation = Type.Object(
  {
    name: Type.Optional(Text),
    score: Type.Optional(Type.Number()),
    label: Type.Optional(Text),
    source: Type.Optional(Text),
    target_event_id: Type.Optional(Text),
  },
  Open,
)

export const STATUSES = ['success', 'error', 'blocked', 'refused'] as const

const Id = Type.String({ minLength: 1, maxLength: 512 })
const Opt = Type.Optional
const Bag = Type.Object({}, Open)

/** The event as it comes in, after aliases were resolved and unknown fields were moved under `attributes`. */
export const LogEvent = Type.Object(
  {
    event_id: Type.String({ minLength: 1, maxLength: 256 }),
    timestamp: Type.String({ maxLength: 64 }),
    event_type: Type.String({ pattern: '^[a-z][a-z0-9_.-]{0,63}$' }),
    request_id: Opt(Id),
    parent_event_id: Opt(Id),
    user_id: Opt(Id),
    session_id: Opt(Id),
    tenant_id: Opt(Id),
    api_key_id: Opt(Id),
    agent_id: Opt(Id),
    roles: Opt(Type.Array(Text)),
    ip_address: Opt(Type.String({ maxLength: 128 })),
    user_agent: Opt(Text),
    device: Opt(Bag),
    geo: Opt(Bag),
    auth: Opt(Bag),
    trace_id: Opt(Id),
    span_id: Opt(Id),
    parent_span_id: Opt(Id),
    correlation_id: Opt(Id),
    producer_id: Opt(Id),
    sequence: Opt(Type.Integer({ minimum: 0 })),
    action: Opt(Text),
    model: Opt(Id),
    model_version: Opt(Id),
    params: Opt(Bag),
    prompt_template: Opt(Bag),
    system: Opt(Text),
    prompt: Opt(Text),
    messages: Opt(Type.Array(Message)),
    response: Opt(Text),
    reasoning: Opt(Text),
    finish_reason: Opt(Text),
    prompt_hash: Opt(Text),
    response_hash: Opt(Text),
    rag_query: Opt(Text),
    rag_documents: Opt(Type.Array(RagDocument)),
    tools_called: Opt(Type.Array(ToolCall)),
    tokens_input: Opt(Count),
    tokens_output: Opt(Count),
    tokens_cached: Opt(Count),
    tokens_reasoning: Opt(Count),
    latency_ms: Opt(Count),
    time_to_first_token_ms: Opt(Count),
    cost_usd: Opt(Type.Number({ minimum: -MOST, maximum: MOST })),
    status: Opt(oneOf(STATUSES)),
    error: Opt(Type.Object({ type: Opt(Text), message: Opt(Text), code: Opt(Any), stack: Opt(Text) }, Open)),
    guardrails_triggered: Opt(Type.Array(Guardrail)),
    guardrails_evaluated: Opt(Type.Array(Text)),
    evaluations: Opt(Type.Array(Evaluation)),
    citations: Opt(Type.Array(Any)),
    environment: Opt(Id),
    app_version: Opt(Id),
    service: Opt(Id),
    route: Opt(Id),
    purpose: Opt(Text),
    metric: Opt(Id),
    value: Opt(Type.Number({ minimum: -1e100, maximum: 1e100 })),
    message: Opt(Any),
    memory: Opt(Bag),
    quota: Opt(Bag),
    http: Opt(Bag),
    data_access: Opt(Bag),
    file: Opt(Bag),
    change: Opt(Bag),
    integrity: Opt(Bag),
    review: Opt(Bag),
    attributes: Opt(Bag),
  },
  { additionalProperties: false },
)

export type LogEvent = Static<typeof LogEvent>

/** What redaction did to an event: never the values, only how many of each type. */
export interface RedactionNote {
  /** Version of the built-in rules, e.g. `2`. */
  version: string
  /** First 16 hex digits of the SHA-256 over everything that decides: rules, exceptions, sensitivity. */
  rules: string
  /** Hits by type, e.g. `{ EMAIL: 2 }`; absent types had none. */
  counts: Record<string, number>
  /** Of these, what stood in what the model gave out: `response`, `reasoning`, arguments of the tools that it called. Absent: nothing did. */
  output?: Record<string, number>
  /** JSON Pointers of fields that became a `[REDACTION_FAILED:…]` placeholder. */
  failed?: string[]
  /** Its `user_id` came in as a pseudonym (`user_id_hash`) and stays under any policy. */
  pseudonymous?: true
  /** Who and what was said was taken out of it when its time was over; numbers and classes are left (core/anonymous.ts). */
  anonymised?: true
  /** Ids of canaries (core/canary.ts) that the model gave out, and that it was sent. Absent: none. */
  canaries?: { output?: string[]; input?: string[] }
  /** Names of fields whose text is not kept, and what is: its length and keyed hash, or nothing. */
  withheld?: Record<string, 'hash' | 'drop'>
}

declare const redacted: unique symbol

/** An event that went through the redactor. Only `redactors/` makes one; everything that writes takes nothing else. */
export type RedactedEvent = LogEvent & { redaction: RedactionNote } & { readonly [redacted]: true }

/** The user's question of an event: `prompt`, else the text of the last user message, else `rag_query`; '' where there is none. */
export function promptOf(event: LogEvent): string {
  if (event.prompt !== undefined && event.prompt !== '') return event.prompt
  const last = event.messages?.findLast((m) => m.role === 'user') ?? event.messages?.at(-1)
  return (last === undefined ? '' : contentText(last.content)) || event.rag_query || ''
}

/** The model's answer of an event; '' where there is none. */
export function responseOf(event: LogEvent): string {
  return event.response ?? ''
}

/**
 * What the model read besides its users: documents that were looked up, results of tools and messages of tools, in that
 * order. A result that is no text is told as JSON. Whoever wrote it may be an attacker.
 */
export function contextOf({ rag_documents = [], tools_called = [], messages = [] }: LogEvent): string[] {
  const documents = rag_documents.map((one) => (typeof one === 'string' ? one : (one.content ?? '')))
  const results = tools_called.map((one) => (typeof one === 'string' ? '' : textOf(one.result)))
  const told = messages
    .filter(({ role }) => role === 'tool' || role === 'function')
    .map((one) => contentText(one.content))
  return [...documents, ...results, ...told].filter((text) => text.trim() !== '')
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : contentText(value) || (value === undefined ? '' : JSON.stringify(value))

/** Text of a message's content: a string, or the text parts of a multi-part content, joined by newlines. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part) => (typeof part === 'string' ? part : typeof part?.text === 'string' ? (part.text as string) : ''))
    .filter((text) => text !== '')
    .join('\n')
}
