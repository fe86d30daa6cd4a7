import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'
import { CONCEPT_NAME } from './own-concept.ts'
import { Estimates } from './search.ts'

/** What somebody says of an event and a concept, or of a finding. */

/** Kind of records. */
export const LABEL = 'label'

const Id = Type.String({ minLength: 1, maxLength: 512 })

export const FeedbackAsk = Type.Object(
  {
    event_id: Type.Optional(Id),
    concept: Type.Optional(Type.String({ pattern: CONCEPT_NAME })),
    finding_id: Type.Optional(Id),
    search_id: Type.Optional(
      Type.String({
        maxLength: 64,
        description: 'The search that handed the event out; the concept is then that of the search, where it has one.',
      }),
    ),
    label: Type.Boolean({ description: 'Whether the event is one of the concept, or the finding was right.' }),
    note: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  { additionalProperties: false, description: 'An event and a concept or a search, or a finding.' },
)
export type FeedbackAsk = Static<typeof FeedbackAsk>

const Nullable = Type.Union([Type.String(), Type.Null()])

export const Label = Type.Object({
  event_id: Nullable,
  concept: Nullable,
  finding_id: Nullable,
  label: Type.Boolean(),
  note: Nullable,
  by: Type.String({ description: 'As the audit names whoever gave it.' }),
  at: Type.String({ description: 'ISO 8601' }),
  tenant_id: Type.Union([Type.String(), Type.Null()], {
    description: 'Whose concept it is about; null: of the house.',
  }),
})
export type Label = Static<typeof Label>

export const FeedbackAnswer = Type.Object({
  given: Label,
  refit: Type.Object(
    {
      outcome: oneOf(['refitted', 'scheduled', 'none']),
      version: Type.Union([Type.Integer(), Type.Null()], { description: 'Of refitted: the new version.' }),
      note: Type.String(),
    },
    { description: 'What became of the concept.' },
  ),
  finding_status: Nullable,
  search: Type.Optional(
    Type.Object({
      search_id: Type.String(),
      counted: Type.Boolean({ description: 'False of an event that the search did not hand out.' }),
      estimates: Estimates,
    }),
  ),
})
export type FeedbackAnswer = Static<typeof FeedbackAnswer>

/** A label as it is kept. */
export interface LabelRecord {
  /** Name that marks of the concept carry; null of a finding. */
  concept: string | null
  /** What the concept is called. */
  called: string | null
  finding_id: string | null
  /** Null where it was withdrawn, `[erased]` where the event was erased. */
  event_id: string | null
  label: boolean
  note: string | null
  by: string
  at: string
  /** A withdrawn one says nothing any more. */
  state: 'given' | 'withdrawn'
}
