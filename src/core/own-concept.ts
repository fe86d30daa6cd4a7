import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

/** What can be said of concepts over the API, and what it answers. */

/** A concept's name: what marks of the house are found by. */
export const CONCEPT_NAME = '^[a-z][a-z0-9_-]{0,63}$'
/** Examples of either kind, and characters of one. */
export const MOST_EXAMPLES = 500
export const EXAMPLE_LENGTH = 16_384
/** Own concepts of one tenant, or of the house: each costs a little for every event. */
export const MOST_CONCEPTS = 50

const READS = ['prompt', 'response', 'any'] as const

const Example = Type.Union(
  [
    Type.String({ minLength: 1, maxLength: EXAMPLE_LENGTH }),
    Type.Object({ text: Type.String({ minLength: 1, maxLength: EXAMPLE_LENGTH }) }, { additionalProperties: false }),
    Type.Object({ event_id: Type.String({ minLength: 1, maxLength: 512 }) }, { additionalProperties: false }),
  ],
  { description: 'A text, or the id of an event; a string that is the id of an event is one.' },
)
export type ExampleAsk = Static<typeof Example>

export const ConceptAsk = Type.Object(
  {
    description: Type.String({ minLength: 1, maxLength: 2_000 }),
    reads: Type.Optional(
      oneOf(READS, {
        description: 'Which text of an event it is about; of any (default), each, and the more probable one counts.',
      }),
    ),
    positives: Type.Array(Example, { maxItems: MOST_EXAMPLES }),
    negatives: Type.Optional(Type.Array(Example, { maxItems: MOST_EXAMPLES })),
    aliases: Type.Optional(
      Type.Array(Type.String({ minLength: 2, maxLength: 64 }), {
        maxItems: 20,
        description: 'Further words by which a question finds it, as verbs: "ask for a refund".',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ConceptAsk = Static<typeof ConceptAsk>

const Nullable = Type.Union([Type.String(), Type.Null()])
const Share = Type.Number({ minimum: 0, maximum: 1 })
const ShareWithInterval = Type.Union(
  [
    Type.Object({ value: Share, low: Share, high: Share }, { description: 'With its 95 % interval (Wilson).' }),
    Type.Null(),
  ],
  { description: 'Null where there was nothing to divide by.' },
)

const Report = Type.Object(
  {
    precision: ShareWithInterval,
    recall: ShareWithInterval,
    positives: Type.Integer(),
    negatives: Type.Integer(),
    background: Type.Integer({ description: 'Ordinary texts and stored ones that stood for whatever else there is.' }),
    labels: Type.Integer({ description: 'Examples that came from feedback.' }),
    calibration: Type.Object({ method: oneOf(['isotonic', 'platt', 'none', 'shipped']), note: Type.String() }),
    notes: Type.Array(Type.String()),
  },
  { description: 'Cross-validated: each example judged by a model that had not seen it.' },
)

const Quality = Type.Object(
  {
    precision: Type.Number(),
    recall: Type.Number(),
    f1: Type.Number(),
    average_precision: Type.Number(),
    n: Type.Number(),
  },
  { description: 'Measured on texts that were not fitted on.' },
)

const Card = Type.Object(
  {
    definition: Type.String({ description: 'What counts and what does not.' }),
    positives: Type.Array(Type.String(), { description: 'A few texts that are meant.' }),
    negatives: Type.Array(Type.String(), { description: 'A few that only look like it.' }),
    confusions: Type.Array(Type.String(), { description: 'What it is known to be mistaken for.' }),
    measured: Type.Array(
      Type.Object({
        on: Type.String(),
        language: Type.String({ description: 'BCP 47' }),
        n: Type.Integer({ description: 'Texts judged.' }),
        precision: Type.Optional(Share),
        recall: Type.Optional(Share),
        f1: Type.Optional(Share),
        average_precision: Type.Optional(Share),
        matches_per_1000: Type.Optional(
          Type.Number({ description: 'Of texts without labels; where the concept is rare, mostly false alarms.' }),
        ),
      }),
      { description: 'On texts that it was not fitted on, at the threshold.' },
    ),
    fitted_on: Type.String(),
    calibration: oneOf(['isotonic', 'platt', 'none'], { description: 'None: a rule, or too few texts to tell.' }),
  },
  { description: 'What a concept of the package means, what it was made of and how well it is told.' },
)

const described = {
  name: Type.String(),
  description: Type.String(),
  reads: oneOf([...READS, 'context']),
  threshold: Type.Number({ description: 'Probability from which an event counts as a match.' }),
  quality: Quality,
  aliases: Type.Array(Type.String(), { description: 'Further words by which a question finds it.' }),
  tenant_id: Type.Union([Type.String(), Type.Null()], {
    description: 'Whose it is, and of whose events it speaks; null: of the house.',
  }),
  built_in: Type.Boolean({ description: 'It comes with the package.' }),
}

/** A fit that is kept nowhere. */
export const ConceptTrial = Type.Object({ ...described, cross_validated: Report })
export type ConceptTrial = Static<typeof ConceptTrial>

export const ConceptItem = Type.Object({
  ...described,
  version: Type.Integer({ minimum: 1, description: 'The one that answers.' }),
  newest_version: Type.Integer({ minimum: 1 }),
  scoring: Type.Boolean({
    description: 'The newest is still being brought to stored events; a search says in not_examined how many wait.',
  }),
  corrected: Type.Boolean({ description: 'A built-in one that labels have corrected.' }),
  card: Type.Union([Card, Type.Null()], { description: 'As shipped; null of one that somebody made.' }),
})
export type ConceptItem = Static<typeof ConceptItem>

export const ConceptAnswer = Type.Object({
  ...ConceptItem.properties,
  cross_validated: Type.Union([Report, Type.Null()], { description: 'Of the newest version; null of one as shipped.' }),
  examples: Type.Union(
    [
      Type.Object({
        positives: Type.Array(Example),
        negatives: Type.Array(Example),
      }),
      Type.Null(),
    ],
    { description: 'Of the newest version; texts are left out for a key that sees none.' },
  ),
})
export type ConceptAnswer = Static<typeof ConceptAnswer>

export const ConceptVersionItem = Type.Object({
  version: Type.Integer(),
  at: Type.String({ description: 'ISO 8601' }),
  by: Nullable,
  how: oneOf(['shipped', 'fitted', 'labels', 'restored']),
  of: Type.Union([Type.Integer(), Type.Null()], { description: 'Of restored: which version it repeats.' }),
  state: oneOf(['answers', 'scoring', 'waiting', 'kept']),
  threshold: Type.Number(),
  quality: Quality,
  examples: Type.Union([Type.Integer(), Type.Null()]),
})
export type ConceptVersionItem = Static<typeof ConceptVersionItem>
