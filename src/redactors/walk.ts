import { isIP } from 'node:net'
import type { LogEvent, RedactedEvent, RedactionNote } from '../core/event.ts'
import { attachment, inlineContent } from './attachment.ts'
import { type FieldParts, redactField, type Tally } from './field.ts'
import { failed, holdsPlaceholder, isPlaceholder } from './placeholder.ts'
import { isSecretField } from './secrets/assignment.ts'

/** Fields of the contract with a closed set of values. */
const STRUCTURAL = new Set(['timestamp', 'status', 'redaction'])
/** Type of an event whose own type was a secret: a placeholder would not be a type. */
const NO_TYPE = 'redacted'
/** Names of fields that hold a digest, and what a digest looks like: never digits alone (a card), nor the beginning of an IBAN. */
const DIGEST_FIELD = /(?:^|_)(?:hash|sha256|sha1|sha512|md5|digest|etag|checksum)$/
const DIGEST =
  /^(?:(?:sha-?(?:1|256|384|512)|md5|blake[23]b?|xxh\d{1,3})[:-])?(?![a-f]{2}\d\d)(?=\d*[a-f])[0-9a-f]{16,128}$|^(?:sha\d{3}[:-])?[A-Za-z0-9+/_-]{27,86}={1,2}$/i
const FAILED = /^\[REDACTION_FAILED:/
/** Bags deeper than this become a placeholder. */
const DEPTH = 64
/** Longer names say nothing about their value. */
const NAME_MAX = 64

/** What `identifier` does to a raw id. */
export type Identify = (field: string, value: string) => string

/** What the note of an event says of the rules. */
export type RuleSet = Pick<RedactionNote, 'version' | 'rules'>

interface Walk extends FieldParts {
  tenant: string
  tally: Tally
  failed: string[]
  path: (string | number)[]
}

/** A copy of the event with every text redacted, identifiers kept or made pseudonymous, and the note of what was done. */
export function walkEvent(parts: FieldParts, by: RuleSet, identify: Identify, event: LogEvent): RedactedEvent {
  const tenant = event.tenant_id === undefined ? '' : identify('tenant_id', event.tenant_id)
  const before = noteOf(event)
  const walk: Walk = { ...parts, tenant, tally: { counts: { ...before.counts } }, failed: [], path: [] }
  const fields: [string, unknown][] = []
  for (const [name, value] of Object.entries(event)) {
    if (STRUCTURAL.has(name)) {
      if (name !== 'redaction') fields.push([name, value])
    } else if (typeof value === 'string') {
      fields.push([name, topLevel(walk, identify, name, value)])
    } else if (typeof value === 'object' && value !== null) {
      walk.path.push(name)
      fields.push([name, walkValue(walk, value, name, 1)])
      walk.path.pop()
    } else fields.push([name, value])
  }
  const all = [...new Set([...(before.failed ?? []), ...walk.failed])]
  const redaction: RedactionNote = { ...by, counts: walk.tally.counts, ...(all.length === 0 ? {} : { failed: all }) }
  // the only place where the brand is given
  return { ...Object.fromEntries(fields), redaction } as unknown as RedactedEvent
}

function topLevel(walk: Walk, identify: Identify, name: string, value: string): string {
  if (name.endsWith('_id')) return identify(name, value)
  if (name === 'event_type') return redactField(walk, value, walk.tenant, walk.tally) === value ? value : NO_TYPE
  if (name === 'ip_address' && value.split(',').every((part) => isIP(bareAddress(part)) !== 0)) return value
  walk.path.push(name)
  const out = leaf(walk, value, name, '')
  walk.path.pop()
  return out
}

/** Without brackets, port, zone and blanks. */
function bareAddress(part: string): string {
  const bare = part
    .trim()
    .replace(/^\[(.{2,64})\](?::\d{1,5})?$/, '$1')
    .replace(/%\w{1,16}$/, '')
  return bare.replace(/^((?:\d{1,3}\.){3}\d{1,3}):\d{1,5}$/, '$1')
}

/** @param name of the field that holds the value; that of the list for the members of one */
function walkValue(walk: Walk, value: unknown, name: string, depth: number): unknown {
  if (typeof value === 'string') return leaf(walk, value, name, name)
  if (typeof value === 'number') return number(walk, value, name)
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEPTH) {
    note(walk)
    return failed('too-deep')
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      walk.path.push(index)
      const out = walkValue(walk, item, name, depth + 1)
      walk.path.pop()
      return out
    })
  }
  const inline = inlineContent(value as Record<string, unknown>)
  const fields: [string, unknown][] = []
  const taken = new Set<string>()
  for (const [key, item] of Object.entries(value)) {
    const shown = fieldName(walk, key, taken)
    walk.path.push(shown)
    const kept = inline !== null && item === inline.data
    fields.push([shown, kept ? attachment(inline.mime, inline.data) : walkValue(walk, item, shown, depth + 1)])
    walk.path.pop()
  }
  // fromEntries makes own fields even of __proto__
  return Object.fromEntries(fields)
}

/** A field's name, redacted, and different from its neighbours'. */
function fieldName(walk: Walk, key: string, taken: Set<string>): string {
  const redacted = redactField(walk, key, walk.tenant, walk.tally)
  if (FAILED.test(redacted)) note(walk)
  let shown = redacted
  for (let n = 2; taken.has(shown); n++) shown = `${redacted}#${n}`
  taken.add(shown)
  return shown
}

function leaf(walk: Walk, value: string, name: string, context: string): string {
  if (DIGEST_FIELD.test(name) && DIGEST.test(value)) return value
  // a name that was redacted itself is no context: a second redaction would see another one
  const about = context.length <= NAME_MAX && !holdsPlaceholder(context) ? context : ''
  const out = redactField(walk, value, walk.tenant, walk.tally, about)
  if (FAILED.test(out)) {
    if (out !== value) note(walk)
    return out
  }
  if (about === '' || isPlaceholder(out) || !isSecretField(about, out)) return out
  walk.tally.counts.SECRET = (walk.tally.counts.SECRET ?? 0) + 1
  return walk.tagger.placeholder(walk.tenant, 'SECRET', value)
}

/** A whole number with a telling name: a card, a social security number, a numeric password. Short ones are told by the name alone. */
function number(walk: Walk, value: number, name: string): unknown {
  if (!Number.isSafeInteger(value) || value < 100 || name.length > NAME_MAX) return value
  const text = String(value)
  if (text.length < 7 && !isSecretField(name, text)) return value
  const out = leaf(walk, text, name, name)
  return out === text ? value : out
}

function note(walk: Walk): void {
  walk.failed.push(walk.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''))
}

/** What an earlier redaction noted on the same event. */
function noteOf(event: LogEvent): Pick<RedactionNote, 'counts' | 'failed'> {
  const { redaction } = event as LogEvent & { redaction?: RedactionNote }
  return redaction ?? { counts: {} }
}
