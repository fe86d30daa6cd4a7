import { createHmac } from 'node:crypto'
import { promptOf, type RedactedEvent } from '../../core/event.ts'
import { LABEL_FIELDS, LABEL_PATHS } from '../../core/filter-fields.ts'
import { addressDigits } from '../../core/ip-range.ts'
import { readableOf } from '../../core/withheld.ts'
import type { Connection } from './connection.ts'

/** Values of an event by the name that they are found by. */
export type Labels = Record<string, string[]>

/** Longer strings name nothing, and those of several lines neither. */
const MOST_CHARACTERS = 200
/** Values of one name that are kept of an event. */
const MOST_VALUES = 64
/** Shorter contents are the same in many events that have nothing to do with each other ("ok", "[]"). */
const LEAST_CHARACTERS = 24
const HASH_DIGITS = 32

/**
 * What of an event is indexed by value: names and ids inside its objects and lists, its addresses in a form that sorts, and
 * keyed hashes of contents that other events may share (`tool_result`, `document_content`, `prompt_key`). Nothing of it is
 * text: a hash tells nothing to whoever has not the key, and a string that holds blanks is no id of a document or tool.
 * @param key of the hashes
 */
export function labelsOf(event: RedactedEvent, key: Uint8Array): Labels {
  const labels: Labels = {}
  const put = (name: string, values: readonly (string | null)[]) => {
    const kept = [...new Set(values)].filter((value) => value !== null).slice(0, MOST_VALUES)
    if (kept.length > 0) labels[name] = kept
  }
  for (const name of LABEL_FIELDS)
    put(
      name,
      LABEL_PATHS[name].flatMap((path) => valuesAt(event, path.split('.')).map((value) => nameIn(value, path))),
    )
  const hash = (content: unknown): string | null => {
    const text = typeof content === 'string' ? content : content === undefined ? '' : JSON.stringify(content)
    const plain = text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
    if (plain.length < LEAST_CHARACTERS) return null
    return createHmac('sha256', key).update(plain).digest('hex').slice(0, HASH_DIGITS)
  }
  if (event.ip_address !== undefined) put('ip', event.ip_address.split(',').slice(0, 16).map(addressDigits))
  if (event.tools_called !== undefined) put('tool_result', valuesAt(event, ['tools_called[]', 'result']).map(hash))
  if (event.rag_documents !== undefined)
    put('document_content', valuesAt(event, ['rag_documents[]', 'content']).map(hash))
  const prompt = readableOf(promptOf(event))
  if (prompt !== '') put('prompt_key', [hash(prompt)])
  return labels
}

/** The key of the hashes in the labels of a store. It lies in the store, which is encrypted, and never leaves it. */
export const labelKey = (db: Connection): Uint8Array =>
  db.prepare<[], Buffer>('select key from label_key').pluck().get()!

/** What stands at a path; of a list, what stands in each. */
function valuesAt(value: unknown, [step, ...rest]: readonly string[]): unknown[] {
  if (step === undefined) return value === undefined || value === null ? [] : [value]
  if (typeof value !== 'object' || value === null) return []
  const name = step.replace('[]', '')
  const member = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
  if (!step.endsWith('[]')) return valuesAt(member, rest)
  return Array.isArray(member) ? member.flatMap((one) => valuesAt(one, rest)) : []
}

/** A value as a name; null where it is none. What stands for a whole document or tool has no blanks. */
function nameIn(value: unknown, path: string): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string' || value === '' || value.length > MOST_CHARACTERS || /[\r\n]/.test(value)) return null
  return path.endsWith('[]') && path !== 'roles[]' && /\s/.test(value) ? null : value
}
