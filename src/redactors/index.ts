import { createHash } from 'node:crypto'
import type { LogEvent, RedactedEvent } from '../core/event.ts'
import { type FieldParts, redactField } from './field.ts'
import { createTagger } from './placeholder.ts'
import type { Rule } from './rule.ts'
import { RULES } from './rules.ts'
import { createScan, type Span } from './scan.ts'
import { walkEvent } from './walk.ts'

/** Raise when a rule changes what it finds. */
export const VERSION = '2'

/** Longest text of one field, in bytes. */
const MAX_FIELD_BYTES = 1 << 20

export interface RedactorOptions {
  /** At least 16 random bytes. Whoever has it can link placeholders with values that he guesses. */
  key: Uint8Array
  rules?: readonly Rule[]
  /** Default 1 MiB, counted after attachments were taken out. A longer text is replaced whole. */
  maxFieldBytes?: number
}

export interface Redactor {
  version: string
  /** First 16 hex digits of the SHA-256 over everything that decides what is found. */
  rules: string
  /** A copy with every text redacted and `redaction` set. Throws nothing; redacting it again changes nothing. */
  event(event: LogEvent): RedactedEvent
  /** Any other text: a question, an error message, a rejected line. */
  text(text: string, tenant?: string): string
  /**
   * What is stored for a raw id: the id itself, or its pseudonym where the rules recognise it. A pseudonym gives itself, so
   * look-ups may pass either. It does not depend on the tenant.
   * @param field `user_id`, `parent_event_id`, …: fields that refer to the same thing share pseudonyms
   */
  identifier(field: string, value: string): string
}

/** Ids of tracers and the like: hex with a letter in one word, or a UUID. No rule can find anything in them, and they are many. Two letters and two digits may begin an IBAN (DE, BE, AE, …). */
const OPAQUE = /^(?:(?![a-f]{2}\d\d)(?=[0-9]*[a-f])[0-9a-f]{8,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** The redactor of one house. Its time is linear in the text. */
export function createRedactor({ key, rules = RULES, maxFieldBytes = MAX_FIELD_BYTES }: RedactorOptions): Redactor {
  if (key.length < 16) throw new RangeError('the key of the redactor has fewer than 16 bytes')
  const tagger = createTagger(key)
  const by = { version: VERSION, rules: fingerprint(rules) }
  const parts: FieldParts = { scan: createScan(rules), tagger, maxBytes: maxFieldBytes }

  const identifier = (field: string, value: string): string => {
    if (OPAQUE.test(value)) return value
    const out = redactField(parts, value, '', { counts: {} })
    return out === value ? value : tagger.pseudonym(nounOf(field), value)
  }
  return {
    ...by,
    event: (event) => walkEvent(parts, by, identifier, event),
    text: (text, tenant = '') => redactField(parts, text, tenant, { counts: {} }),
    identifier,
  }
}

/** First 16 hex digits of the SHA-256 over the version and the names of the rules. */
const fingerprint = (rules: readonly Rule[]): string =>
  createHash('sha256')
    .update(JSON.stringify([VERSION, rules.map(({ name }) => name)]))
    .digest('hex')
    .slice(0, 16)

/** `user_id` → user; `parent_event_id` and `target_event_id` → event, as the id that they refer to. */
const nounOf = (field: string): string => field.replace(/^(?:parent|target)_/, '').replace(/_id$/, '')

/** What the rules find in a text, in order, with the rule that found it. It builds the scanner anew: for a text now and then. */
export const explain = (text: string): readonly Span[] => createScan(RULES)(text)

export { RULES }
