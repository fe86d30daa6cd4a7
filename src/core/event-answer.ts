import Type, { type Static } from 'typebox'
import { LogEvent } from './event.ts'
import { oneOf } from './one-of.ts'
import { ENTITY_TYPES, SEVERITIES } from './score.ts'

const EntityScore = Type.Object({
  entity_type: oneOf(ENTITY_TYPES),
  entity_id: Type.String(),
  score: Type.Number({ description: '0 to 100' }),
  severity: oneOf(SEVERITIES),
})

/** An event as it is stored, and what is known about it. */
export const EventAnswer = Type.Object(
  {
    ...LogEvent.properties,
    redaction: Type.Object(
      {
        version: Type.String(),
        rules: Type.String(),
        counts: Type.Record(Type.String(), Type.Number()),
        output: Type.Optional(Type.Record(Type.String(), Type.Number())),
        failed: Type.Optional(Type.Array(Type.String())),
        pseudonymous: Type.Optional(Type.Boolean()),
        anonymised: Type.Optional(Type.Boolean()),
        canaries: Type.Optional(
          Type.Object(
            { output: Type.Optional(Type.Array(Type.String())), input: Type.Optional(Type.Array(Type.String())) },
            { description: 'Names of canaries that the model gave out, and that it was sent.' },
          ),
        ),
        withheld: Type.Optional(Type.Record(Type.String(), Type.String())),
      },
      { description: 'What was replaced before the event was stored, by type.' },
    ),
    concepts: Type.Record(Type.String(), Type.Number(), { description: 'Probability of each concept, 0 to 1.' }),
    scores: Type.Array(EntityScore, { description: 'Present risk of the user, session, … that the event is about.' }),
    neighbours: Type.Array(Type.String(), { description: 'Ids of the events nearest in meaning, nearest first.' }),
  },
  { additionalProperties: false },
)
export type EventAnswer = Static<typeof EventAnswer>
