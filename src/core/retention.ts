import Type, { type Static } from 'typebox'
import { ArchiveSettings } from './archive-settings.ts'
import type { ErasedCounts, ReceiptBody } from './erasure.ts'
import { oneOf } from './one-of.ts'
import { RETENTION_PRESETS, type RetentionPreset } from './retention-presets.ts'
import type { Micros } from './window.ts'

const Period = Type.String({ pattern: '^[1-9][0-9]{0,4}d$', description: 'Days, such as 90d.' })
const presets = Object.keys(RETENTION_PRESETS) as RetentionPreset[]

/** One rule of a retention file. A rule that names nothing to select by is of every event. */
export const RetentionEntry = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$', description: 'Receipts bear it.' }),
    preset: Type.Optional(oneOf(presets)),
    event_types: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_.-]{0,63}[*]?$' }), {
        minItems: 1,
        maxItems: 100,
        description: 'Types, or with * at their end what types begin with.',
      }),
    ),
    tenants: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 512 }), { minItems: 1, maxItems: 1000 })),
    tags: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Array(Type.String({ minLength: 1, maxLength: 512 }), { minItems: 1, maxItems: 100 }),
        { description: 'Top-level fields of the event, each with the values of which it has one.' },
      ),
    ),
    from: Type.Optional(oneOf(['receipt', 'timestamp'] as const)),
    keep: Type.Optional(Period),
    delete_after: Type.Optional(Period),
    anonymise_after: Type.Optional(Period),
    archive_after: Type.Optional(Period),
    keep_vectors: Type.Optional(Type.Boolean()),
    beats_minimum: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type RetentionEntry = Static<typeof RetentionEntry>

/** The retention file: how long events are kept at least and at most, and where those lie that are archived. */
export const RetentionSettings = Type.Object(
  {
    rules: Type.Array(RetentionEntry, { minItems: 1, maxItems: 50 }),
    archive: Type.Optional(ArchiveSettings),
  },
  { additionalProperties: false },
)
export type RetentionSettings = Static<typeof RetentionSettings>

/** What a rule does to events, in the order in which it is done; the last ends nothing and moves texts to files. */
export const RETENTION_ACTIONS = ['delete', 'anonymise', 'archive'] as const
export type RetentionAction = (typeof RETENTION_ACTIONS)[number]
/** Those that end something. */
export type EndingAction = Exclude<RetentionAction, 'archive'>

/** A rule as it is applied: presets resolved, tenants as they are stored, periods in microseconds. */
export interface RetentionRule {
  name: string
  /** SHA-256 over the RFC 8785 JSON of all the rest, hex. */
  hash: string
  /** Null: of any. A * at the end stands for any end. */
  event_types: readonly string[] | null
  tenants: readonly string[] | null
  tags: Readonly<Record<string, readonly string[]>>
  /** What periods count from: when the event was received, or the time that it says. */
  from: 'receipt' | 'timestamp'
  /** At least so long; null where it asks nothing. */
  keep: Micros | null
  /** No longer than so with texts and identities, or in the store itself; null where it does not do that. */
  after: Readonly<Record<RetentionAction, Micros | null>>
  /** Ends events although another rule asks to keep them. */
  beats_minimum: boolean
  /** Anonymous events keep their vectors, which tell roughly what was said. */
  keep_vectors: boolean
}

/** Events of one type of one tenant ('' is that of events that name none), those that were made anonymous apart. */
export interface EventClass {
  tenant: string
  event_type: string
  anonymised: 0 | 1
}

/** Whether a rule is of events of a class, as far as its tags fit. */
export const isOf = (
  { tenants, event_types }: Pick<RetentionRule, 'tenants' | 'event_types'>,
  of: EventClass,
): boolean => (tenants?.includes(of.tenant) ?? true) && (event_types?.some((type) => fits(type, of.event_type)) ?? true)

const fits = (type: string, event_type: string) =>
  type.endsWith('*') ? event_type.startsWith(type.slice(0, -1)) : event_type === type

/** What one rule would end now, or move to files. */
export interface RetentionDue {
  rule: string
  action: RetentionAction
  /** Events that end or move, and when the first of them was received. */
  events: number
  /** Those of them whose texts lie in archive files; of these all that was received on one day (UTC) is due at once. */
  cold: number
  since: Micros | null
  /** Events that would, but for a legal hold. One that is under two of them counts for each. */
  held: { hold_id: string; events: number }[]
  /** Events for which another rule asks to keep them longer. */
  clashes: RetentionClash[]
}

/** A minimum that is longer than a maximum. */
export interface RetentionClash {
  /** The rule that asks to keep them. */
  keep: string
  events: number
  /** Whether they stay or go. */
  wins: 'minimum' | 'maximum'
}

/** Place after which a step goes on within one rule. */
export interface RetentionPlace extends EventClass {
  received: Micros
  seq: number
}

/** One step of a run: what is due under one rule, up to a number of events. */
export interface RetentionOrder {
  rules: readonly RetentionRule[]
  /** Which of them, by its position. */
  at: number
  action: EndingAction
  /** What is due by then, so that a run ends what it said it would. */
  now: Micros
  after: RetentionPlace | null
  limit: number
  /** Names the receipt in the ledger. */
  receipt_id: string
  /** Who ordered it. */
  by: string
}

/** A step that was done. */
export interface RetentionStep {
  receipt_id: string
  seq: number
  receipt: ReceiptBody
  counts: ErasedCounts
  next: RetentionPlace
}

/** Every rule that does something, in the order in which they are applied. */
export const retentionSteps = (rules: readonly RetentionRule[]) =>
  RETENTION_ACTIONS.flatMap((action) =>
    rules.flatMap((rule, at) => (rule.after[action] === null ? [] : [{ rule, at, action }])),
  )
