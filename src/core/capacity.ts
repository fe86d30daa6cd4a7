import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

/** What the bytes of a store are for. `rows` hold ids, numbers and leaves; `other` is what is known of entities, records and the rest. */
export const STORE_PARTS = ['rows', 'text', 'words', 'vectors', 'other'] as const
export type StorePart = (typeof STORE_PARTS)[number]
/** Parts that events take, and with which they grow. */
export const EVENT_PARTS = ['rows', 'text', 'words', 'vectors'] as const
export type EventPart = (typeof EVENT_PARTS)[number]

/**
 * How large the store is. `pages`: each table’s pages were counted; `samples`: too large for that, so that parts are lengths of
 * sampled rows times their number, and words are what remains of the file.
 */
export interface StoreSizes {
  how: 'pages' | 'samples'
  /** Of the database, free pages included. */
  file_bytes: number
  /** Free pages, which are filled first. */
  unused_bytes: number
  parts: Readonly<Record<StorePart, number>>
  classes: readonly ClassSize[]
}

/** Events of one type of one tenant whose texts are in the store; of events that name none, the tenant is ''. */
export interface ClassSize {
  tenant: string
  event_type: string
  events: number
  /** Mean length of a sealed text, and mean number of vectors of an event, of those that were sampled. */
  text_mean: number
  vector_mean: number
  /** How many were sampled; 0: the means are those of all classes. */
  sampled: number
  /** Events by the UTC day of their receipt: days since 1970, ascending. */
  by_day: readonly (readonly [day: number, events: number])[]
}

const Bytes = Type.Number({ minimum: 0 })
const days = Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
  description: 'Days until the disk is full under the present rules; null where it is not within ten years.',
})

/** `undercurrent capacity --json`. */
export const CapacityReport = Type.Object({
  made_at: Type.String(),
  how: oneOf(['pages', 'samples'] as const, { description: 'Whether pages were counted or rows sampled.' }),
  disk: Type.Object({
    free_bytes: Bytes,
    unused_bytes: Type.Number({ minimum: 0, description: 'Free pages of the database, which are filled first.' }),
    database_bytes: Bytes,
    beside_bytes: Type.Number({ minimum: 0, description: 'Other files of the data directory: index, keys, journal.' }),
  }),
  parts: Type.Record(oneOf(STORE_PARTS), Bytes),
  classes: Type.Array(
    Type.Object({
      tenant_id: Type.Union([Type.String(), Type.Null()]),
      event_type: Type.String(),
      events: Type.Integer({ minimum: 0 }),
      bytes: Type.Object(
        Object.fromEntries(EVENT_PARTS.map((part) => [part, Bytes])) as Record<EventPart, typeof Bytes>,
      ),
      events_per_day: Type.Number({ minimum: 0, description: 'Median of the last 14 whole days.' }),
      ends_after_days: Type.Union([Type.Number(), Type.Null()], { description: 'By rules without tags; null: never.' }),
    }),
  ),
  growth: Type.Object({
    bytes_per_day: Type.Number({ minimum: 0, description: 'Median of the last 14 whole days, before anything ends.' }),
    days: Type.Integer({ minimum: 0, description: 'Whole days that it rests on.' }),
  }),
  days_until_full: days,
})
export type CapacityReport = Static<typeof CapacityReport>

/** Fewer days until the disk is full are a warning. */
export const FULL_SOON_DAYS = 14
