import {
  FILTER_FIELDS,
  type FilterField,
  NUMBER_FIELDS,
  type NumberBounds,
  type NumberField,
} from '../core/filter-fields.ts'

/** What a word before a colon in a question is: a field of the event, or one of these. */
export type AskedName = FilterField | NumberField | 'concept' | 'since' | 'until'

/** Shorter words for fields, beside their wire names. */
const ALIASES: Readonly<Record<string, AskedName>> = {
  user: 'user_id',
  session: 'session_id',
  conversation: 'session_id',
  tenant: 'tenant_id',
  type: 'event_type',
  event: 'event_id',
  id: 'event_id',
  request: 'request_id',
  parent: 'parent_event_id',
  key: 'api_key_id',
  api_key: 'api_key_id',
  agent: 'agent_id',
  ip: 'ip_address',
  address: 'ip_address',
  trace: 'trace_id',
  span: 'span_id',
  correlation: 'correlation_id',
  producer: 'producer_id',
  finish: 'finish_reason',
  hash: 'prompt_hash',
  env: 'environment',
  version: 'app_version',
  app: 'app_version',
  document: 'document_id',
  doc: 'document_id',
  provider: 'tool_provider',
  prompt_template: 'template',
  guardrail: 'guardrail_rule',
  rule: 'guardrail_rule',
  category: 'guardrail_category',
  eval: 'evaluation',
  error: 'error_type',
  subject: 'auth_subject',
  device: 'device_id',
  canary: 'canary_output',
  latency: 'latency_ms',
  duration: 'latency_ms',
  ttft: 'time_to_first_token_ms',
  tokens: 'tokens_total',
  input_tokens: 'tokens_input',
  output_tokens: 'tokens_output',
  cost: 'cost_usd',
  after: 'since',
  before: 'until',
}

const NAMES: ReadonlySet<string> = new Set([
  ...FILTER_FIELDS,
  ...Object.keys(NUMBER_FIELDS),
  'concept',
  'since',
  'until',
])

/** The field that a word names, in any case; null where it names none. */
export function fieldNamed(word: string): AskedName | null {
  const name = word.toLowerCase()
  if (NAMES.has(name)) return name as AskedName
  return Object.hasOwn(ALIASES, name) ? ALIASES[name]! : null
}

export const isNumber = (name: AskedName): name is NumberField => Object.hasOwn(NUMBER_FIELDS, name)

/** Names that may stand before a value without a colon: "from user bob". */
export const SPOKEN_NAMES: Readonly<Record<string, FilterField>> = {
  user: 'user_id',
  session: 'session_id',
  tenant: 'tenant_id',
  agent: 'agent_id',
  model: 'model',
  tool: 'tool',
  route: 'route',
  document: 'document_id',
  template: 'template',
  address: 'ip_address',
}

const SCALES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ms: { '': 1, us: 0.001, ms: 1, s: 1_000, sec: 1_000, m: 60_000, min: 60_000, h: 3_600_000 },
  tokens: { '': 1, k: 1_000, m: 1_000_000, t: 1 },
  usd: { '': 1, $: 1, usd: 1, c: 0.01 },
}

const QUANTITY = /^\$?(\d{1,15}(?:\.\d{1,9})?)([a-z$]{0,3})$/

/**
 * What a comparison says: `>2s`, `<=1000`, `1s..5s`, `2s..`, `200`. Durations in milliseconds unless a unit says
 * otherwise (us, ms, s, min, h), tokens with k or m, costs in US dollars. Null where it cannot be read.
 * @param negated turns a bound round; a range or a single value cannot be
 */
export function boundsOf(name: NumberField, text: string, negated: boolean): NumberBounds | null {
  const scale = SCALES[NUMBER_FIELDS[name]]!
  const number = (said: string): number | null => {
    const [, digits, unit] = QUANTITY.exec(said.toLowerCase()) ?? []
    return digits === undefined || !Object.hasOwn(scale, unit!) ? null : Number(digits) * scale[unit!]!
  }
  const compared = /^(>=|<=|>|<|=)?(.*)$/s.exec(text)!
  const [, sign = '', rest = ''] = compared
  const range = sign === '' ? /^(.*)\.\.(.*)$/s.exec(rest) : null
  if (range !== null) {
    const [min, max] = [range[1]!, range[2]!].map((end) => (end === '' ? undefined : number(end)))
    if (negated || min === null || max === null || (min === undefined && max === undefined)) return null
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
  }
  const value = number(rest)
  if (value === null) return null
  const kind = negated ? OPPOSITES[sign] : SIGNS[sign]
  if (kind === undefined) return null
  return kind === 'equal' ? { min: value, max: value } : { [kind]: value }
}

const SIGNS: Readonly<Record<string, keyof NumberBounds | 'equal'>> = {
  '>': 'above',
  '>=': 'min',
  '<': 'below',
  '<=': 'max',
  '=': 'equal',
  '': 'equal',
}
const OPPOSITES: Readonly<Record<string, keyof NumberBounds>> = { '>': 'max', '>=': 'below', '<': 'min', '<=': 'above' }
