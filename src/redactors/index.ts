import type { LogEvent, RedactedEvent } from '../core/event.ts'
import type { RedactionPolicy } from '../core/redaction-policy.ts'
import { redactField } from './field.ts'
import { createIdentifiers, isAddress } from './identifier.ts'
import { numbered, numbersIn } from './numbered.ts'
import { isDigest } from './opaque.ts'
import { createTagger, type Tagger } from './placeholder.ts'
import { fingerprint, type RuleSet, ruleBook, truncatedValue } from './policy.ts'
import type { Rule } from './rule.ts'
import { createScan, type ScanClock, type Span } from './scan.ts'
import { type EventParts, walkEvent } from './walk.ts'

/** Raise when a rule changes what it finds. */
export const VERSION = '2'

/** Texts of so many characters come again and again, and so many of them are remembered. */
const SHORT = 48
const HELD = 4_096

/** Longest text of one field, in bytes. */
const MAX_FIELD_BYTES = 1 << 20

export interface RedactorOptions {
  /** At least 16 random bytes. Whoever has it can link placeholders with values that he guesses. */
  key: Uint8Array
  /** What the house decides; the standard where it says nothing. */
  policy?: RedactionPolicy
  /** In place of the built-in ones. */
  rules?: readonly Rule[]
  /** Default 1 MiB, counted after attachments were taken out. A longer text is replaced whole. */
  maxFieldBytes?: number
  /** Milliseconds of a clock that never goes back: a field that takes the rules too long is replaced whole. Without it none does. */
  elapsed?: () => number
}

export interface Redactor {
  version: string
  /** First 16 hex digits of the SHA-256 over everything that decides what is found. */
  rules: string
  /**
   * A copy with every text redacted, identifiers as the policy wants them, and `redaction` set. Throws nothing;
   * redacting it again changes nothing.
   * @param pseudonymous its `user_id` is a pseudonym that the sender made, and stays under any policy
   */
  event(event: LogEvent, pseudonymous?: boolean): RedactedEvent
  /** Any other text: a question, an error message, a rejected line. */
  text(text: string, tenant?: string): string
  /**
   * What is stored for a raw id: the id itself, or its pseudonym where the policy or a rule wants one. A pseudonym gives
   * itself, so look-ups may pass either. Ids do not depend on the tenant; other fields of text do.
   * @param field `user_id`, `parent_event_id`, …: fields that refer to the same thing share pseudonyms
   */
  identifier(field: string, value: string, tenant?: string): string
  /** Every form in which events may hold what somebody asks for by a raw id: the present one first, then those of before. */
  forms(field: string, value: string, tenant?: string): readonly [string, ...string[]]
  /** The keyed pseudonym of a raw id, whatever the policy keeps of it. */
  pseudonym(field: string, value: string): string
  /** What the rules find in a text of a tenant, in order, with the rule that found it. */
  explain(text: string, tenant?: string): readonly Span[]
}

/** The redactor of one house. Its time is linear in the text. Throws Problem CONFIG_INVALID where the policy cannot be used. */
export function createRedactor({
  key,
  policy = {},
  rules,
  maxFieldBytes = MAX_FIELD_BYTES,
  elapsed,
}: RedactorOptions): Redactor {
  if (key.length < 16) throw new RangeError('the key of the redactor has fewer than 16 bytes')
  const book = ruleBook(policy, rules)
  const by = { version: VERSION, rules: fingerprint(VERSION, book) }
  const keyed = createTagger(key)

  // what is looked for is compiled once for all tenants of the same rules, when the first text of one comes
  const looks = new Map<string, Look>()
  const lookOf = (set: RuleSet): Look => {
    const known = looks.get(set.name) ?? compiled(set, elapsed)
    looks.set(set.name, known)
    return known
  }
  /** Tenants that the policy names, by their stored ids. */
  const named = new Map<string, { raw: string[]; look: Look | null }>()
  const lookFor = (tenant: string): Look => {
    const own = named.get(tenant)
    if (own === undefined) return lookOf(book.of([]))
    own.look ??= lookOf(book.of(own.raw))
    return own.look
  }
  const taggerOf = (tagger: Tagger): Tagger =>
    policy.network_addresses === 'truncate' ? withTruncation(tagger, policy) : tagger
  const kept = taggerOf(keyed)
  const taggerFor = (value: unknown): Tagger =>
    policy.placeholders === 'numbered' ? taggerOf(numbered(keyed, numbersIn(value))) : kept
  const partsOf = (tenant: string, tagger: Tagger): EventParts => {
    const { scan, allows } = lookFor(tenant)
    return { scan, allows, tagger, maxBytes: maxFieldBytes }
  }

  const ids = createIdentifiers({
    policy,
    tagger: keyed,
    // it has a name, so that a number is not taken for one that was sent alone: every ninth passes some check of one digit;
    // but a sentence is a text, wherever it stands
    recognises: (value) =>
      redactField(partsOf('', kept), value, '', { counts: {} }, /[a-z]\s+[a-z]/i.test(value) ? '' : 'id') !== value,
  })
  for (const raw of book.tenants) {
    const stored = ids.plain('tenant_id', raw)
    const known = named.get(stored)
    if (known === undefined) named.set(stored, { raw: [raw], look: null })
    else known.raw.push(raw)
  }

  const text = (value: string, tenant = ''): string =>
    redactField(partsOf(tenant, taggerFor(value)), value, tenant, { counts: {} })
  const forms: Redactor['forms'] = (field, value, tenant) => {
    if (field.endsWith('_id') || (field === 'ip_address' && isAddress(value))) return ids.forms(field, value)
    return [isDigest(field, value) ? value : text(value, tenant)]
  }
  return {
    ...by,
    event: (event, pseudonymous = false) =>
      walkEvent({ partsOf: (tenant) => partsOf(tenant, taggerFor(event)), by, ids }, event, pseudonymous),
    text,
    identifier: (field, value, tenant) => forms(field, value, tenant)[0],
    forms,
    pseudonym: ids.pseudonym,
    explain: (value, tenant = '') => partsOf(tenant, kept).scan(value),
  }
}

/** What is looked for in the texts of a tenant. */
type Look = Pick<EventParts, 'scan' | 'allows'>

function compiled({ rules, allows }: RuleSet, elapsed: ScanClock['elapsed']): Look {
  const scan = createScan(rules, { elapsed })
  /** Short texts in which nothing was found lately: names of models and services, ids of users and sessions. */
  const clean = new Set<string>()
  return {
    allows,
    scan(text, wanted) {
      const short = wanted === undefined && text.length <= SHORT
      if (short && clean.has(text)) return []
      const spans = scan(text, wanted)
      if (short && spans.length === 0) {
        if (clean.size === HELD) clean.clear()
        clean.add(text)
      }
      return spans.filter(
        ({ type, start, end, value }) => !allows(type, text.slice(start, end)) && !allows(type, value),
      )
    },
  }
}

/** Placeholders, but what is left of an address of a machine stands for it. */
const withTruncation = (tagger: Tagger, policy: RedactionPolicy): Tagger => ({
  ...tagger,
  placeholder: (tenant, type, value) => truncatedValue(policy, type, value) ?? tagger.placeholder(tenant, type, value),
})
