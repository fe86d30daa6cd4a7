import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

/** What events may share with one of them. */
export const SHARED_BY = ['document', 'tool_result', 'template', 'prompt'] as const

const Count = Type.Integer({ minimum: 0 })
const Ids = Type.Array(Type.String())
const When = Type.Union([Type.String(), Type.Null()])

const reach = {
  events: Type.Integer({ minimum: 0, description: 'Events that share it, the event itself among them.' }),
  users: Ids,
  sessions: Ids,
  answers: Type.Array(Type.String(), { description: 'Ids of the completions among them, newest first.' }),
  users_total: Count,
  sessions_total: Count,
  answers_total: Count,
  first_seen: When,
  last_seen: When,
}

/** Whom something reached that stands in an event: who shares a document, tool result, template or near-identical prompt with it. */
export const AffectedAnswer = Type.Object({
  event_id: Type.String(),
  shared: Type.Array(
    Type.Object({
      by: oneOf(SHARED_BY),
      key: Type.String({
        description: 'Id of the document, name and version of the template, or a keyed hash of the content.',
      }),
      ...reach,
    }),
  ),
  /** Of all that is shared, each event once. */
  total: Type.Object(reach),
  complete: Type.Boolean({
    description: 'False where more events share something than are looked at; the newest are, and `events` counts all.',
  }),
})
export type AffectedAnswer = Static<typeof AffectedAnswer>
