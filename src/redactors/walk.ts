import type { LogEvent, RedactedEvent, RedactionNote } from '../core/event.ts'
import type { Allows } from './allow.ts'
import { attachment, inlineContent } from './attachment.ts'
import { redactTurns } from './conversation.ts'
import { type FieldParts, redactField, type Tally } from './field.ts'
import { type Identifiers, isAddress, isPseudonym } from './identifier.ts'
import { isDigest } from './opaque.ts'
import { failed, holdsPlaceholder, isPlaceholder } from './placeholder.ts'
import { isSecretField, isSecretName } from './secrets/assignment.ts'
import type { Path } from './turns.ts'
import { untaken } from './untaken.ts'

/** Fields of the contract with a closed set of values. */
const STRUCTURAL = new Set(['timestamp', 'status', 'redaction'])
/** Fields that hold what the model gave out. */
const OUTPUT: ReadonlySet<string> = new Set(['response', 'reasoning'])
/** Type of an event whose own type was a secret: a placeholder would not be a type. */
const NO_TYPE = 'redacted'
const SENTENCE = /[a-z](?:\s+[a-z]{1,30}){3}/i
const FAILED = /^\[REDACTION_FAILED:/
/** Bags deeper than this become a placeholder. */
const DEPTH = 64
/** Longer names say nothing about their value. */
const NAME_MAX = 64

/** Names that every text may have: none of them tells what it holds. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(
  (
    'content text prompt value values input output message messages query question answer response result results data body ' +
    'args arguments params description details summary note notes comment title items list raw string chunk'
  ).split(' '),
)

/** Names of fields, with those that they are in, that say who somebody is. */
const SOMEBODY =
  /(?:^|[._-])(?:end[._-]?user|user|sub|subject|uid|login|account|customer|member|actor|principal|owner|author|sender|recipient|reviewer|from|to|\w{1,24}_by)(?:[._-]?(?:id|name|key))?$/i

/** What redacts the texts of one event. */
export type EventParts = FieldParts & { allows: Allows }

export interface WalkParts {
  /** @param tenant as it is stored; '' for none */
  partsOf(tenant: string): EventParts
  /** What the note of an event says of the rules. */
  by: Pick<RedactionNote, 'version' | 'rules'>
  ids: Identifiers
}

interface Walk extends EventParts {
  ids: Identifiers
  /** Whether `user_id` is a pseudonym that the sender made. */
  pseudonymous: boolean
  /** An id that is not kept, which other fields may repeat, and what stands for it there. */
  unkept: { id: string; stands: string } | null
  tenant: string
  tally: Tally
  /** Of what the model gave out. */
  output: Tally
  failed: string[]
  path: (string | number)[]
}

/**
 * A copy of the event with every text redacted, identifiers kept, left out or made pseudonymous, and the note of what was
 * done.
 */
export function walkEvent({ partsOf, by, ids }: WalkParts, event: LogEvent, pseudonymous: boolean): RedactedEvent {
  const tenant = event.tenant_id === undefined ? '' : ids.plain('tenant_id', event.tenant_id)
  const before = noteOf(event)
  const parts = partsOf(tenant)
  const named = pseudonymous || before.pseudonymous === true
  const walk: Walk = {
    ...parts,
    ids,
    pseudonymous: named,
    unkept: named ? null : unkept(parts, ids, tenant, event.user_id),
    tenant,
    tally: { counts: {} },
    output: { counts: {} },
    failed: [],
    path: [],
  }
  const turned = redactTurns(walk, event, tenant, (path) => (isOutput(path) ? walk.output : walk.tally))
  for (const path of turned.failed) note(walk, path)
  const fields: Record<string, unknown> = {}
  for (const name of Object.keys(turned.event)) {
    if (name === 'redaction') continue
    const value = turned.event[name as keyof LogEvent]
    walk.path.push(name)
    const kept = topLevel(OUTPUT.has(name) ? { ...walk, tally: walk.output } : walk, name, value)
    walk.path.pop()
    if (kept !== undefined) put(fields, name, kept)
  }
  const { tally, output } = walk
  const redaction: RedactionNote = { ...by, counts: sum(before.counts ?? {}, tally.counts, output.counts) }
  const told = sum(before.output ?? {}, output.counts)
  if (Object.keys(told).length > 0) redaction.output = told
  const all = [...new Set([...(before.failed ?? []), ...walk.failed])]
  if (all.length > 0) redaction.failed = all
  if (walk.pseudonymous) redaction.pseudonymous = true
  if (before.anonymised === true) redaction.anonymised = true
  if (before.canaries !== undefined) redaction.canaries = before.canaries
  if (before.withheld !== undefined) redaction.withheld = before.withheld
  // the only place where the brand is given
  fields.redaction = redaction
  return fields as unknown as RedactedEvent
}

/** Sets a field, also one of the name of the prototype, which an assignment would take for that. */
function put(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') fields[name] = value
  else Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true })
}

/** What is kept of a top-level field; undefined where it is left out. */
function topLevel(walk: Walk, name: string, value: unknown): unknown {
  if (STRUCTURAL.has(name)) return value
  if (typeof value === 'string') return topLevelText(walk, name, value)
  return typeof value === 'object' ? walkValue(walk, value, name, 1) : value
}

function topLevelText(walk: Walk, name: string, value: string): string | undefined {
  const { ids, tenant, tally } = walk
  if (name === 'user_id' && walk.pseudonymous) return ids.plain(name, value)
  if (name.endsWith('_id')) return ids.stored(name, value) ?? undefined
  if (name === 'event_type') return redactField(walk, value, tenant, tally) === value ? value : NO_TYPE
  if (name === 'ip_address') {
    const kept = ids.stored(name, value)
    if (kept === null) return undefined
    if (isAddress(value) || isPseudonym(name, value)) return kept
  }
  return leaf(walk, value, name, '')
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
  const fields: Record<string, unknown> = {}
  const taken = new Set<string>()
  for (const [key, item] of Object.entries(value)) {
    const shown = fieldName(walk, key, taken)
    walk.path.push(shown)
    const of = isCall(walk.path) ? { ...walk, tally: walk.output } : walk
    const kept = inline !== null && item === inline.data
    const about = shown === 'value' ? nameOfValue(value as Record<string, unknown>, name) : shown
    put(fields, shown, kept ? attachment(inline.mime, inline.data) : walkValue(of, item, about, depth + 1))
    walk.path.pop()
  }
  return fields
}

/** What tells of a field that is called `value` that it may hold a secret: `{ name: 'DB_PASSWORD', value }`, `{ password: { value } }`. */
function nameOfValue({ name, key }: Readonly<Record<string, unknown>>, parent: string): string {
  const told = [name, key, parent].find((one) => typeof one === 'string' && one.length <= NAME_MAX && isSecretName(one))
  return (told as string | undefined) ?? 'value'
}

/** The arguments of a tool that the model called are its words. */
const isCall = ([field, , part, ...deeper]: Path): boolean =>
  field === 'tools_called' && part === 'arguments' && deeper.length === 0

const isOutput = (path: Path): boolean => OUTPUT.has(String(path[0])) || isCall(path.slice(0, 3))

/** A field's name, redacted, and different from its neighbours'. */
function fieldName(walk: Walk, key: string, taken: Set<string>): string {
  const redacted = redactField(walk, key, walk.tenant, walk.tally)
  if (FAILED.test(redacted)) note(walk)
  return untaken(redacted, taken)
}

/** The user's id, where the policy keeps something else of it than what a rule would. */
function unkept({ tagger }: EventParts, ids: Identifiers, tenant: string, id: string | undefined): Walk['unkept'] {
  if (id === undefined) return null
  const stored = ids.stored('user_id', id)
  return stored === ids.plain('user_id', id) ? null : { id, stands: stored ?? tagger.placeholder(tenant, 'USER', id) }
}

/** What stands for the user's id in another field that names somebody; null for any other text. */
function repeated({ unkept, path }: Walk, value: string): string | null {
  if (unkept === null || value !== unkept.id) return null
  const names = path.filter((part) => typeof part === 'string').slice(-2)
  return SOMEBODY.test(names.join('.')) ? unkept.stands : null
}

function leaf(walk: Walk, value: string, name: string, context: string): string {
  const stands = repeated(walk, value)
  if (stands !== null) return stands
  if (isDigest(name, value)) return value
  // a name that was redacted itself is no context: a second redaction would see another one
  const telling = context.length <= NAME_MAX && !SAYS_NOTHING.has(context) && !holdsPlaceholder(context)
  const about = telling ? context : ''
  // a sentence speaks for itself, whatever the field is called
  const out = redactField(walk, value, walk.tenant, walk.tally, about !== '' && SENTENCE.test(value) ? '' : about)
  if (FAILED.test(out)) {
    if (out !== value) note(walk)
    return out
  }
  if (about === '' || isPlaceholder(out) || !isSecretField(about, out) || walk.allows('SECRET', out)) return out
  walk.tally.counts.SECRET = (walk.tally.counts.SECRET ?? 0) + 1
  return walk.tagger.placeholder(walk.tenant, 'SECRET', value)
}

/** A whole number with a telling name: a card, a social security number, a numeric password. Short ones are told by the name alone. */
function number(walk: Walk, value: number, name: string): unknown {
  const text = String(value)
  const stands = repeated(walk, text)
  if (stands !== null) return stands
  if (!Number.isSafeInteger(value) || value < 100 || name.length > NAME_MAX) return value
  if (text.length < 7 && !isSecretField(name, text)) return value
  const out = leaf(walk, text, name, name)
  return out === text ? value : out
}

function note(walk: Walk, path: Path = walk.path): void {
  walk.failed.push(path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''))
}

/** What an earlier redaction noted on the same event. */
function noteOf(event: LogEvent): Partial<RedactionNote> {
  return (event as LogEvent & { redaction?: RedactionNote }).redaction ?? {}
}

function sum(...all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const one of all) for (const [type, n] of Object.entries(one)) counts[type] = (counts[type] ?? 0) + n
  return counts
}
