import type { Concept, ConceptsNow } from '../core/concept.ts'
import { contextOf, type LogEvent, promptOf, type RedactedEvent, responseOf } from '../core/event.ts'
import type { Encoder, Engine, Entry, Part, Primary } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { Keep } from '../core/redaction-policy.ts'
import { readableOf } from '../core/withheld.ts'
import type { Tagger } from '../redactors/placeholder.ts'
import { type TextField, type Verdict, withhold } from '../redactors/withhold.ts'
import { enterSpace } from './embed-stage.ts'
import { type KeepRules, stricter } from './keep-rules.ts'
import { cameWithMarks, meaningOf } from './meaning.ts'
import { topicJudge } from './topics/standing.ts'

export interface WithholdParts {
  engine: Pick<Engine, 'known' | 'spaces' | 'putSpace' | 'records'>
  /** Opened at the first event that needs it. */
  encoder(): Promise<Encoder>
  concepts: ConceptsNow
  contentKey: Uint8Array
  rules: KeepRules
  tagger: Pick<Tagger, 'withheld'>
}

/** A batch as it may be stored, and what was made of the texts that it lacks. */
export interface Withheld {
  batch: readonly Entry[]
  primary?: Primary
}

/** Events that may wait for the encoder together, unless they came together. Beyond, senders are told to wait. */
const MOST_WAITING = 5_000
/** Events that the model reads between two looks at the patience of their sender. */
const READ = 256
const FULL = 'too many events wait for the model; send this body again later'
const SLOW = 'the model did not keep up with the events on their way in; send this body again later'
const NO_MODEL =
  'some of these events may be stored only after the model has read them, and the model cannot be loaded; nothing was stored'

/**
 * Takes from redacted events the texts that are not kept, before anything is written. What is hashed keeps its meaning:
 * the text is encoded and scored first, and vectors and marks come back to be committed with the event. What is dropped
 * by a rule on fields is not even read; what is dropped for what it says leaves its marks alone, as the reason.
 * Throws TOO_MANY_REQUESTS where too many wait or `patience` ends, and ENGINE_BUSY where no model can be loaded: then
 * nothing may be stored, since what was never read could never be found again.
 * @returns function of a batch. `patience` gives a signal for each 256 events, so that a batch which takes long and gets on
 * is not turned away for ever; without it there is no end to waiting
 */
export function withholder(
  parts: WithholdParts,
): (batch: readonly Entry[], patience?: () => AbortSignal) => Promise<Withheld> {
  const { rules, tagger } = parts
  let waiting = 0

  async function read(events: readonly LogEvent[], patience: (() => AbortSignal) | undefined): Promise<Primary> {
    if (patience !== undefined && waiting > 0 && waiting + events.length > MOST_WAITING)
      throw new Problem('TOO_MANY_REQUESTS', FULL, { retryAfterS: 2 })
    waiting += events.length
    let signal: AbortSignal | undefined
    try {
      const encoder = await parts.encoder()
      await enterSpace(parts.engine, encoder)
      const concepts = typeof parts.concepts === 'function' ? await parts.concepts() : parts.concepts
      const all: { vectors: Primary['vectors'][number][]; marks: Primary['marks'][number][] } = {
        vectors: [],
        marks: [],
      }
      const topics = await topicJudge(parts.engine, encoder.space.space, events)
      for (let from = 0; from < events.length; from += READ) {
        signal = patience?.()
        const some = await meaningOf({ ...parts, encoder, concepts, topics }, events.slice(from, from + READ), signal)
        for (const row of some.vectors) all.vectors.push({ ...row, at: from + row.at })
        for (const row of some.marks) all.marks.push({ ...row, at: from + row.at })
      }
      return all
    } catch (error) {
      if (signal?.aborted) throw new Problem('TOO_MANY_REQUESTS', SLOW, { cause: error, retryAfterS: 5 })
      if (error instanceof Problem && error.code === 'MODEL_BROKEN')
        throw new Problem('ENGINE_BUSY', NO_MODEL, { cause: error, retryAfterS: 30 })
      throw error
    } finally {
      waiting -= events.length
    }
  }

  return async (batch, patience) => {
    const cases = batch.flatMap((entry, at): Case[] => {
      if (entry.kind !== 'event') return []
      const event = entry.body as RedactedEvent
      const verdict = rules.verdict(event)
      const asking = rules.asking(event.tenant_id)
      return verdict === null && asking.length === 0 ? [] : [{ at, event, verdict: verdict ?? ALL, asking }]
    })
    if (cases.length === 0) return { batch }
    const readable = cases.map(({ event, verdict }) =>
      withhold(event, (field) => (verdict(field) === 'drop' ? 'drop' : 'redacted'), tagger),
    )
    // what says nothing needs no model
    const silent = readable.every(
      (event) => promptOf(event) === '' && responseOf(event) === '' && contextOf(event).length === 0,
    )
    const { vectors, marks } = silent ? NOTHING : await read(readable, patience)
    const marksAt = cases.map((): Primary['marks'][number][] => [])
    for (const mark of marks) marksAt[mark.at]!.push(mark)
    const kept = [...batch]
    const lasting = cases.map((one, n) => {
      const body = withhold(one.event, verdictOf(one, marksAt[n]!), tagger)
      kept[one.at] = { ...kept[one.at]!, body }
      return cameWithMarks(body) ? body : null
    })
    const placed = <R extends { at: number }>(row: R): R => ({ ...row, at: cases[row.at]!.at })
    return {
      batch: kept,
      primary: {
        vectors: vectors.filter(({ at, part }) => lasting[at] !== null && isHashed(lasting[at]!, part)).map(placed),
        marks: marks.filter(({ at }) => lasting[at] !== null).map(placed),
      },
    }
  }
}

interface Case {
  at: number
  event: RedactedEvent
  verdict: Verdict
  asking: ReturnType<KeepRules['asking']>
}

const ALL: Verdict = () => 'redacted'
const NOTHING: Primary = { vectors: [], marks: [] }

/** Fields that hold what the other side said, or what was there before: a concept that read one side says nothing of them. */
const SPARED: Readonly<Record<Concept['reads'], readonly TextField[]>> = {
  prompt: ['response', 'response_hash'],
  response: ['system', 'prompt', 'prompt_hash', 'rag_query', 'rag_documents'],
  any: [],
  context: ['system', 'prompt', 'prompt_hash', 'rag_query'],
}

/** A probable concept takes the text that it read, and every other field that may repeat it. */
function verdictOf({ verdict, asking }: Case, marks: Primary['marks']): Verdict {
  const probable = asking.filter(({ concept, above }) => {
    // while a refit is brought to all events, two versions speak: either is reason enough
    return marks.some((one) => one.concept === concept.name && one.p > above)
  })
  if (probable.length === 0) return verdict
  return (field) =>
    probable
      .filter(({ concept }) => !SPARED[concept.reads].includes(field))
      .reduce<Keep>((least, rule) => stricter(least, rule.keep), verdict(field))
}

/** True where nothing but the hash of a text is left. A dropped one leaves no vector either. */
function isHashed(event: RedactedEvent, part: Part): boolean {
  const text = part === 'prompt' ? promptOf(event) : responseOf(event)
  return text !== '' && readableOf(text) === ''
}
