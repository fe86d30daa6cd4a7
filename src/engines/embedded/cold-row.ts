import type { RedactedEvent } from '../../core/event.ts'
import { seal, unseal } from '../../encryption/seal.ts'
import type { KeyRing } from './key-ring.ts'
import { type Column, FIELDS } from './plain-columns.ts'

/** What the row of an event has that its text would say: its columns, and its `meta` (see `metaOf`). */
export interface RowContent {
  event: Partial<RedactedEvent>
  meta: string | null
}

/** Columns of a row as they stand there, and its `meta`. */
export type ColdColumns = Partial<Record<Column, unknown>> & { meta: string | null }

/**
 * Seals, for copies, what rows have whose texts lie in files: a store that is made of copies cannot read those, and would
 * not know whose they are. It lies under the subject's key as the text does, so it ends with it.
 */
export function coldRows(ring: Pick<KeyRing, 'keyOf'>) {
  return {
    /** Null where the subject has no key any more. */
    seal(event_id: string, subject: Uint8Array, { meta, ...columns }: ColdColumns): Uint8Array | null {
      const key = ring.keyOf(subject)
      if (key === null) return null
      const said = Object.entries(FIELDS).flatMap(([column, field]) => {
        const value = columns[column as Column]
        return value === null || value === undefined || value === '' ? [] : [[field, value]]
      })
      const content = { event: Object.fromEntries(said), meta }
      return seal(key, Buffer.from(JSON.stringify(content)), nameOf(event_id))
    },

    /** Null where there is none, or it does not open. */
    open(event_id: string, subject: Uint8Array, sealed: Uint8Array | undefined): RowContent | null {
      const key = sealed === undefined ? null : ring.keyOf(subject)
      if (sealed === undefined || key === null) return null
      try {
        const { event, meta } = JSON.parse(unseal(key, sealed, nameOf(event_id)).toString('utf8')) as RowContent
        return { event: { ...event, ...redactionIn(meta) }, meta }
      } catch {
        return null
      }
    },
  }
}

/** Whether it is anonymous stands in what redaction noted. */
const redactionIn = (meta: string | null): Pick<Partial<RedactedEvent>, 'redaction'> =>
  meta === null ? {} : (({ redaction }) => (redaction === undefined ? {} : { redaction }))(JSON.parse(meta))

/** A text is sealed under the id alone. */
const nameOf = (event_id: string) => JSON.stringify(['row', event_id])
