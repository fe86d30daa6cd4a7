import type { FittedConcept } from '../../core/concept.ts'
import type { KeptExamples } from '../../core/concept-record.ts'
import { type LogEvent, promptOf, responseOf } from '../../core/event.ts'
import type { ExampleAsk } from '../../core/own-concept.ts'
import type { Engine } from '../../core/ports.ts'
import { type FieldError, Problem } from '../../core/problem.ts'
import { readableOf } from '../../core/withheld.ts'
import type { Redactor } from '../../redactors/index.ts'
import type { FitAsk } from './fit.ts'

/** What a concept is fitted on: the texts of an event that it reads, or a text. */
export interface Example {
  texts: string[]
  label: boolean
  /** Equal texts, and the texts of one event, are one group. */
  group: string
  event_id: string | null
  /** It came from feedback. */
  labelled: boolean
  background: boolean
}

interface ExampleParts {
  engine: Pick<Engine, 'events'>
  redactor: Pick<Redactor, 'text' | 'forms'>
}

/** Events that one question to the store reads. */
const READ = 200

/**
 * The examples that were given, with their texts. Of labels those of events that are still there; one of an event that is an
 * example as well goes before it. Throws BAD_REQUEST that names each place at which no example stands.
 */
export async function examplesOf(parts: ExampleParts, ask: FitAsk): Promise<Example[]> {
  const given = [
    ...ask.positives.map((example, i) => ({ example, label: true, path: `/positives/${i}` })),
    ...ask.negatives.map((example, i) => ({ example, label: false, path: `/negatives/${i}` })),
  ]
  const labels = ask.labels ?? []
  const raw = [...given.flatMap(({ example }) => idIn(example) ?? []), ...labels.map(({ event_id }) => event_id)]
  const events = await eventsOf(parts, raw, ask.tenant_id)
  const labelOf = new Map(labels.map(({ event_id, label }) => [event_id, label]))

  const errors: FieldError[] = []
  const found = new Map<string, Example>()
  const add = (path: string, example: Example | string) => {
    if (typeof example === 'string') errors.push({ path, message: example })
    else found.set(example.group, example)
  }
  for (const { example, label, path } of given) {
    const id = idIn(example)
    const event = id === null ? undefined : events.get(id)
    if (event !== undefined) {
      const made = ofEvent(event, ask.reads, labelOf.get(event.event_id) ?? label, false)
      if (made !== null || ask.lenient !== true) add(path, made ?? NO_TEXT)
    } else if (isId(example)) {
      if (ask.lenient !== true) add(path, NO_EVENT)
    } else if (!ask.texts) add(path, NO_WORDS)
    else {
      const text = parts.redactor.text(typeof example === 'string' ? example : 'text' in example ? example.text : '')
      add(path, text.trim() === '' ? BLANK : ofText(text, label))
    }
  }
  for (const { event_id, label } of labels) {
    const event = events.get(event_id)
    const made = event === undefined ? null : ofEvent(event, ask.reads, label, true)
    if (made !== null) found.set(made.group, made)
  }
  if (errors.length > 0) {
    const more = errors.length === 1 ? '' : `, and ${errors.length - 1} more`
    throw new Problem('BAD_REQUEST', `${errors[0]!.path.slice(1)} ${errors[0]!.message}${more}`, { errors })
  }
  return [...found.values()]
}

const NO_EVENT = 'is the id of no event that you see; a text of one word is given as {"text": …}'
const NO_TEXT = 'is an event without a text that is kept and that the concept reads'
const NO_WORDS = 'is a text, and this key sees none: name events'
const BLANK = 'is blank'

/** What may be the id of an event: a string without a blank, or what is said to be one. */
function idIn(example: ExampleAsk): string | null {
  if (typeof example === 'string') return example.length <= 512 && !/\s/.test(example.trim()) ? example.trim() : null
  return 'event_id' in example ? example.event_id : null
}

/** A bare word is taken for an id, so that one that was mistyped is told of rather than learnt. */
const isId = (example: ExampleAsk): boolean => idIn(example) !== null

/** What is kept of examples: texts as they were redacted, and of events their ids. Those of feedback are kept as labels. */
export function keptOf(examples: readonly Example[]): KeptExamples {
  const of = (label: boolean) => {
    const own = examples.filter((one) => one.label === label && !one.labelled)
    return {
      texts: own.flatMap(({ event_id, texts }) => (event_id === null ? texts : [])),
      event_ids: own.flatMap(({ event_id }) => event_id ?? []),
    }
  }
  return { positives: of(true), negatives: of(false) }
}

/** Kept examples as they can be given again. */
export function askedAgain({ positives, negatives }: KeptExamples): {
  positives: ExampleAsk[]
  negatives: ExampleAsk[]
} {
  const of = ({ texts, event_ids }: KeptExamples['positives']): ExampleAsk[] => [
    ...texts.map((text) => ({ text })),
    ...event_ids.map((event_id) => ({ event_id })),
  ]
  return { positives: of(positives), negatives: of(negatives) }
}

/** Readable texts of an event that a concept reads; of one that judges passages of its context none, since a label tells of no passage. */
export function textsOf(event: LogEvent, reads: FittedConcept['reads']): string[] {
  if (reads === 'context') return []
  const [prompt, response] = [readableOf(promptOf(event)), readableOf(responseOf(event))]
  return (reads === 'prompt' ? [prompt] : reads === 'response' ? [response] : [prompt, response]).filter(
    (text) => text.trim() !== '',
  )
}

function ofEvent(event: LogEvent, reads: FittedConcept['reads'], label: boolean, labelled: boolean): Example | null {
  const texts = textsOf(event, reads)
  const { event_id } = event
  return texts.length === 0 ? null : { texts, label, group: `event ${event_id}`, event_id, labelled, background: false }
}

const ofText = (text: string, label: boolean): Example => ({
  texts: [text],
  label,
  group: `text ${text}`,
  event_id: null,
  labelled: false,
  background: false,
})

/** Events by the ids that they were asked by, and by those that they are stored under. */
async function eventsOf(
  { engine, redactor }: ExampleParts,
  raw: readonly string[],
  tenant_id: string | undefined,
): Promise<Map<string, LogEvent>> {
  const forms = new Map([...new Set(raw)].map((id) => [id, redactor.forms('event_id', id)]))
  const ids = [...new Set([...forms.values()].flat())]
  const stored = new Map<string, LogEvent>()
  for (let from = 0; from < ids.length; from += READ) {
    const event_ids = ids.slice(from, from + READ)
    const own = tenant_id === undefined ? {} : { tenant_id }
    for (const { event } of (await engine.events({ ...own, event_ids }, { limit: READ })).items)
      stored.set(event.event_id, event)
  }
  return new Map(
    [...forms].flatMap(([id, all]): [string, LogEvent][] => {
      const event = all.map((form) => stored.get(form)).find((one) => one !== undefined)
      return event === undefined ? [] : [[id, event]]
    }),
  )
}
