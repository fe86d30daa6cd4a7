import type { RedactedEvent } from '../../core/event.ts'
import { type Member, membersOf, textOf } from '../../ledger/leaf.ts'
import { labelsOf } from './event-labels.ts'
import { COLUMNS } from './filter.ts'

/** Longer strings name nothing and class nothing. */
const MOST_CHARACTERS = 512

/** Fields whose strings are texts, however short. */
const TEXTS: ReadonlySet<string> = new Set(['prompt', 'response', 'system', 'reasoning', 'rag_query', 'message'])

/**
 * JSON of what an event can be filtered and grouped by besides its columns: its top-level strings, numbers and
 * booleans that are no texts, the note of what redaction did, and its labels (see event-labels.ts). Not sealed, as the columns
 * are not.
 * @param key of the hashes among the labels; null for none of the labels
 * @param members of the event
 */
export function metaOf(
  event: RedactedEvent,
  key: Uint8Array | null,
  members: readonly Member[] = membersOf(event),
): string {
  const labels = key === null ? {} : labelsOf(event, key)
  const own = Object.keys(labels).length === 0 ? [] : membersOf({ labels })
  return textOf([
    ...own,
    ...members.filter(([name]) => {
      const value = event[name as keyof RedactedEvent] as unknown
      return (
        typeof value === 'number' ||
        typeof value === 'boolean' ||
        name === 'redaction' ||
        (typeof value === 'string' && value.length <= MOST_CHARACTERS && !COLUMNS.has(name) && !TEXTS.has(name))
      )
    }),
  ])
}
